"""Items without code: drawn, published in editions, offered to one unit, run like any other."""

from io import BytesIO
from uuid import uuid4

import openpyxl
import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from jishu.platform.archive.api import store_document
from jishu.platform.audit.api import verbs_about
from jishu.platform.identity.api import actor_for
from jishu.platform.identity.tests.makers import grant, make_department, make_person, make_unit
from jishu.platform.lib.errors import Missing
from jishu.platform.workflow import drawing, engine, services
from jishu.platform.workflow.designs import FLOWS, Design, NotReady, from_stored
from jishu.platform.workflow.models import Case, DesignedItem, ItemEdition

BASICS = {
    "name": "用印申请", "short": "用印", "category": "综合", "summary": "申请使用单位印章。",
    "audience": "本单位工作人员",
    "promised_days": "1", "flow": "head", "basis": "《印章管理规定》第五条", "materials": "用印文件",
}  # fmt: skip


@pytest.fixture
def designer(bureau):
    person = make_person(bureau, "设计员")
    grant(person, "workflow.designer", bureau)
    grant(person, "workflow.overseer", bureau)
    return actor_for(person)


@pytest.fixture
def seal(designer, bureau):
    design = Design(name="用印申请", short="用印", category="综合", summary="申请使用单位印章。", flow=FLOWS["head"][1])
    return drawing.begin(designer, unit=bureau, design=design)


def draw(browser, item, place="new", **told):
    item.refresh_from_db()
    typed = {"title": "事由", "kind": "text", "required": "on", "revision": item.revision, **told}
    return browser.post(reverse("workflow:design_field", args=[item.uid, place]), typed)


def press(browser, item, do):
    item.refresh_from_db()
    return browser.post(reverse("workflow:design", args=[item.uid]), {"do": do, "revision": item.revision}, follow=True)


@pytest.fixture
def offered(designer, seal, signed_in):
    """With a table: 名称 and 份数, which is summed."""
    browser = signed_in(designer)
    draw(browser, seal, title="事由")
    draw(browser, seal, title="文件", kind="table", minimum="1")
    draw(browser, seal, "f2.new", title="名称")
    draw(browser, seal, "f2.new", title="份数", kind="integer", summed="on")
    press(browser, seal, "publish")
    seal.refresh_from_db()
    return seal


def apply(browser, item, copies="3"):
    typed = {
        "_key": uuid4(), "f1": "合同", "f2-rows": "1", "f2-0-c1": "甲方合同", "f2-0-c2": copies,
    }  # fmt: skip
    return browser.post(reverse("workflow:apply", args=[item.code]), typed, follow=True)


def test_an_item_is_drawn_published_and_applied_for(offered, clerk, chief, signed_in):
    browser = signed_in(clerk)
    assert "用印申请" in browser.get(reverse("portal:hall")).content.decode()
    assert "申请使用单位印章。" in browser.get(reverse("portal:guide", args=[offered.code])).content.decode()
    assert "用印申请" in browser.get(f"{reverse('portal:search')}?q=用印").content.decode()

    page = apply(browser, offered).content.decode()

    case = Case.objects.get()
    assert case.number.startswith("用印〔")
    assert f"已提交，办件编号 {case.number}" in page
    assert "份数合计 3" in page
    services.agree(chief, case=case.uid, key=uuid4())
    case.refresh_from_db()
    assert case.state == Case.State.COMPLETED


def test_a_form_takes_files_and_records(seal, designer, clerk, signed_in):
    browser = signed_in(designer)
    nothing = draw(browser, seal, title="涉及人员", kind="record").content.decode()
    assert "请选择从哪个台账中选" in nothing
    assert draw(browser, seal, title="用印文件", kind="file", maximum="99").status_code == 422
    draw(browser, seal, title="涉及人员", kind="record", record="identity.person")
    draw(browser, seal, title="用印文件", kind="file", maximum="2")
    page = browser.get(reverse("workflow:design_field", args=[seal.uid, "f1"])).content.decode()
    assert '<option value="identity.person" selected>' in page
    press(browser, seal, "publish")
    seal.refresh_from_db()

    kept = store_document(clerk, chunks=["合同正文".encode()], name="合同.txt", file_now=False)
    typed = {"_key": uuid4(), "f1": clerk.person.uid, "f2": kept.uid}
    answer = signed_in(clerk).post(reverse("workflow:apply", args=[seal.code]), typed, follow=True)

    shown = answer.content.decode()
    assert Case.objects.get().values["f1"] == str(clerk.person.uid)
    assert "合同.txt" in shown
    assert clerk.person.name in shown


