"""What the frame of a page shows, worked out only when a template asks for it."""

from dataclasses import replace
from datetime import date
from functools import cached_property
from importlib.metadata import version

from django.http import HttpRequest
from django.urls import reverse

from jishu.platform.audit.api import request_id
from jishu.platform.identity.api import Actor, Unsettled, actor_of
from jishu.platform.lib.clock import today
from jishu.platform.notify.api import unread_count
from jishu.platform.workflow.api import todo_count

from .menu import Group, Link, marked, menu_for, primary_links

LARGE_COOKIE = "jishu_large"
SHOWN_UP_TO = 99
BOTTOM = {"首页": "首页", "服务大厅": "大厅", "待办": "待办"}


class Frame:
    """Costs nothing until used; then the to-do and message counts are one query each, however many rows."""

    version = version("jishu")

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def actor(self) -> Actor | None:
        user = getattr(self._request, "user", None)
        if user is None or not user.is_authenticated:
            return None
        try:
            return actor_of(self._request)
        except Unsettled:
            return None

    @property
    def large(self) -> bool:
        return self._request.COOKIES.get(LARGE_COOKIE) == "1"

    @property
    def today(self) -> date:
        return today()

    @property
    def reference(self) -> str:
        return request_id.get()

    @cached_property
    def todo(self) -> str:
        return _capped(todo_count(self.actor, SHOWN_UP_TO + 1)) if self.actor else ""

    @cached_property
    def unread(self) -> str:
        return _capped(unread_count(self.actor, SHOWN_UP_TO + 1)) if self.actor else ""

    @cached_property
    def primary(self) -> tuple[Link, ...]:
        return marked(primary_links(), self._request.path)

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        return menu_for(self.actor, self._request.path) if self.actor else ()

    @cached_property
    def bottom(self) -> tuple[Link, ...]:
        """Four places under the thumb; everything else is on 我的."""
        short = [replace(link, title=BOTTOM[link.title]) for link in self.primary if link.title in BOTTOM]
        short = [replace(link, count=self.todo) if link.title == "待办" else link for link in short]
        me = reverse("portal:me")
        return (*short, Link(title="我的", url=me, icon="me", here=self._request.path == me))


def _capped(count: int) -> str:
    return "" if not count else f"{SHOWN_UP_TO}+" if count > SHOWN_UP_TO else str(count)
