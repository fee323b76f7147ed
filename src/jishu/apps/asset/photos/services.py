"""Adding photos to a card, and choosing the one that stands for it."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from jishu.apps.asset import selectors
from jishu.apps.asset.models import Card
from jishu.platform.archive.api import Document, attach, files_of
from jishu.platform.command import claim, command
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError, Missing

CHANGE = "asset.change_card"
KIND = "asset.card"
PICTURES = ("jpg", "png", "gif", "bmp", "webp", "heic", "tif")


class NoPicture(DomainError):
    """照片只能是图片；其他材料请在“文件”中添加。"""


def photos_of(card: Card) -> QuerySet[Document]:
    """Newest last; the files of the card that are pictures."""
    return files_of(KIND, card.uid).filter(latest__format__in=PICTURES).order_by("id")


@command(CHANGE, audited_as="card.photographed", titled="添加资产照片")
def add_photos(actor: Actor, /, *, card: Card, documents: Sequence[UUID]) -> Card:
    """The first photo of a card stands for it until another is chosen."""
    held = claim(selectors.cards_managed_by(actor, CHANGE), card)
    added = attach(actor, documents=documents, kind=KIND, subject=held.uid)
    if any(one.latest is None or one.latest.format not in PICTURES for one in added):
        raise NoPicture
    if held.photo is None and added:
        held.photo = added[0].uid
        held.save(update_fields=("photo",))
    return held


@command(CHANGE, audited_as="card.photo_chosen", titled="选定主照片")
def choose_photo(actor: Actor, /, *, card: Card, document: UUID) -> Card:
    held = claim(selectors.cards_managed_by(actor, CHANGE), card)
    if not photos_of(held).filter(uid=document).exists():
        raise Missing
    held.photo = document
    held.save(update_fields=("photo",))
    return held