def test_it_is_designed_for_one_unit_and_those_below(offered, designer, region, signed_in):
    other = make_unit("区另办", parent=region)
    stranger = actor_for(make_person(make_department(other, "科室"), "外人"))
    browser = signed_in(stranger)

    assert "用印申请" not in browser.get(reverse("portal:hall")).content.decode()
    assert "用印申请" not in browser.get(f"{reverse('portal:search')}?q=用印").content.decode()
    for name in ("portal:guide", "workflow:apply"):
        assert browser.get(reverse(name, args=[offered.code])).status_code == 404


def test_another_units_designer_neither_sees_nor_changes_it(seal, region, signed_in):
    other = make_unit("区另办", parent=region)
    person = make_person(other, "别家设计员")
    grant(person, "workflow.designer", other)
    stranger = actor_for(person)

    assert signed_in(stranger).get(reverse("workflow:design", args=[seal.uid])).status_code == 404
    with pytest.raises(Missing):
        drawing.publish(stranger, item=seal.uid, revision=1)
    with pytest.raises(Missing):
        drawing.begin(stranger, unit=seal.unit, design=from_stored(seal.draft))


def test_cases_keep_the_edition_they_began_with(offered, designer, clerk, chief, signed_in):
    apply(signed_in(clerk), offered)
    old = Case.objects.get()
    services.send_back(chief, case=old.uid, key=uuid4(), opinion="写清楚", to=engine.APPLICANT)
    browser = signed_in(designer)
    draw(browser, offered, title="新增一项")
    press(browser, offered, "delete:f2")
    press(browser, offered, "publish")

    page = signed_in(clerk)
    amended = page.get(reverse("workflow:amend", args=[old.uid])).content.decode()
    fresh = page.get(f"{reverse('workflow:apply', args=[offered.code])}?new=1").content.decode()

    assert "新增一项" not in amended
    assert "甲方合同" in amended
    assert "新增一项" in fresh
    assert ItemEdition.objects.filter(code=offered.code).count() == 2


def test_a_retired_item_is_no_longer_offered_but_its_cases_go_on(offered, designer, clerk, chief, signed_in):
    apply(signed_in(clerk), offered)
    case = Case.objects.get()

    press(signed_in(designer), offered, "retire")

    assert signed_in(clerk).get(reverse("workflow:apply", args=[offered.code])).status_code == 404
    assert services.agree(chief, case=case.uid, key=uuid4()).state == Case.State.COMPLETED


def test_what_is_missing_keeps_it_from_being_published(seal, designer, signed_in):
    with pytest.raises(NotReady, match="至少添加一个填写项"):
        drawing.publish(designer, item=seal.uid, revision=1)
    draw(signed_in(designer), seal, title="明细", kind="table")

    page = press(signed_in(designer), seal, "publish").content.decode()

    assert "子表“明细”还没有列" in page
    assert DesignedItem.objects.get().edition is None


def test_a_condition_on_a_field_that_moved_below_is_told(seal, designer, signed_in):
    browser = signed_in(designer)
    draw(browser, seal, title="类别", kind="choice", choices="境内\n出国")
    draw(browser, seal, title="护照号", when1="f1", op1="=", value1="出国")
    preview = browser.get(reverse("workflow:design", args=[seal.uid])).content.decode()

    page = press(browser, seal, "down:f1").content.decode()

    assert "data-when" in preview
    assert "“护照号”的显示条件只能用排在它前面的填写项。" in page


def test_choices_keep_their_codes_when_others_come_and_go(seal, designer, signed_in):
    browser = signed_in(designer)
    draw(browser, seal, title="类别", kind="choice", choices="甲\n乙")
    draw(browser, seal, "f1", title="类别", kind="choice", choices="丙\n乙")

    seal.refresh_from_db()
    codes = {one.title: one.code for one in from_stored(seal.draft).fields[0].choices}
    assert codes["乙"] == "c2"
    assert codes["丙"] not in ("c1", "c2")


def test_the_second_editor_is_told_and_nothing_is_overwritten(seal, designer, signed_in):
    browser = signed_in(designer)
    draw(browser, seal)

    page = browser.post(
        reverse("workflow:design_field", args=[seal.uid, "new"]), {"title": "迟到", "kind": "text", "revision": 1}
    )

    assert page.status_code == 422
    assert "另一位管理员刚刚修改了这个事项" in page.content.decode()
    assert 'value="迟到"' in page.content.decode()
    seal.refresh_from_db()
    assert [one.title for one in from_stored(seal.draft).fields] == ["事由"]


