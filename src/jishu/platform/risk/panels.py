"""What hangs on the pages of an alert and of a risk."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.template.loader import render_to_string

from jishu.platform.archive.api import files_panel
from jishu.platform.contract import resource, risk
from jishu.platform.identity.api import Actor, role_title
from jishu.platform.lib.clock import now, today
from jishu.platform.resource.api import address
from jishu.platform.standards.api import editions_visible_to

from .filing import ALERT, may_attach
from .forms import BUTTONS, form_of, is_own, may_act
from .models import Alert, Watch
from .selectors import CLOSE

EDITIONS = 20


def deeds(request: HttpRequest, actor: Actor, row: Alert) -> str:
    """The evidence, and the form of whoever's turn it is."""
    acts = may_act(actor, row)
    context = {
        **about(actor, row),
        "form": form_of(actor, row) if acts else None,
        "buttons": BUTTONS.get(Alert.State(row.state), ()) if acts else (),
    }
    return render_to_string("risk/_deeds.html", context, request)


def about(actor: Actor, row: Alert) -> dict[str, Any]:
    """What the tab and the page with a refused form both show."""
    return {
        "alert": row,
        "watch": row.watch,
        "facts": [(fact["title"], fact["text"], _opened(actor, fact.get("record"))) for fact in row.facts],
        "subject": _opened(actor, {"kind": row.subject_kind, "uid": str(row.subject)}),
        "verifier": role_title(row.verifier),
        "is_own": row.state == Alert.State.REMEDIED and is_own(actor, row),
        "may_urge": not row.is_ended and actor.scope(CLOSE).covers(row.unit),
        "is_late": (row.state == Alert.State.OPEN and row.due_at is not None and row.due_at < now())
        or (row.state == Alert.State.CONFIRMED and row.remedy_by is not None and row.remedy_by < today()),
    }


def steps(request: HttpRequest, actor: Actor, row: Alert) -> str:
    context = {"alert": row, "steps": row.steps.select_related("person")}
    return render_to_string("risk/_steps.html", context, request)


def files(request: HttpRequest, actor: Actor, row: Alert) -> str:
    back = f"{address(resource(ALERT), 'detail', uid=row.uid)}?tab=文件"
    return files_panel(request, actor, kind=ALERT, row=row, address=back, may_attach=may_attach(actor, row))


def rules(request: HttpRequest, actor: Actor, row: Watch) -> str:
    """By what it is judged, and the editions of that rule, where each can be switched or adjusted by two people."""
    editions = editions_visible_to(actor).filter(rule__code=row.rule).order_by("unit_id", "region", "-id")[:EDITIONS]
    context = {"watch": row, "editions": editions, "risk": _declared(row)}
    return render_to_string("risk/_rules.html", context, request)


def _declared(row: Watch) -> Any:
    try:
        return risk(row.code)
    except KeyError:
        return None


def _opened(actor: Actor, record: dict[str, str] | None) -> str:
    """The address of a record; none for whom its kind is closed anyway."""
    if record is None:
        return ""
    try:
        kind = resource(record["kind"])
    except KeyError:
        return ""
    return address(kind, "detail", uid=UUID(record["uid"])) if actor.may(kind.permission("view")) else ""
