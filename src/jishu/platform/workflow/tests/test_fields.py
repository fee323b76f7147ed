"""Tables, conditions, patterns and comparisons in a form, for items written as code as for designed ones."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from jishu.platform.contract import (
    Approve,
    Check,
    Choice,
    Compare,
    Field,
    Kind,
    Op,
    Pattern,
    Who,
    WhoKind,
)
from jishu.platform.web.api import form_for
from jishu.platform.workflow import engine, services
from jishu.platform.workflow.forms import filled
from jishu.platform.workflow.models import Case

from .makers import CODE

HEAD = Approve(key="head", title="处室负责人审批", who=Who(kind=WhoKind.DEPARTMENT_HEAD))
LINES = Field(
    name="lines", title="物品", kind=Kind.TABLE, minimum=1, maximum=3,
    columns=(
        Field(name="what", title="名称"),
        Field(name="price", title="金额", kind=Kind.MONEY, summed=True, minimum=0),
        Field(name="count", title="数量", kind=Kind.INTEGER, summed=True, required=False),
    ),
)  # fmt: skip
TRIP = Field(
    name="trip",
    title="类别",
    kind=Kind.CHOICE,
    choices=(Choice(code="in", title="境内"), Choice(code="out", title="出国")),
)
PASSPORT = Field(name="passport", title="护照号", visible_when=Compare(field="trip", op=Op.EQ, value="out"))
BEGINS = Field(name="begins", title="开始", kind=Kind.DATE)
ENDS = Field(name="ends", title="结束", kind=Kind.DATE)
ORDER = Check(field="ends", op=Op.GE, other="begins", message="结束日期不能早于开始日期。")


def row(at, what="", price="", count=""):
    return {f"lines-{at}-what": what, f"lines-{at}-price": price, f"lines-{at}-count": count}


def test_a_table_keeps_its_rows_and_tells_their_sums(clerk):
    form = form_for(
        (LINES,), clerk, {"lines-rows": "3", **row(0, "纸", "￥1,200元", "2"), **row(1), **row(2, "笔", "0.5")}
    )

    assert form.is_valid(), form.errors
    assert form.stored()["lines"] == [
        {"what": "纸", "price": "1200.00", "count": 2}, {"what": "笔", "price": "0.50", "count": None},
    ]  # fmt: skip
    told = filled(form).shown[0]
    assert told["text"] == "共 2 行；金额合计 ¥1,200.50；数量合计 2"
    assert told["rows"][0] == ["纸", "¥1,200.00", "2"]
    assert told["columns"] == ["名称", "金额", "数量"]


def test_what_is_wrong_in_a_table_is_said_by_row_and_column(clerk):
    form = form_for((LINES,), clerk, {"lines-rows": "2", **row(0, "纸", "一百"), **row(1, "", "5")})

    assert [said.split("：")[0] for said in form.errors["lines"]] == ["第 1 行“金额”", "第 2 行“名称”"]


@pytest.mark.parametrize(("rows", "said"), [("0", "至少填写 1 行"), ("4", "最多填写 3 行"), ("99999", "最多填写 3 行")])
def test_a_table_has_as_many_rows_as_it_may(clerk, rows, said):
    data = {"lines-rows": rows}
    for at in range(min(int(rows), 5)):
        data |= row(at, "纸", "1")

    assert said in str(form_for((LINES,), clerk, data).errors["lines"])


@pytest.mark.parametrize("sent", ["-1", "x", "1e9", "٣", ""])
def test_a_strange_number_of_rows_is_no_row(clerk, sent):
    assert "至少填写 1 行" in str(form_for((LINES,), clerk, {"lines-rows": sent, **row(0, "纸", "1")}).errors["lines"])


def test_a_field_that_does_not_apply_is_neither_asked_for_nor_kept(clerk):
    inside = form_for((TRIP, PASSPORT), clerk, {"trip": "in", "passport": "偷偷填的"})
    abroad = form_for((TRIP, PASSPORT), clerk, {"trip": "out", "passport": ""})

    assert inside.is_valid()
    assert inside.stored()["passport"] is None
    assert "passport" in abroad.errors


def test_two_fields_are_compared(clerk):
    told = {"begins": "2026-11-24", "ends": "2026-11-23"}

    assert form_for((BEGINS, ENDS), clerk, told, checks=(ORDER,)).errors["ends"] == ["结束日期不能早于开始日期。"]
    assert form_for((BEGINS, ENDS), clerk, told | {"ends": "2026-11-24"}, checks=(ORDER,)).is_valid()


@pytest.mark.parametrize(
    ("pattern", "typed", "kept"),
    [
        (Pattern.MOBILE, "+86 138-0013-8000", "13800138000"),
        (Pattern.MOBILE, "12800138000", None),
        (Pattern.CITIZEN_ID, "11010519491231002x", "11010519491231002X"),
        (Pattern.CITIZEN_ID, "110105194912310021", None),
        (Pattern.CREDIT_CODE, "91350100M000100Y43", "91350100M000100Y43"),
        (Pattern.POSTCODE, "31000", None),
        (Pattern.EMAIL, "a@b.cn", "a@b.cn"),
        (Pattern.EMAIL, "a.b.cn", None),
        (Pattern.PLATE, "浙J·12345", "浙J12345"),
    ],
)
def test_numbers_are_checked_by_the_rules_of_whoever_gives_them(clerk, pattern, typed, kept):
    form = form_for((Field(name="number", title="号码", pattern=pattern),), clerk, {"number": typed})

    assert form.is_valid() is (kept is not None)
    assert kept is None or form.cleaned_data["number"] == kept


@pytest.fixture
def listed(offer, replaced):
    return replaced(
        offer(HEAD), fields=(LINES, Field(name="reason", title="事由")), prefill=None, findings=None, subject=None
    )


def test_a_row_is_added_by_the_server_and_nothing_typed_is_lost(clerk, chief, listed, signed_in):
    page = signed_in(clerk)
    typed = {"_key": uuid4(), "lines-rows": "1", "reason": "办公", **row(0, "纸", "一百")}

    shown = page.post(reverse("workflow:apply", args=[CODE]), typed | {"_do": "row:lines"})

    assert shown.status_code == 200
    text = shown.content.decode()
    assert 'name="lines-1-what"' in text
    assert 'value="一百"' in text
    assert Case.objects.get().values["reason"] == "办公"  # the draft is kept as well


def test_a_case_with_a_table_is_submitted_shown_and_corrected(clerk, chief, listed, signed_in):
    page = signed_in(clerk)
    typed = {
        "_key": uuid4(),
        "lines-rows": "2",
        "reason": "办公",
        **row(0, "纸", "10", "1"),
        **row(1, "<b>笔</b>", "5"),
    }
    page.post(reverse("workflow:apply", args=[CODE]), typed)
    case = Case.objects.get()

    shown = page.get(case.get_absolute_url()).content.decode()
    services.send_back(chief, case=case.uid, key=uuid4(), opinion="补数量", to=engine.APPLICANT)
    again = page.get(reverse("workflow:amend", args=[case.uid])).content.decode()

    assert "&lt;b&gt;笔&lt;/b&gt;" in shown
    assert "¥15.00" in shown
    assert 'value="10.00"' in again
    assert 'name="lines-1-what"' in again
    assert Decimal(Case.objects.get().values["lines"][0]["price"]) == 10


def test_what_is_typed_into_a_returned_case_is_kept_until_it_is_handed_in(clerk, chief, listed, signed_in):
    page = signed_in(clerk)
    typed = {"_key": uuid4(), "lines-rows": "1", "reason": "办公", **row(0, "纸", "10")}
    page.post(reverse("workflow:apply", args=[CODE]), typed)
    case = Case.objects.get()
    services.send_back(chief, case=case.uid, key=uuid4(), opinion="写清楚", to=engine.APPLICANT)

    assert (
        page.post(reverse("workflow:save_amendment", args=[case.uid]), typed | {"reason": "新事由"}).status_code == 204
    )
    assert "新事由" in page.get(reverse("workflow:amend", args=[case.uid])).content.decode()
    assert "新事由" not in page.get(case.get_absolute_url()).content.decode()

    page.post(reverse("workflow:amend", args=[case.uid]), typed | {"_key": uuid4(), "reason": "终稿"})
    case.refresh_from_db()
    assert (case.typed, case.values["reason"]) == (None, "终稿")


def test_nobody_else_keeps_anything_in_a_returned_case(clerk, chief, listed, signed_in):
    signed_in(clerk).post(
        reverse("workflow:apply", args=[CODE]),
        {"_key": uuid4(), "lines-rows": "1", "reason": "办公", **row(0, "纸", "10")},
    )
    case = Case.objects.get()
    services.send_back(chief, case=case.uid, key=uuid4(), opinion="写清楚", to=engine.APPLICANT)

    assert (
        signed_in(chief).post(reverse("workflow:save_amendment", args=[case.uid]), {"reason": "改"}).status_code == 404
    )


def test_a_draft_opens_again_as_it_was_typed(clerk, listed, signed_in):
    page = signed_in(clerk)
    key = uuid4()
    page.post(
        reverse("workflow:save_draft", args=[CODE]),
        {"_key": key, "lines-rows": "1", **row(0, "纸", "一百"), "reason": "半句"},
    )

    shown = page.get(reverse("workflow:apply", args=[CODE])).content.decode()

    assert str(key) in shown
    assert 'value="一百"' in shown
    assert 'value="半句"' in shown
    assert "开始填写的草稿" in shown
