"""A Resource (数据资源) is a value: one record type, described once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Field as ModelField
from django.db.models import Model, QuerySet
from django.forms import Form
from django.http import HttpResponseBase

from .fields import ImportField


@dataclass(frozen=True, kw_only=True)
class Column:
    """One value of a row: on the list, in exports, in the JSON API.

    ``path`` is an ORM path from the model (``unit__name``). Title, type and code list come from the model field
    at its end unless said here. ``sort`` is False where no index could carry the order.
    """

    path: str
    title: str = ""
    sort: bool = True
    shown: bool = True
    """False: in the detail page, exports and the API, but not on the list."""
    is_picture: bool = False
    """The value is the key of a file: its small picture is shown, files out say only that there is one."""

    @property
    def key(self) -> str:
        return self.path.replace("__", "_")


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One question a list can be narrowed by. ``path`` ends at a choice, boolean, date, unit, person or record."""

    path: str
    title: str = ""

    @property
    def key(self) -> str:
        return self.path.replace("__", "_")


@dataclass(frozen=True, kw_only=True)
class Import:
    """How a ledger becomes rows.

    ``check(actor, rows)`` judges a batch of at most 500 in place and in a handful of queries. Each row is a
    ``lib.tabular.RowVerdict`` whose values are typed by the declared kinds; people, units and records are still the
    text in the ledger. It fails or warns rows and adds what it found under other names (``unit_id``), as JSON can
    hold it: that is kept for ``store`` and shown to nobody.

    ``store(actor, *, rows)`` is a command: it gets the values of the good rows of a batch, in one transaction with
    one audit entry. Its permission is what a person needs to import at all.

    ``release(record)`` removes what came with a record that is about to be taken back, or refuses.
    """

    fields: tuple[ImportField, ...]
    check: Callable[..., None]
    store: Callable[..., Any]
    release: Callable[[Any], None] | None = None
    key: tuple[str, ...] = ()
    """Values that, taken together, may stand only once in a file; the engine refuses the second row."""


@dataclass(frozen=True, kw_only=True)
class Catalogued:
    """What the 数据集成清单 says of a resource beyond its columns: core metadata of 发改高技〔2017〕1272号.

    ``code`` is its place in the catalogue; ``condition`` says to whom and for what it is shared or, for 不予共享, by
    which law it is not; ``published`` is the day (CCYY-MM-DD) it entered the catalogue.
    """

    code: str = ""
    condition: str = ""
    mode: str = "共享平台-接口"
    format: str = "数据库"
    open: str = "不予开放"
    open_condition: str = ""
    cycle: str = "实时"
    published: str = ""
    related: tuple[str, ...] = ()


# Why records of the office's own workings are not shared.
INTERNAL = "《中华人民共和国政府信息公开条例》第十六条：行政机关内部事务信息和过程性信息。"


@dataclass(frozen=True, kw_only=True, eq=False)
class BulkAction:
    """One change that people make to many rows at once, after a preview. The resource's rows have a ``uid``.

    ``run(actor, *, rows, **values)`` is a command: it claims the rows it is given, at most 500, changes them in one
    transaction with one audit entry, and returns them.
    """

    name: str
    """A word for the address: ``move``."""
    title: str
    run: Callable[..., Any]
    rows: Callable[[Any], QuerySet[Any]]
    """The selector of the rows the actor may do this to."""
    form: Callable[..., Form] | None = None
    """Called as ``form(data, actor=actor)``; its cleaned values are keywords of ``run``."""
    check: Callable[[Any, Mapping[str, Any]], str] | None = None
    """``check(row, values)`` -> why this row does not qualify; empty when it does."""
    can_undo: bool = False
    """Then ``run`` takes every field that it changes as a keyword: undoing is running it with the earlier values."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Resource:
    """List, detail, forms, export, import and JSON API of one model, from one declaration."""

    model: type[Model]
    title: str
    purpose: str
    """One sentence under the page title: what this page is for."""
    rows: Callable[[Any], QuerySet[Any]]
    """The selector that takes the actor; every page, export and API call starts from it."""
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    search: str = ""
    """Name of a ``tsvector`` column made by ``jishu_search``; empty: the list has no search box."""
    order: str = "-id"
    state: str = ""
    """The field shown as a state mark beside the title."""
    form: Callable[..., Form] | None = None
    """Called as ``form(data, actor=actor)``. Its cleaned values are the keywords of ``create`` and ``update``; when
    editing, its initial values are the attributes of the row that bear the same names."""
    create: Callable[..., Model] | None = None
    """A command ``(actor, **values)``."""
    update: Callable[..., Model] | None = None
    """A command ``(actor, *, <model name>=row, **values)``."""
    delete: Callable[..., Any] | None = None
    """A command ``(actor, *, <model name>=row)``; only where a row may vanish without falsifying what was done."""
    imports: Import | None = None
    bulk: tuple[BulkAction, ...] = ()
    applies: tuple[str, ...] = ()
    """Codes of items people ask for with the rows they have ticked: the form opens with ``?row=…&row=…``."""
    entrance: str = ""
    """The page of the same system by which rows come in where no form alone does; its button stands on the list."""
    pages: Mapping[str, Callable[..., HttpResponseBase]] = field(default_factory=dict)
    """list, detail, add or edit -> ``view(request, actor, resource, …)`` that takes the generic page's place."""
    panels: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    """Further tabs of the detail page: title -> ``panel(request, actor, row) -> HTML``."""
    opens_with: str = ""
    """The panel that comes first, where the page is for doing something rather than for reading its facts."""
    sensitivity: Mapping[str, int] = field(default_factory=dict)
    """Column path -> L1..L4; unnamed columns are L1. Personal columns from L3 up stay off the list, and whoever reads
    them elsewhere is put on record."""
    personal: tuple[str, ...] = ()
    """Column paths that hold data about a natural person."""
    share: str = "不予共享"
    """共享类型 of the catalogue: 无条件共享，有条件共享 or 不予共享."""
    catalogue: Catalogued = Catalogued()
    retention: str = "长期"
    exempt: Mapping[str, str] = field(default_factory=dict)
    """promise -> why it does not hold here."""

    @property
    def app(self) -> str:
        return self.model._meta.app_label

    @property
    def name(self) -> str:
        return self.model._meta.model_name or ""

    @property
    def key(self) -> str:
        return f"{self.app}.{self.name}"

    @property
    def noun(self) -> str:
        """What one row is called: 资产卡片 in 资产台账."""
        return str(self.model._meta.verbose_name)

    def permission(self, verb: str) -> str:
        return f"{self.app}.{verb}_{self.name}"

    def title_of(self, column: Column) -> str:
        """As declared, else what the model field at the end of the path is called."""
        field = self.field_of(column)
        return column.title or (str(field.verbose_name) if field is not None else column.key)

    def field_of(self, column: Column) -> "ModelField[Any, Any] | None":
        """The model field a column ends at; None for an annotation."""
        meta = self.model._meta
        *way, last = column.path.split("__")
        for step in way:
            related = meta.get_field(step).related_model
            if related is None or isinstance(related, str):
                return None
            meta = related._meta
        return {field.name: field for field in meta.concrete_fields}.get(last)
