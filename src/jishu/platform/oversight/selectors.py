"""Reading examinations, and who must hear of them."""

from django.db.models import QuerySet, Sum

from jishu.platform.audit.api import Chain
from jishu.platform.identity.api import Actor, Grant, Person, people_called
from jishu.platform.lib.clock import today

from .models import Examination

AUDITOR = "identity.audit"


def examinations_visible_to(actor: Actor) -> QuerySet[Examination]:
    rows = Examination.objects.select_related("person")
    return rows if actor.may("oversight.view_examination") else rows.none()


def open_examination() -> Examination | None:
    """The one that waits or runs."""
    states = (Examination.State.WAITING, Examination.State.RUNNING)
    return Examination.objects.filter(state__in=states).order_by("-id").first()


def auditors() -> list[Person]:
    """Everybody in office who holds the auditor's role, wherever it was granted."""
    held = Grant.objects.filter(role=AUDITOR, during__contains=today(), revoked_at=None)
    return people_called(held.values_list("person__uid", flat=True))


def entry_count() -> int:
    """From the ends of the chains: counting the entries themselves would take as long as the record is old."""
    return int(Chain.objects.aggregate(count=Sum("length"))["count"] or 0)
