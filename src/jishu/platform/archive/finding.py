"""Full text of what one may see: permission and words in one query, then the words around each hit."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from jishu.platform.identity.api import Actor
from jishu.platform.lib.db import among
from jishu.platform.lib.search import matching

from .models import Document, Passage
from .selectors import documents_visible_to

AROUND = 40
LONGEST_TERM = 64
FEW = 2_000


@dataclass(frozen=True)
class Piece:
    """Some text of a snippet; ``hit``: what was asked for."""

    text: str
    hit: bool


@dataclass(frozen=True)
class Hit:
    document: Document
    page: int
    snippet: tuple[Piece, ...]


def documents_about(actor: Actor, asked: str) -> QuerySet[Document]:
    """Those one may see whose title or text holds every word.

    What few documents say is looked up by the index of words first. What many say is asked of the documents one by
    one, newest first, since the first page is full soon. The planner cannot tell the two apart.
    """
    said = Passage.objects.filter(matching("search", asked))
    first = list(said.order_by().values_list("document_id", flat=True)[: FEW + 1])
    visible = documents_visible_to(actor)
    if len(first) <= FEW:
        return visible.filter(among("id", list(dict.fromkeys(first))))
    return visible.filter(Exists(said.filter(document=OuterRef("pk"))))


def snippets(documents: Sequence[Document], asked: str) -> list[Hit]:
    """Each with the first passage that answers, in two queries whatever their number."""
    pks = [one.pk for one in documents]
    rows = Passage.objects.filter(matching("search", asked), document__in=pks).order_by("document_id", "number")
    first = {one.document_id: one for one in rows.defer("search").distinct("document_id")}
    return [_hit(one, first.get(one.pk), asked) for one in documents]


def _hit(document: Document, passage: Passage | None, asked: str) -> Hit:
    text = passage.text if passage else ""
    return Hit(document, passage.page if passage else 0, around(text, asked))


def around(text: str, asked: str) -> tuple[Piece, ...]:
    """The neighbourhood of the first hit, cut into pieces; nothing when the title alone answered."""
    words = [re.escape(word) for word in asked[:LONGEST_TERM].split()]
    if not words or not text:
        return ()
    pattern = re.compile("|".join(sorted(words, key=len, reverse=True)), re.IGNORECASE)
    found = pattern.search(text)
    at = found.start() if found else 0
    start, end = max(0, at - AROUND), at + 3 * AROUND
    shown = " ".join(text[start:end].split())
    pieces = [Piece("…", False)] if start else []
    last = 0
    for hit in pattern.finditer(shown):
        pieces += [Piece(shown[last : hit.start()], False), Piece(hit[0], True)]
        last = hit.end()
    pieces.append(Piece(shown[last:] + ("…" if end < len(text) else ""), False))
    return tuple(one for one in pieces if one.text)
