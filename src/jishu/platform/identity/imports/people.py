"""A staff list becomes people in their posts. The staff number says whether somebody is known already."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jishu.platform.command import command
from jishu.platform.contract import Choice, Import, ImportField, Kind
from jishu.platform.identity import selectors
from jishu.platform.identity.actor import Actor
from jishu.platform.identity.directory import Directory
from jishu.platform.identity.models import Appointment, Person, Unit
from jishu.platform.identity.models.contact import carried, delivered
from jishu.platform.identity.staffing import Posting, amend_person, take_on, transfer
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import Missing
from jishu.platform.lib.identifiers import WrongIdentifier, mask_phone, validate_mobile
from jishu.platform.lib.tabular.verdict import RowVerdict

IMPORT = "identity.import_person"
_RANKS = {
    "县处级正职": "21", "正处": "21", "正处级": "21", "县处级副职": "22", "副处": "22", "副处级": "22",
    "乡科级正职": "31", "正科": "31", "正科级": "31", "乡科级副职": "32", "副科": "32", "副科级": "32",
    "科员及以下": "40", "科员": "40", "一级科员": "40", "二级科员": "40", "办事员": "40", "无": "40",
    "一级主任科员": "31", "二级主任科员": "31", "三级主任科员": "32", "四级主任科员": "32",
}  # fmt: skip

FIELDS = (
    ImportField(
        name="code", title="人员编号", max_length=24, 
        aliases=("工号", "编号", "职工编号", "人员代码", "员工编号", "证号"),
    ),
    ImportField(name="name", title="姓名", max_length=40, personal=True, aliases=("人员姓名", "职工姓名", "名字")),
    ImportField(name="unit", title="单位", required=False, aliases=("单位名称", "所在单位", "工作单位", "单位代码")),
    ImportField(
        name="department", title="处室", required=False,
        aliases=("科室", "部门", "所在处室", "所在科室", "内设机构", "处室名称", "任职处室"),
    ),
    ImportField(name="post", title="职务", max_length=40, aliases=("岗位", "职位", "现任职务", "职务名称")),
    ImportField(
        name="rank", title="职级", kind=Kind.CHOICE, required=False, aliases=("级别", "行政级别", "职务层次"),
        choices=tuple(Choice(code=code, title=title) for title, code in _RANKS.items()),
    ),
    ImportField(
        name="mobile", title="手机号码", required=False, max_length=20, personal=True,
        aliases=("手机", "手机号", "联系电话", "移动电话", "电话"),
    ),
    ImportField(
        name="is_head", title="主持工作", kind=Kind.BOOLEAN, required=False, aliases=("是否负责人", "负责人", "主持")
    ),
    ImportField(
        name="since", title="任职日期", kind=Kind.DATE, required=False, aliases=("到岗日期", "任职时间", "入职日期")
    ),
)  # fmt: skip


def check(actor: Actor, rows: Sequence[RowVerdict]) -> None:
    directory = Directory(actor, IMPORT)
    codes = [str(row.values.get("code") or "") for row in rows]
    known = {person.code: person for person in Person.objects.filter(code__in=codes)}
    kept = set(_kept(actor).filter(code__in=codes).values_list("pk", flat=True))
    posts = _posts_of([person.pk for person in known.values()])
    for row in rows:
        _find_place(row, actor, directory)
        _check_mobile(row)
        row.values["rank"] = row.values.get("rank") or Appointment.Rank.STAFF.value
        person = known.get(str(row.values.get("code") or ""))
        row.values["person_id"] = person.pk if person is not None else None
        if person is None:
            _judge_new(row)
        elif person.pk not in kept:
            row.fail(f"人员编号 {person.code} 已被使用。")
        else:
            _judge_known(row, person, posts.get(person.pk))


def _kept(actor: Actor) -> Any:
    return selectors.people_kept_by(actor, "identity.change_person")


def _posts_of(people: Sequence[int]) -> dict[int, Appointment]:
    held = Appointment.objects.filter(person__in=people, is_primary=True, during__contains=today())
    return {one.person_id: one for one in held.select_related("unit")}


def _find_place(row: RowVerdict, actor: Actor, directory: Directory) -> None:
    """A list that names no unit is that of one's own."""
    named, called = row.values.get("unit"), row.values.get("department")
    agency = directory.agency(named, row) if named else actor.agency
    row.values["unit_id"] = None
    if agency is None or not actor.scope(IMPORT).covers(agency):
        if not named:
            row.fail("没有写明单位。")
        return
    place: Unit | None = agency
    if called:
        place = directory.department(called, agency, _Strict(row))
    row.values["unit_id"] = place.id if place is not None else None


