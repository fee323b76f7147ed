"""What the frame of a page shows, worked out only when a template asks for it."""

from dataclasses import replace
from datetime import date
from functools import cached_property
from importlib.metadata import version

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from jishu.platform.identity.api import Actor, Unsettled, actor_of
from jishu.platform.lib.clock import now, today
from jishu.platform.lib.db import scalars
from jishu.platform.lib.tracing import request_id
from jishu.platform.notify.api import UNREAD_COUNT
from jishu.platform.workflow.api import CALENDAR_STAMP, TODO_COUNT, keep_in_step

from .menu import Group, Link, marked, menu_as_html, menu_for, primary_links

LARGE_COOKIE = "jishu_large"
SHOWN_UP_TO = 99
BOTTOM = {"首页": "首页", "服务大厅": "大厅", "待办": "待办"}


class Frame:
    """Costs nothing until used; then the to-do and message counts are one query together, however many rows."""

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

    @property
    def todo(self) -> str:
        return self._waiting[0]

    @property
    def unread(self) -> str:
        return self._waiting[1]

    @cached_property
    def _waiting(self) -> tuple[str, str]:
        """To-dos and unread messages; in the same breath, whether the working calendar is still the one we know."""
        if self.actor is None or self.actor.person is None:
            return "", ""
        limit = SHOWN_UP_TO + 1
        told = {"person": self.actor.person_id, "now": now(), "limit": limit}
        todo, unread, stamp = scalars(TODO_COUNT, UNREAD_COUNT, CALENDAR_STAMP, **told)
        keep_in_step(stamp)
        return _capped(todo), _capped(unread)

    @property
    def menu(self) -> SafeString:
        return menu_as_html(self.actor.permissions, self._request.path) if self.actor else SafeString()

    @property
    def groups(self) -> tuple[Group, ...]:
        return menu_for(self.actor.permissions, self._request.path) if self.actor else ()

    @cached_property
    def bottom(self) -> tuple[Link, ...]:
        """Four places under the thumb; everything else is on 我的."""
        primary = marked(primary_links(), self._request.path)
        short = [replace(link, title=BOTTOM[link.title]) for link in primary if link.title in BOTTOM]
        short = [replace(link, count=self.todo) if link.title == "待办" else link for link in short]
        me = reverse("portal:me")
        return (*short, Link(title="我的", url=me, icon="me", here=self._request.path == me))


def _capped(count: int) -> str:
    return "" if not count else f"{SHOWN_UP_TO}+" if count > SHOWN_UP_TO else str(count)