def test_two_items_do_not_share_the_head_of_their_numbers(seal, designer, bureau, signed_in):
    page = signed_in(designer).post(reverse("workflow:designs"), BASICS | {"name": "另一个", "unit": bureau.uid})

    assert page.status_code == 422
    assert "该事项简称已被其他事项使用" in page.content.decode()


def test_a_new_item_is_begun_on_the_page(designer, bureau, signed_in):
    page = signed_in(designer).post(reverse("workflow:designs"), BASICS | {"unit": bureau.uid}, follow=True)

    assert "已新建“用印申请”" in page.content.decode()
    made = DesignedItem.objects.get()
    assert from_stored(made.draft).materials == ("用印文件",)
    assert verbs_about(made.uid) == ["item.begun"]


def test_what_was_filled_in_is_listed_and_exported(offered, designer, clerk, chief, signed_in):
    apply(signed_in(clerk), offered, copies="7")

    browser = signed_in(designer)
    address = reverse("workflow:design_cases", args=[offered.uid])
    shown = browser.get(address).content.decode()
    book = openpyxl.load_workbook(BytesIO(b"".join(browser.get(f"{address}?as=xlsx").streaming_content)))

    assert "份数合计 7" in shown
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[0][-2:] == ("事由", "文件")
    assert rows[1][-2:] == ("合同", "共 1 行；份数合计 7")


def test_nobody_designs_without_the_permission(seal, clerk, signed_in):
    browser = signed_in(clerk)

    assert browser.get(reverse("workflow:designs")).status_code == 403
    assert browser.get(reverse("workflow:design", args=[seal.uid])).status_code == 403


@pytest.mark.parametrize(
    "statement", ["UPDATE workflow_itemedition SET version = 9", "DELETE FROM workflow_itemedition"]
)
def test_the_database_keeps_editions_as_they_are(offered, statement):
    with pytest.raises(IntegrityError, match="final"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_what_the_platform_knows_is_filled_in(seal, designer, clerk, chief, signed_in):
    browser = signed_in(designer)
    draw(browser, seal, title="姓名", source="name")
    draw(browser, seal, title="处室", source="department")
    press(browser, seal, "publish")

    page = signed_in(clerk).get(reverse("workflow:apply", args=[seal.code])).content.decode()

    assert 'value="小陈"' in page
    assert 'value="综合科"' in page
    assert "自动带出" in page


def test_its_flow_is_drawn_for_its_own_units_only(offered, bureau, region, signed_in):
    other = make_unit("区另办", parent=region)
    person = make_person(bureau, "流程管理员")
    grant(person, "workflow.manager", region)
    browser = signed_in(actor_for(person))

    assert browser.get(reverse("workflow:flow", args=[offered.code, bureau.uid])).status_code == 200
    assert browser.get(reverse("workflow:flow", args=[offered.code, other.uid])).status_code == 404
    assert "用印申请" not in browser.get(f"{reverse('workflow:flows')}?unit={other.uid}").content.decode()


def test_designed_items_stand_in_the_list_of_items_and_in_the_guide(offered, clerk, bureau, signed_in, region):
    browser = signed_in(clerk)
    listed = browser.get(reverse("portal:item_catalog")).content.decode()
    sheet = browser.get(f"{reverse('portal:item_catalog')}?xlsx")
    rows = list(openpyxl.load_workbook(BytesIO(sheet.content)).active.values)
    guide = browser.get(reverse("portal:guide", args=[offered.code])).content.decode()

    assert offered.code in listed
    row = dict(zip(rows[0], next(one for one in rows if one[0] == offered.code), strict=True))
    assert (row["业务系统"], row["主管单位"]) == ("事项设计", bureau.name)
    assert "用印申请" in guide

    stranger = actor_for(make_person(make_department(make_unit("外局", parent=region), "科"), "外人"))
    browser = signed_in(stranger)
    assert offered.code not in browser.get(reverse("portal:item_catalog")).content.decode()
    assert browser.get(reverse("portal:guide", args=[offered.code])).status_code == 404


def test_a_field_is_dropped_where_it_was_dragged_to(designer, seal, signed_in):
    browser = signed_in(designer)
    for title in "甲乙丙":
        draw(browser, seal, title=title)

    def order():
        seal.refresh_from_db()
        return "".join(one.title for one in from_stored(seal.draft).fields)

    for deed, then in (("to:f1:3", "乙丙甲"), ("to:f3:0", "丙乙甲"), ("to:f1:1", "丙甲乙"), ("to:f1:x", "丙甲乙")):
        press(browser, seal, deed)
        assert order() == then
