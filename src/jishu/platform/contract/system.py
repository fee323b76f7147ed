"""The contract (接入契约): what a business system tells the platform about itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.http import HttpResponseBase

from .event import EventHandler, EventType
from .fields import Field
from .item import BusinessItem
from .resource import Resource
from .risk import Metric, Risk
from .todo import Waiting


class SystemKind(StrEnum):
    """Where a system runs."""

    APP = "app"  # 本平台内的业务应用
    EXTERNAL = "external"  # 单位已有的系统
    NODE = "node"  # 上级或下级的平台


@dataclass(frozen=True, kw_only=True)
class SignOn:
    """统一登录: who the system is to the sign-on service, and where people are sent back to."""

    client: str
    redirects: tuple[str, ...]
    logout: str = ""
    """Where the platform says that somebody signed out."""


@dataclass(frozen=True, kw_only=True)
class ToDo:
    """待办汇聚: ``native`` when the platform keeps the cases; ``push`` when the system reports its own.

    ``action`` is where the platform sends what people decide, ``check`` where it asks which to-dos are open.
    """

    mode: str = "native"
    action: str = ""
    check: str = ""


@dataclass(frozen=True, kw_only=True)
class Role:
    """What a person may do in this system once the role is granted on a unit.

    ``everyone``: held by each serving person without a grant, and then reaches their own things only.
    """

    code: str
    title: str
    permissions: tuple[str, ...]
    everyone: bool = False


@dataclass(frozen=True, kw_only=True)
class Page:
    """A hand-written page. Its view says which permission it needs; menus and tests read it there."""

    title: str
    path: str
    view: Callable[..., HttpResponseBase]
    in_menu: bool = True
    fields: tuple[Field, ...] = ()
    """What its form asks for, so that records can be found by typing there as on the form of an item."""

    @property
    def name(self) -> str:
        return self.view.__name__

    @property
    def permission(self) -> str:
        return str(getattr(self.view, "permission", ""))


@dataclass(frozen=True, kw_only=True)
class MenuSection:
    """Lines of the menu that belong together, by the names of pages and resources, in the order of daily work."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Matter:
    """Something a leaver still holds in a system, in a sentence, and what to do about it."""

    text: str
    remedy: str


@dataclass(frozen=True, kw_only=True)
class Contract:
    """One system. ``group`` is the heading people know it by in the menu (楼管, 资产, 公车)."""

    code: str
    title: str
    group: str
    owner: str
    version: str
    kind: SystemKind = SystemKind.APP
    contact: str = ""
    """Whom to call about it; a system outside the platform must say."""
    address: str = ""
    """Where a system outside the platform is reached."""
    sign_on: SignOn | None = None
    todo: ToDo = ToDo()
    roles: tuple[Role, ...] = ()
    items: tuple[BusinessItem, ...] = ()
    resources: tuple[Resource, ...] = ()
    pages: tuple[Page, ...] = ()
    menu: tuple[MenuSection, ...] = ()
    """For systems with many lines. What no section names stands above them."""
    events: tuple[EventType, ...] = ()
    handlers: tuple[EventHandler, ...] = ()
    risks: tuple[Risk, ...] = ()
    metrics: tuple[Metric, ...] = ()
    calls: Mapping[str, str] = field(default_factory=dict)
    """What programs may call besides resources: the permission, and what it is for as people read it."""
    left_with: Callable[..., Sequence[Matter]] | None = None
    """``left_with(person)``: what somebody who leaves still has to hand over in this system; few queries."""
    waiting: Callable[..., Sequence[Waiting]] | None = None
    """``waiting(actor)``: what waits for this person here besides cases; no query for whom it does not concern."""
    sync: Callable[[], None] | None = None
    """Brings the reference data that ships with the system up to date; run after every migration, repeatable."""
