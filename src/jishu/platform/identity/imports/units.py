"""A list of units becomes the tree. A parent may stand in the same list, as long as it stands above its children."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Q

from jishu.platform.command import command, touched
from jishu.platform.contract import Choice, Import, ImportField, Kind
from jishu.platform.identity import selectors
from jishu.platform.identity.actor import Actor
from jishu.platform.identity.models import Unit
from jishu.platform.identity.services import open_unit
from jishu.platform.identity.tree import WrongPlace, check_place
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import DomainError, Missing
from jishu.platform.lib.tabular.verdict import RowVerdict

IMPORT = "identity.import_unit"
_SEPARATORS = str.maketrans({"／": "/", ">": "/", "→": "/", "\\": "/"})

FIELDS = (
    ImportField(
        name="code", title="单位代码", max_length=24,
        aliases=("代码", "机构代码", "组织代码", "处室代码", "机构编码", "单位编码"),
    ),
    ImportField(name="name", title="名称", max_length=60, aliases=("单位名称", "机构名称", "全称", "处室名称")),
    ImportField(name="short_name", title="简称", required=False, max_length=30, aliases=("单位简称", "机构简称")),
    ImportField(
        name="kind", title="类别", kind=Kind.CHOICE, required=False, aliases=("机构类别", "单位类别", "类型"),
        choices=(
            Choice(code="region", title="行政区"), Choice(code="agency", title="单位"),
            Choice(code="department", title="处室"), Choice(code="department", title="科室"),
            Choice(code="department", title="内设机构"), Choice(code="agency", title="下属单位"),
        ),
    ),
    ImportField(
        name="parent", title="上级", required=False,
        hint="上级的代码、名称，或者从上到下的路径（云溪区/区发改局）。",
        aliases=("上级单位", "上级代码", "上级机构", "主管单位", "隶属", "所属单位", "上级单位代码"),
    ),
    ImportField(
        name="opened_on", title="设立日期", kind=Kind.DATE, required=False, aliases=("成立日期", "设立时间", "成立时间")
    ),
)  # fmt: skip


class _Known:
    """The units a batch speaks of, by every name it may use; children of the batch itself are added as they come."""

    def __init__(self, actor: Actor, said: Iterable[str]) -> None:
        wanted = {part.strip() for text in said for part in (text, text.translate(_SEPARATORS).split("/")[-1])}
        rows = selectors.open_units(selectors.units_kept_by(actor, IMPORT))
        named = Q(code__in=wanted) | Q(name__in=wanted) | Q(short_name__in=wanted)
        self.by_name: dict[str, list[Unit]] = {}
        for unit in rows.filter(named).select_related("parent"):
            self.add(unit)

    def add(self, unit: Unit) -> None:
        for name in {unit.code, unit.name, unit.short_name}:
            self.by_name.setdefault(name, []).append(unit)

    def find(self, said: str) -> list[Unit]:
        """By code or name; a path also names the parents of what it ends at."""
        *above, last = (part.strip() for part in said.translate(_SEPARATORS).split("/"))
        found = self.by_name.get(said) or self.by_name.get(last, [])
        return [unit for unit in found if not above or _stands_under(unit, above[-1])]


def _stands_under(unit: Unit, called: str) -> bool:
    return unit.parent is not None and called in (unit.parent.code, unit.parent.name, unit.parent.short_name)


def check(actor: Actor, rows: Sequence[RowVerdict]) -> None:
    known = _Known(actor, [row.values.get("parent") or "" for row in rows] + [_code(row.values) for row in rows])
    there = {unit.code: unit for unit in Unit.objects.filter(code__in=[_code(row.values) for row in rows])}
    coming: set[str] = set()
    for row in rows:
        _complete(row.values)
        unit = there.get(_code(row.values))
        if unit is not None:
            _judge_known(actor, row, unit, known)
        else:
            _judge_new(actor, row, known, coming)
        coming |= {row.values.get("code") or "", row.values.get("name") or "", row.values.get("short_name") or ""}


def _code(values: Mapping[str, Any]) -> str:
    return str(values.get("code") or "").strip()


def _complete(values: dict[str, Any]) -> None:
    values["short_name"] = values.get("short_name") or (values.get("name") or "")[:30]
    values["kind"] = values.get("kind") or (Unit.Kind.DEPARTMENT if "-" in _code(values) else Unit.Kind.AGENCY).value


def _judge_known(actor: Actor, row: RowVerdict, unit: Unit, known: _Known) -> None:
    if not actor.scope(IMPORT).covers(unit):
        row.fail(f"单位代码 {unit.code} 已被使用。")
        return
    said = row.values.get("parent")
    if said and unit.parent_id not in [one.id for one in known.find(said)]:
        row.fail(f"{unit.name}的上级与现有不同，调整隶属关系请通过机构改革方案办理。")
    elif row.values["kind"] != unit.kind:
        row.fail(f"{unit.name}的类别与现有不同（现为{unit.get_kind_display()}），不能由导入修改。")
    elif (row.values.get("name"), row.values["short_name"]) != (unit.name, unit.short_name):
        row.warn(f"已有该单位，将更正名称、简称（现为“{unit.name}”“{unit.short_name}”）；更名请通过机构改革方案办理。")


def _judge_new(actor: Actor, row: RowVerdict, known: _Known, coming: set[str]) -> None:
    said = row.values.get("parent")
    if not said:
        if not actor.scope(IMPORT).everything:
            row.fail("没有填写上级。")
        return
    found = known.find(said)
    if len(found) > 1:
        row.fail(f"上级“{said}”不止一个，请填写单位代码（{'、'.join(one.code for one in found[:5])}）。")
    elif not found and said.translate(_SEPARATORS).split("/")[-1].strip() not in coming:
        row.warn(f"上级“{said}”还没有设立，须在本文件中排在这一行之前，否则这一行不能导入。")
    elif found:
        _judge_place(row, found[0])


def _judge_place(row: RowVerdict, parent: Unit) -> None:
    try:
        check_place(row.values["kind"], parent)
    except WrongPlace as refusal:
        row.fail(refusal.message)


@command(IMPORT, audited_as="unit.imported", titled="导入组织机构")
def import_units(actor: Actor, *, rows: Iterable[Mapping[str, Any]]) -> list[Unit]:
    """In the order of the list, so that a parent is there before its children."""
    batch = list(rows)
    known = _Known(actor, [row.get("parent") or "" for row in batch])
    there = {unit.code: unit for unit in selectors.units_kept_by(actor, IMPORT).filter(code__in=map(_code, batch))}
    stored = []
    for row in batch:
        unit = there.get(_code(row))
        stored.append(_corrected(unit, row) if unit is not None else _opened(actor, row, known))
        known.add(stored[-1])
    return stored


def _corrected(unit: Unit, row: Mapping[str, Any]) -> Unit:
    touched(unit)
    unit.name, unit.short_name = row["name"], row["short_name"]
    unit.save(update_fields=("name", "short_name"))
    return unit


def _opened(actor: Actor, row: Mapping[str, Any], known: _Known) -> Unit:
    said = row.get("parent") or ""
    found: list[Unit | None] = [*known.find(said)] if said else [None]
    if len(found) != 1:
        raise DomainError(f"没有找到上级“{said}”，它要排在这一行之前，或者已经在您的管理范围内。")
    parent = found[0]
    if parent is not None and not actor.scope(IMPORT).covers(parent):
        raise Missing("您不负责该上级单位。")
    opened_on: date = row.get("opened_on") or today()
    return open_unit(
        actor, code=_code(row), name=row["name"], short_name=row["short_name"], kind=row["kind"], parent=parent,
        opened_on=opened_on,
    )  # fmt: skip


UNITS = Import(fields=FIELDS, key=("code",), check=check, store=import_units)
