"""Telling the cases of rides that the way has ended. Their rows are locked before those of rides and trips."""

from collections.abc import Iterable
from uuid import UUID, uuid4

from jishu.platform.identity.api import system_actor
from jishu.platform.workflow.api import Case, happened

from .models import Ride

PLATFORM = system_actor("公车派车", {"workflow.act_case"})
EVENT, ITEM = "ended", "GC-01"


def hold_cases(rides: Iterable[Ride]) -> list[UUID]:
    """Whoever withdraws a case locks it first, and the ride after it; so does everyone else."""
    keys = [ride.case for ride in rides if ride.case is not None]
    cases = Case.objects.select_for_update(of=("self",)).filter(uid__in=keys, item=ITEM).order_by("pk")
    return [case.uid for case in cases]


def tell_cases(cases: Iterable[UUID]) -> None:
    for case in cases:
        happened(PLATFORM, case=case, event=EVENT, key=uuid4())
