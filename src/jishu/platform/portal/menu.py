"""The menu: derived from the contracts, narrowed to what the actor may open."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from jishu.platform.contract import Contract, contracts
from jishu.platform.identity.api import Actor

LAST = "系统管理"  # what few people need stands at the end


@dataclass(frozen=True, kw_only=True)
class Link:
    """One line of the menu. An empty permission opens to every signed-in person."""

    title: str
    url: str
    permission: str = ""
    icon: str = ""
    here: bool = False
    count: str = ""


@dataclass(frozen=True, kw_only=True)
class Part:
    """Lines under a title that opens and closes; without a title they always stand there."""

    title: str
    links: tuple[Link, ...]

    @property
    def here(self) -> bool:
        return any(link.here for link in self.links)


@dataclass(frozen=True, kw_only=True)
class Group:
    title: str
    parts: tuple[Part, ...]

    @property
    def links(self) -> tuple[Link, ...]:
        return tuple(link for part in self.parts for link in part.links)


@cache
def primary_links() -> tuple[Link, ...]:
    """What everyone uses, whatever the system."""
    return (
        Link(title="首页", url=reverse("portal:home"), icon="home"),
        Link(title="服务大厅", url=reverse("portal:hall"), icon="hall"),
        Link(title="待办", url=reverse("workflow:todo"), icon="todo"),
        Link(title="我的办件", url=reverse("workflow:my_cases"), icon="mine"),
        Link(title="消息", url=reverse("notify:messages"), icon="message"),
    )


@cache
def grouped_links() -> tuple[Group, ...]:
    """The pages and resources of every system, under the heading people know."""
    known = {link.url for link in primary_links()}
    groups: dict[str, list[Part]] = {}
    for contract in contracts():
        groups.setdefault(contract.group, []).extend(_parts_of(contract, known))
    groups[LAST] = [*groups.pop(LAST, []), Part(title="", links=_own_links())]
    return tuple(Group(title=title, parts=_joined(parts)) for title, parts in groups.items())


def _parts_of(contract: Contract, known: set[str]) -> Iterator[Part]:
    """What no section names first, then the sections as declared."""
    links = {name: link for name, link in named_links(contract) if link.url not in known}
    sections = [(one.title, [links.pop(name) for name in one.lines if name in links]) for one in contract.menu]
    yield Part(title="", links=tuple(links.values()))
    for title, held in sections:
        yield Part(title=title, links=tuple(held))


def _joined(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Lines without a title together, at the top."""
    plain = tuple(link for part in parts if not part.title for link in part.links)
    titled = tuple(part for part in parts if part.title and part.links)
    return (Part(title="", links=plain), *titled) if plain else titled


def _own_links() -> tuple[Link, ...]:
    return (
        Link(title="流程设计", url=reverse("workflow:flows"), permission="workflow.view_flow"),
        Link(title="事项设计", url=reverse("workflow:designs"), permission="workflow.design_item"),
        Link(title="工作日历", url=reverse("workflow:calendar"), permission="workflow.view_calendar"),
        Link(title="业务事项清单", url=reverse("portal:item_catalog")),
        Link(title="数据集成清单", url=reverse("portal:resource_catalog")),
    )


def named_links(contract: Contract) -> Iterator[tuple[str, Link]]:
    for page in contract.pages:
        if page.in_menu:
            url = reverse(f"{contract.code}:{page.name}")
            yield page.name, Link(title=page.title, url=url, permission=page.permission)
    for resource in contract.resources:
        url = reverse(f"{contract.code}:{resource.name}-list")
        yield resource.name, Link(title=resource.title, url=url, permission=resource.permission("view"))


def menu_as_html(permissions: frozenset[str], path: str) -> SafeString:
    """The menu of everyone with these permissions, drawn once for each place it leads to."""
    return _drawn(permissions, _place(path))


@lru_cache(maxsize=2048)
def _drawn(permissions: frozenset[str], place: str) -> SafeString:
    shown = {"primary": marked(primary_links(), place), "groups": menu_for(permissions, place)}
    return render_to_string("portal/_menu.html", shown)


def _place(path: str) -> str:
    """The nearest place above ``path`` that some line of the menu leads to: the marks are the same there."""
    return max((url for url in _places() if path == url or (url != "/" and path.startswith(url))), key=len, default="")


@cache
def _places() -> tuple[str, ...]:
    return tuple(link.url for links in (primary_links(), *(group.links for group in grouped_links())) for link in links)


def links_for(actor: Actor) -> list[Link]:
    """Every line of the menu this person may open."""
    return [link for group in grouped_links() for link in group.links if _opens(link, actor.permissions)]


def menu_for(permissions: frozenset[str], path: str) -> tuple[Group, ...]:
    """Only groups and parts in which something is left; the line the person stands on is marked."""
    found = []
    for group in grouped_links():
        here = nearest(group.links, path)
        parts = tuple(_open_part(part, permissions, here) for part in group.parts)
        if any(part.links for part in parts):
            found.append(replace(group, parts=tuple(part for part in parts if part.links)))
    return tuple(found)


def _open_part(part: Part, permissions: frozenset[str], here: str | None) -> Part:
    links = (link for link in part.links if _opens(link, permissions))
    return replace(part, links=tuple(replace(link, here=True) if link.url == here else link for link in links))


def nearest(links: Iterable[Link], path: str) -> str | None:
    """The address among these that leads to ``path``, or to the nearest place above it."""
    above = [link.url for link in links if path == link.url or (link.url != "/" and path.startswith(link.url))]
    return max(above, key=len, default=None)


def marked(links: tuple[Link, ...], path: str) -> tuple[Link, ...]:
    here = nearest(links, path)
    return tuple(replace(link, here=True) if link.url == here else link for link in links)


def _opens(link: Link, permissions: frozenset[str]) -> bool:
    return not link.permission or link.permission in permissions
