"""The menu: derived from the contracts, narrowed to what the actor may open."""

from collections.abc import Iterator
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
class Group:
    title: str
    links: tuple[Link, ...]


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
    groups: dict[str, list[Link]] = {}
    for contract in contracts():
        links = [link for link in links_of(contract) if link.url not in known]
        groups.setdefault(contract.group, []).extend(links)
    groups[LAST] = groups.pop(LAST, []) + list(_own_links())
    return tuple(Group(title=title, links=tuple(links)) for title, links in groups.items())


def _own_links() -> tuple[Link, ...]:
    return (
        Link(title="流程设计", url=reverse("workflow:flows"), permission="workflow.view_flow"),
        Link(title="事项设计", url=reverse("workflow:designs"), permission="workflow.design_item"),
        Link(title="工作日历", url=reverse("workflow:calendar"), permission="workflow.view_calendar"),
        Link(title="业务事项清单", url=reverse("portal:item_catalog")),
        Link(title="数据集成清单", url=reverse("portal:resource_catalog")),
    )


def links_of(contract: Contract) -> Iterator[Link]:
    for page in contract.pages:
        if page.in_menu:
            yield Link(title=page.title, url=reverse(f"{contract.code}:{page.name}"), permission=page.permission)
    for resource in contract.resources:
        yield Link(
            title=resource.title,
            url=reverse(f"{contract.code}:{resource.name}-list"),
            permission=resource.permission("view"),
        )


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
    return tuple(
        link.url for group in (Group(title="", links=primary_links()), *grouped_links()) for link in group.links
    )


def links_for(actor: Actor) -> list[Link]:
    """Every line of the menu this person may open."""
    return [link for group in grouped_links() for link in group.links if _opens(link, actor.permissions)]


def menu_for(permissions: frozenset[str], path: str) -> tuple[Group, ...]:
    """Only groups in which something is left; the line the person stands on is marked."""
    found = []
    for group in grouped_links():
        open_to = tuple(link for link in group.links if _opens(link, permissions))
        if open_to:
            found.append(replace(group, links=marked(open_to, path)))
    return tuple(found)


def marked(links: tuple[Link, ...], path: str) -> tuple[Link, ...]:
    """Mark the link that leads to ``path``, or to the nearest place above it."""
    above = [link.url for link in links if path == link.url or (link.url != "/" and path.startswith(link.url))]
    nearest = max(above, key=len, default=None)
    return tuple(replace(link, here=True) if link.url == nearest else link for link in links)


def _opens(link: Link, permissions: frozenset[str]) -> bool:
    return not link.permission or link.permission in permissions
