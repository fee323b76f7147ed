"""A ledger as offices keep it becomes cards: units, people and classes are found, doubles and gaps are told."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from jishu.platform.contract import Import
from jishu.platform.identity.api import Actor, Directory
from jishu.platform.lib.clock import today

from . import services
from .ledger import FIELDS
from .models import Card, Category


def check(actor: Actor, rows: Sequence[Any]) -> None:
    """Judge one batch in a handful of queries; each row gets its words and, where good, the values to store.

    ``rows`` are RowVerdicts whose ``values`` hold converted cells by field name.
    """
    directory = Directory(actor, "asset.import_card")
    classes = _Classes()
    for row in rows:
        _find_unit(row, actor, directory)
        _find_people(row, directory)
        _find_category(row, classes)
        _judge(row)
    _find_doubles(rows)


def _find_unit(row: Any, actor: Actor, directory: Directory) -> None:
    named = row.values.get("unit")
    unit = directory.agency(named, row) if named else actor.agency
    if unit is None and not named:
        row.error("没有写明单位。")
    if unit is not None and not named and not actor.scope("asset.import_card").covers(unit):
        row.error("没有写明单位。")
        unit = None
    row.values["unit"] = unit
    department = row.values.get("department")
    row.values["department"] = directory.department(department, unit, row) if department and unit else None


def _find_people(row: Any, directory: Directory) -> None:
    unit, department = row.values["unit"], row.values["department"]
    for name, title in (("user", "使用人"), ("keeper", "管理人")):
        called = row.values.get(name)
        row.values[name] = directory.person(called, unit, department, title, row) if called and unit else None
    state = row.values.get("state") or (Card.State.IN_USE if row.values["user"] else Card.State.IDLE)
    if state in (Card.State.IN_USE, Card.State.LENT) and row.values["user"] is None and row.status != "error":
        if row.values["keeper"] is None:
            row.error("在用或借出的资产必须填写使用人。")
        else:
            row.values["user"] = row.values["keeper"]
            row.warn("没有填写使用人,暂以管理人作为使用人。")
    row.values["state"] = state


def _find_category(row: Any, classes: "_Classes") -> None:
    said = row.values.get("category") or row.values.get("name") or ""
    row.values["category"] = classes.find(said, row) if said else None


def _judge(row: Any) -> None:
    values = row.values
    values["source"] = values.get("source") or Card.Source.PURCHASE
    for name in ("spec", "serial_number", "place", "remark"):
        values[name] = values.get(name) or ""
    acquired = values.get("acquired_on")
    if acquired is not None and acquired > today():
        row.error(f"取得日期 {acquired:%Y年%-m月%-d日} 在今天之后。")
    if values.get("value") == 0:
        row.warn("原值为 0 元,名义金额资产应按 1 元入账。")


def _find_doubles(rows: Sequence[Any]) -> None:
    """Doubles within the file are the file reader's to know across batches; those in the ledger are ours."""
    keys = [
        (row.values["unit"].id, row.values["number"]) for row in rows if row.values["unit"] and row.values.get("number")
    ]
    counted = Counter(keys)
    known = set(
        Card.objects.filter(
            unit_id__in={unit for unit, _ in keys}, number__in={number for _, number in keys}
        ).values_list("unit_id", "number")
    )
    for row in rows:
        key = (row.values["unit"].id, row.values["number"]) if row.values["unit"] and row.values.get("number") else None
        if key in known:
            row.error(f"资产编号 {key[1]} 在台账中已存在。")
        elif key is not None and counted[key] > 1:
            row.error(f"资产编号 {key[1]} 在文件中重复出现 {counted[key]} 次。")


class _Classes:
    """The classification by every name a ledger may use: new code, 2010 code, name."""

    def __init__(self) -> None:
        self.by_code: dict[str, Category] = {}
        self.by_name: dict[str, Category] = {}
        for one in Category.objects.order_by("code"):
            self.by_code[one.code] = one
            self.by_name.setdefault(one.name, one)
            if one.old_code:
                self.by_code[one.old_code] = self.by_code[one.old_code.lstrip("0")] = one

    def find(self, said: str, row: Any) -> Category | None:
        text = said.strip().upper()
        if found := self.by_code.get(text) or self.by_name.get(said.strip()):
            return found
        # A longer code names a finer class than we keep: its nearest ancestor is still right.
        for length in (8, 6, 4, 2):
            head = text[: 1 + length].ljust(9, "0") if text[:1] == "A" and text[1:].isdigit() else ""
            if head and (found := self.by_code.get(head)):
                row.warn(f"分类代码 {said} 暂归入上级“{found.name}”。")
                return found
        row.error(f"没有找到资产分类“{said}”,请填写 GB/T 14885 分类代码或名称。")
        return None


LEDGER = Import(fields=FIELDS, check=check, store=services.import_cards)