class _Strict:
    """Where a ledger may leave the department out, a staff list must not get it wrong."""

    def __init__(self, row: RowVerdict) -> None:
        self._row = row

    def fail(self, message: str) -> None:
        self._row.fail(message)

    def warn(self, message: str) -> None:
        self._row.fail(message.replace("，使用处室留空", "，请先设立处室或更正名称"))


def _check_mobile(row: RowVerdict) -> None:
    """What is kept of the row until it is confirmed shows no number."""
    said, row.values["mobile"], row.values["carried"] = row.values.get("mobile"), None, ""
    if not said:
        return
    try:
        mobile = validate_mobile(str(said))
    except WrongIdentifier as wrong:
        row.fail(str(wrong))
    else:
        row.values["mobile"], row.values["carried"] = mask_phone(mobile), carried(mobile)


def _judge_new(row: RowVerdict) -> None:
    if row.values.get("since") is None:
        row.values["since"] = today()
        row.warn("没有填写任职日期，按今天计。")


def _judge_known(row: RowVerdict, person: Person, held: Appointment | None) -> None:
    values = row.values
    if person.has_left:
        row.fail(f"{person.name}已离岗，不能由导入修改。")
        return
    values["moves"] = held is None or (held.unit_id, held.post) != (values["unit_id"], values.get("post"))
    if values.get("name") and values["name"] != person.name:
        row.warn(f"人员编号 {person.code} 现为“{person.name}”，将更正为“{values['name']}”。")
    if not values["moves"] or values["unit_id"] is None:
        return
    if values.get("since") is None:
        row.fail("该人员的处室或职务有变化，请填写任职日期。")
    elif held is not None and values["since"] <= held.during.lower:
        row.fail(f"任职日期须晚于现任职务的开始日期（{held.during.lower:%Y-%m-%d}）。")
    else:
        row.warn(f"将办理调动：原任{held.unit.short_name} {held.post}。" if held else "将办理任职。")


@command(IMPORT, audited_as="person.imported", titled="导入人员")
def import_people(actor: Actor, *, rows: Iterable[Mapping[str, Any]]) -> list[Person]:
    """Each row by the same commands as on the pages; one entry over all of them."""
    batch = list(rows)
    units = Unit.objects.in_bulk([row["unit_id"] for row in batch])
    people = Person.objects.in_bulk([row["person_id"] for row in batch if row["person_id"]])
    if not all(actor.scope(IMPORT).covers(unit) for unit in units.values()):
        raise Missing("其中有您不负责的单位。", field="unit")
    return [_stored(actor, row, units[row["unit_id"]], people.get(row["person_id"])) for row in batch]


def _stored(actor: Actor, row: Mapping[str, Any], unit: Unit, person: Person | None) -> Person:
    posting = Posting(
        unit=unit, post=row["post"], rank=row["rank"], since=row.get("since") or today(),
        is_head=bool(row.get("is_head")),
    )  # fmt: skip
    mobile = delivered(row["carried"]) if row.get("carried") else ""
    if person is None:
        return take_on(actor, code=row["code"], name=row["name"], posting=posting, mobile=mobile)
    changes = {"name": row["name"]} | ({"mobile": mobile} if mobile else {})
    person = amend_person(actor, person=person, **changes)
    if row.get("moves"):
        transfer(actor, person=person, posting=posting)
    return person


PEOPLE = Import(fields=FIELDS, key=("code",), check=check, store=import_people)
