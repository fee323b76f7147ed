"""Labels as PDF: what stands on each, and the sheet."""

from collections.abc import Iterable
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import segno
from django.conf import settings
from django.urls import reverse

from jishu.apps.asset.models import Card
from jishu.platform.lib.clock import now
from jishu.platform.lib.typesetting import typeset

from .code128 import NotWritable, as_svg
from .sizes import Size

_SHEET = Path(__file__).parent / "sheets/labels.typ"


def paper(cards: Iterable[Card], size: Size, *, skip: int = 0) -> bytes:
    """``skip``: places of the first sheet that are used up already."""
    values = {"size": asdict(size), "skip": skip, "labels": [_label(card) for card in cards]}
    return typeset(_SHEET, values, at=now(), fonts=settings.HOME / "fonts")


def address_of(number: str) -> str:
    """What the QR code says: a phone's own camera opens it, and our scanner finds the number in it."""
    return f"{settings.PUBLIC_ADDRESS}{reverse('asset:scan')}?code={quote(number)}"


def _label(card: Card) -> dict[str, Any]:
    return {
        "number": card.number,
        "name": card.name,
        "unit": card.unit.short_name,
        "spec": card.spec,
        "since": f"{card.acquired_on:%Y-%m}",
        "keeper": card.keeper.name if card.keeper else "",
        "qr": _qr(address_of(card.number)),
        "bars": _bars(card.number),
    }


def _qr(address: str) -> str:
    drawn = BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=0, xmldecl=False)
    return drawn.getvalue().decode()


def _bars(number: str) -> str:
    """Old ledgers have numbers in Chinese: those go without bars, the QR code carries them all the same."""
    try:
        return as_svg(number)
    except NotWritable:
        return ""
