"""What a person once said of the columns of a ledger is offered again, to them and to their unit."""

from collections.abc import Sequence
from hashlib import sha256

from django.db.models import Q

from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import now
from jishu.platform.lib.text import fold

from .models import ImportJob, KeptMapping


def remember(actor: Actor, job: ImportJob) -> None:
    """On confirming: only then has somebody looked at it."""
    KeptMapping.objects.update_or_create(
        resource=job.resource,
        mode=job.mode,
        headers=_fingerprint(job.headers),
        person_id=actor.person_id,
        defaults={"mapping": job.mapping, "agency": actor.agency, "used_at": now()},
    )


def recall(actor: Actor, job: ImportJob, headers: Sequence[str]) -> dict[str, int] | None:
    """One's own decision first, then the latest of one's unit."""
    whose = Q(person=actor.person_id)
    if actor.agency is not None:
        whose |= Q(agency=actor.agency)
    known = KeptMapping.objects.filter(
        whose, resource=job.resource, mode=job.mode, headers=_fingerprint(headers)
    ).order_by("-used_at")[:20]
    found = sorted(known, key=lambda one: one.person_id != actor.person_id)
    return found[0].mapping if found else None


def _fingerprint(headers: Sequence[str]) -> str:
    return sha256("\n".join(map(fold, headers)).encode()).hexdigest()
