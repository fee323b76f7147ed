"""Pictures of odometers hang on the trip."""

from jishu.platform.archive.api import SubjectKind, register_subject

from . import selectors

KIND = "fleet.trip"

register_subject(
    SubjectKind(
        kind=KIND,
        title="派车单",
        rows=selectors.trips_visible_to,
        permission=selectors.VIEW_TRIP,
        may_attach=lambda actor, row: False,
        unit_of=lambda row: row.unit,
    )
)
