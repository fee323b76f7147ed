"""Keeping the files of ended cases (归档): made once, kept under the hash of their bytes, vouched for by a code."""

import logging
import secrets
from base64 import b32encode
from hashlib import sha256
from io import BytesIO
from typing import IO

from django.core.files.storage import default_storage

from jishu.platform.archive.api import StillChecked
from jishu.platform.command import command
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError

from . import selectors
from .acting import platform
from .dossier import pdf_of
from .models import Case, Dossier

log = logging.getLogger(__name__)

# The ends that stay: a withdrawn case may be handed in again.
FINAL = (Case.State.COMPLETED, Case.State.REJECTED, Case.State.TERMINATED)


@command("workflow.act_case", audited_as="case.archived", titled="归档办件卷宗")
def keep(actor: Actor, *, case: int) -> Dossier:
    """The dossier of an ended case; made now when there is none yet."""
    held = selectors.with_organisation().select_for_update(of=("self",)).get(pk=case, state__in=FINAL)
    kept = Dossier.objects.filter(case=held).first()
    if kept is not None:
        return kept
    code = b32encode(secrets.token_bytes(10)).decode()
    paper = pdf_of(held, code=code)
    digest = sha256(paper).hexdigest()
    dossier = Dossier(case=held, code=code, digest=digest, stored_as=_stored(paper, digest), size=len(paper))
    dossier.save(force_insert=True)
    return dossier


def dossier_of(case: Case) -> Dossier:
    """Of an ended case."""
    return Dossier.objects.filter(case=case).first() or keep(platform(), case=case.pk)


def opened(dossier: Dossier) -> IO[bytes]:
    return default_storage.open(dossier.stored_as, "rb")


def keep_ended(limit: int = 100) -> int:
    """Archive what has ended since the last time; what cannot be set is left for the next minute, and said."""
    waiting = Case.objects.filter(state__in=FINAL, dossier=None).order_by("id").values_list("pk", flat=True)
    done = 0
    for case in list(waiting[:limit]):
        try:
            keep(platform(), case=case)
        except StillChecked:
            continue  # the worker looks into its files at this moment
        except DomainError as error:
            log.warning("case %s is not archived yet: %s", case, error.message)
            break  # no font, or no typesetting at all: the others would fare no better
        done += 1
    return done


def _stored(paper: bytes, digest: str) -> str:
    """By content: the same bytes are kept once, and a file says by its name whether it is whole."""
    name = f"dossiers/{digest[:2]}/{digest}.pdf"
    return name if default_storage.exists(name) else default_storage.save(name, BytesIO(paper))
