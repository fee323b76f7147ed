"""A ledger as offices keep it becomes cards: units, people and classes are found, doubles and gaps are told."""

from collections.abc import Sequence

from jishu.platform.contract import Import
from jishu.platform.identity.api import Actor, Directory, Unit
from jishu.platform.lib.clock import today
from jishu.platform.lib.tabular.verdict import RowVerdict

from . import services
from .depreciation import planning
from .ledger import FIELDS
from .models import Card, Category, OldCode


def check(actor: Actor, rows: Sequence[RowVerdict]) -> None:
    """Judge one batch in a handful of queries; what was found goes into ``…_id``, beside the words of the ledger."""
    directory = Directory(actor, "asset.import_card")
    classes = _Classes()
    for row in rows:
        unit = _find_unit(row, actor, directory)
        _find_people(row, unit, directory)
        _find_category(row, classes)
        _judge(row)
    _find_known(rows)


def _find_unit(row: RowVerdict, actor: Actor, directory: Directory) -> Unit | None:
    """A ledger that names no unit is the keeper's own."""
    named = row.values.get("unit")
    unit = directory.agency(named, row) if named else actor.agency
    if unit is None or not actor.scope("asset.import_card").covers(unit):
        if not named:
            row.fail("没有写明单位。")
        unit = None
    called = row.values.get("department")
    department = directory.department(called, unit, row) if called and unit else None
    row.values["unit_id"] = unit.id if unit else None
    row.values["department_id"] = department.id if department else None
    return unit


def _find_people(row: RowVerdict, unit: Unit | None, directory: Directory) -> None:
    values = row.values
    for name, title in (("user", "使用人"), ("keeper", "管理人")):
        called = values.get(name)
        found = directory.person(called, unit, values["department_id"], title, row) if called and unit else None
        values[f"{name}_id"] = found.id if found else None
    values["state"] = values.get("state") or (Card.State.IN_USE if values["user_id"] else Card.State.IDLE).value
    if values["state"] not in (Card.State.IN_USE, Card.State.LENT) or values["user_id"] or row.status == "error":
        return
    if values["keeper_id"] is None:
        row.fail("在用或借出的资产必须填写使用人。")
    else:
        values["user_id"] = values["keeper_id"]
        row.warn("没有填写使用人，暂以管理人作为使用人。")


def _find_category(row: RowVerdict, classes: "_Classes") -> None:
    said = row.values.get("category") or row.values.get("name")
    found = classes.find(said, row) if said else None
    row.values["category_id"] = found.id if found else None


def _judge(row: RowVerdict) -> None:
    values = row.values
    values["source"] = values.get("source") or Card.Source.PURCHASE.value
    acquired = values.get("acquired_on")
    if acquired is not None and acquired > today():
        row.fail(f"取得日期 {acquired:%Y年%-m月%-d日} 在今天之后。")
    if values.get("value") == 0:
        row.warn("原值为 0 元，名义金额资产应按 1 元入账。")


def _find_known(rows: Sequence[RowVerdict]) -> None:
    """Those already in the ledger; doubles within the file are told by the engine, which sees all of it."""
    keyed = {(row.values["unit_id"], row.values.get("number")): row for row in rows}
    cards = Card.objects.filter(unit_id__in={unit for unit, _ in keyed}, number__in={number for _, number in keyed})
    for key in cards.values_list("unit_id", "number"):
        if key in keyed:
            keyed[key].fail(f"资产编号 {key[1]} 在台账中已存在。")


class _Classes:
    """The classification by every name a ledger may use: new code, 2010 code, name."""

    def __init__(self) -> None:
        self.by_code: dict[str, Category] = {}
        self.by_name: dict[str, Category] = {}
        self.by_old_code: dict[str, list[Category]] = {}
        for one in Category.objects.order_by("code"):
            self.by_code[one.code] = one
            self.by_name.setdefault(one.name, one)
        for old in OldCode.objects.select_related("category"):
            self.by_old_code.setdefault(old.code.lstrip("0"), []).append(old.category)

    def find(self, said: str, row: RowVerdict) -> Category | None:
        text = said.strip().upper()
        if found := self.by_code.get(text) or self.by_name.get(said.strip()):
            return found
        if old := self.by_old_code.get(text.lstrip("0")):
            return _of_old_code(said, old, row)
        # A longer code names a finer class than we keep: its nearest ancestor is still right.
        for length in (8, 6, 4, 2):
            head = text[: 1 + length].ljust(9, "0") if text[:1] == "A" and text[1:].isdigit() else ""
            if head and (found := self.by_code.get(head)):
                row.warn(f"分类代码 {said} 暂归入上级“{found.name}”。")
                return found
        row.fail(f"没有找到资产分类“{said}”，请填写 GB/T 14885 分类代码或名称。")
        return None


def _of_old_code(said: str, now: list[Category], row: RowVerdict) -> Category:
    """A code that was divided goes to where most of it went, and says so."""
    if len(now) > 1:
        others = "、".join(f"{one.code} {one.name}" for one in now[1:])
        row.warn(f"旧代码 {said} 在2022版中分为几类，暂归入“{now[0].name}”；如属于 {others}，请改填新代码。")
    return now[0]


LEDGER = Import(
    fields=FIELDS, key=("unit_id", "number"), check=check, store=services.import_cards, release=planning.forget
)
