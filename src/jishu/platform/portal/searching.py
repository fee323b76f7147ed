"""One search over everything: each kind of thing through its own selector, so that nobody finds what is not theirs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from jishu.platform.archive.api import documents_about, snippets
from jishu.platform.contract import Resource, resource, resources
from jishu.platform.identity.api import Actor
from jishu.platform.lib.search import matching
from jishu.platform.lib.text import normalise
from jishu.platform.resource.api import address
from jishu.platform.workflow.api import items_open_to, my_cases

from .finding import closest, words_of
from .menu import links_for, primary_links

SHOWN = 5
PEOPLE = "identity.person"


@dataclass(frozen=True)
class Hit:
    words: str
    url: str
    about: str = ""


@dataclass(frozen=True)
class Found:
    """One heading of the search page; ``more`` leads to the whole list."""

    title: str
    hits: list[Hit]
    more: str = ""


def everything_about(actor: Actor, asked: str) -> list[Found]:
    """Headings without results are left out."""
    kinds: tuple[Callable[[Actor, str], Found], ...] = (_services, _pages, _cases, _people, _documents)
    found = [kind(actor, asked) for kind in kinds]
    searchable = [one for one in resources() if one.search and one.key != PEOPLE and actor.may(one.permission("view"))]
    found += [_rows(actor, one, asked) for one in searchable]
    return [one for one in found if one.hits]


def _services(actor: Actor, asked: str) -> Found:
    found = closest(asked, items_open_to(actor), words_of, SHOWN)
    hits = [Hit(item.name, reverse("portal:guide", args=[item.code]), item.summary) for item in found]
    return Found("办事", hits, f"{reverse('portal:hall')}?{urlencode({'q': asked})}")


def _pages(actor: Actor, asked: str) -> Found:
    found = closest(asked, [*primary_links(), *links_for(actor)], lambda link: (link.title,), SHOWN)
    return Found("页面", [Hit(link.title, link.url) for link in found])


def _cases(actor: Actor, asked: str) -> Found:
    rows = my_cases(actor).filter(Q(subject__icontains=asked) | Q(number__icontains=asked))
    shown = rows.defer("values", "shown", "engine").order_by("-id")[:SHOWN]
    hits = [Hit(one.subject, reverse("workflow:case_detail", args=[one.uid]), one.number or "草稿") for one in shown]
    return Found("我的办件", hits)


def _people(actor: Actor, asked: str) -> Found:
    """By name, by number, or by sound: 李建国 answers to lijianguo and to ljg."""
    people = resource(PEOPLE)
    if not actor.may(people.permission("view")):
        return Found(people.title, [])
    text = normalise(asked)
    called = Q(name__contains=text) | Q(code=text) | _sounds_like(text)
    hits = [_person(people, one) for one in people.rows(actor).filter(called)[:SHOWN]]
    return Found(people.title, hits, f"{address(people, 'list')}?{urlencode({'q': asked})}")


def _sounds_like(text: str) -> Q:
    """The stored key reads "li3 jian4 guo2 李建国": tones and spaces are skipped, or all but the first letters."""
    letters = text.replace(" ", "").lower()
    if not (letters.isascii() and letters.isalpha()):
        return Q(pk__in=())
    spelled = "[0-9 ]*".join(letters)
    initials = "[a-z]*[0-9] ".join(letters)
    return Q(name_key__regex=f"^{spelled}") | Q(name_key__regex=f"^{initials}")


def _person(people: Resource, one: Any) -> Hit:
    return Hit(one.name, address(people, "detail", uid=one.uid), f"{one.unit_name or ''} {one.post or ''}".strip())


def _documents(actor: Actor, asked: str) -> Found:
    """By name and by what stands in them."""
    if not asked.strip() or not actor.may("archive.view_document"):
        return Found("资料", [])
    words = normalise(asked)
    found = snippets(list(documents_about(actor, words).order_by("-id")[:SHOWN]), words)
    hits = [
        Hit(one.document.title, one.document.get_absolute_url(), "".join(piece.text for piece in one.snippet))
        for one in found
    ]
    return Found("资料", hits, f"{reverse('archive:find')}?{urlencode({'q': asked})}")


def _rows(actor: Actor, kind: Resource, asked: str) -> Found:
    rows = kind.rows(actor).filter(matching(kind.search, asked)).order_by("-id")[:SHOWN]
    hits = [Hit(str(one), address(kind, "detail", uid=one.uid)) for one in rows]
    return Found(kind.title, hits, f"{address(kind, 'list')}?{urlencode({'q': asked})}")
