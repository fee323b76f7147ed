"""The designer's pages without a browser's script: every button is a form, every mistake keeps what was typed."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jishu.platform.identity.api import actor_for
from jishu.platform.identity.tests.makers import grant, make_account, make_person, make_unit
from jishu.platform.workflow import flows, sketching
from jishu.platform.workflow.bpmn import read
from jishu.platform.workflow.engine import encode
from jishu.platform.workflow.models import Override, Sketch

from .makers import CODE
from .test_bpmn import BOMB, FOREIGN
from .test_flow_design import CHIEF, designer, publisher, put_in_force, with_fork


@pytest.fixture
def item(offer):
    return offer(CHIEF)


@pytest.fixture
def drawer(bureau):
    return designer(bureau)


@pytest.fixture
def browser(client):
    def enter(actor):
        client.force_login(getattr(actor.person, "account", None) or make_account(actor.person))
        return client

    return enter


def at(name, unit):
    return reverse(f"workflow:{name}", args=[CODE, unit.uid])


def press(client, unit, do, **told):
    """A button of the designer; the page it leads to."""
    return client.post(
        at("design_flow", unit), {"do": do, "revision": Sketch.objects.get().revision, **told}, follow=True
    )  # fmt: skip


def drawn():
    return flows.drawn_flow(Sketch.objects.get())


def test_a_flow_is_drawn_with_buttons_alone(browser, drawer, bureau, item, leader):
    client = browser(drawer)
    client.post(at("design_flow", bureau), {"do": "open"})

    press(client, bureau, "add:fork", place=".0.1")
    press(client, bureau, "add:approve", place="fork.0.0")
    settings = {"title": "局长审批", "who_kind": "unit_head", "mode": "any", "refusal": "one", "empty": "climb",
                "own": "climb", "rejected_to": "", "delegates": "owner", "timeouts": "1 提醒\n2 转上级",
                "may_amount": "edit", "may_reason": "hidden"}  # fmt: skip
    press(client, bureau, "set", step="approve", **settings)
    row = {"step": "fork", "row": "0", "title": "大额", "priority": "0", "c.join": "all"}
    press(client, bureau, "set_row", **row, **{"c_0.field": "amount"})
    page = press(client, bureau, "set_row", **row, **{"c_0.field": "amount", "c_0.op": ">", "c_0.value": "1000"})

    fork = drawn().steps[1]
    approval = fork.branches[0].steps[0]
    assert "当 金额 大于 1000 元" in page.content.decode()
    assert (approval.who.kind.value, approval.mode.value) == ("unit_head", "any")
    assert (approval.edits, approval.hidden) == (("amount",), ("reason",))
    assert [one.then.value for one in approval.timeouts] == ["remind", "transfer"]


def test_every_button_of_a_step_works(browser, drawer, bureau, item):
    client = browser(drawer)
    client.post(at("design_flow", bureau), {"do": "open"})
    press(client, bureau, "add:parallel", place=".0.1")
    press(client, bureau, "add:wait", place="parallel.0.0")

    press(client, bureau, "up", step="parallel")
    press(client, bureau, "copy", step="wait")
    press(client, bureau, "move", step="wait", to=".0.0")
    press(client, bureau, "add_row", step="parallel")
    press(client, bureau, "row_up", step="parallel", row="2")
    press(client, bureau, "delete_row", step="parallel", row="2")

    flow = drawn()
    assert [step.key for step in flow.steps] == ["wait", "parallel", "chief"]
    assert [step.key for step in flow.steps[1].lanes[0].steps] == ["wait_2"]
    assert [lane.title for lane in flow.steps[1].lanes] == ["第1路", "第3路"]

    press(client, bureau, "undo")
    assert len(drawn().steps[1].lanes) == 3
    press(client, bureau, "redo")
    press(client, bureau, "delete", step="parallel")
    assert [step.key for step in drawn().steps] == ["wait", "chief"]


def test_a_mistake_keeps_what_was_typed(browser, drawer, bureau, item):
    client = browser(drawer)
    client.post(at("design_flow", bureau), {"do": "open"})

    page = press(
        client, bureau, "set", step="chief", look="step=chief", title="科长先看", who_kind="department_head",
        mode="all", empty="climb", own="climb", rejected_to="", delegates="owner", timeouts="明天 提醒",
        may_amount="read",
        may_reason="read",
    )  # fmt: skip

    assert page.status_code == 422
    assert "科长先看" in page.content.decode()
    assert "不能识别，请写成：2 转上级" in page.content.decode()
    assert drawn() == item.flow


def test_a_stale_page_is_told_and_changes_nothing(browser, drawer, bureau, item):
    client = browser(drawer)
    client.post(at("design_flow", bureau), {"do": "open"})
    press(client, bureau, "add:wait", place=".0.1")

    page = client.post(at("design_flow", bureau), {"do": "delete", "step": "chief", "revision": 1})

    assert page.status_code == 422
    assert "草稿刚被修改过" in page.content.decode()
    assert [step.key for step in drawn().steps] == ["chief", "wait"]


@pytest.mark.parametrize(
    "told",
    [
        {"do": "rm -rf"}, {"do": "add:shell", "place": ".0.0"}, {"do": "add:approve", "place": "x.y.z"},
        {"do": "add:approve", "place": "gone.0.0"}, {"do": "delete", "step": "gone"}, {"do": "up"},
        {"do": "set_row", "step": "chief", "row": "0", "title": "x"}, {"do": "move", "step": "chief", "to": "9"},
        {"do": "condition:drop:c_9", "step": "chief", "row": "7", "title": "x"}, {"do": "", "revision": "x"},
    ],
)  # fmt: skip
def test_nonsense_is_answered_with_a_sentence(browser, drawer, bureau, item, told):
    client = browser(drawer)
    client.post(at("design_flow", bureau), {"do": "open"})

    page = client.post(at("design_flow", bureau), {"revision": 1} | told)

    assert page.status_code == 422
    assert 'role="alert"' in page.content.decode()
    assert drawn() == item.flow


def test_what_is_wrong_is_shown_at_its_step(browser, drawer, bureau, item):
    client = browser(drawer)
    client.post(at("design_flow", bureau), {"do": "open"})

    page = press(client, bureau, "add:fork", place=".0.1").content.decode()
    overview = client.get(at("flow", bureau)).content.decode()

    assert "需改正：请为条件选择表单内容。" in page
    assert "还有 1 处问题没有改正" in overview
    assert "送审发布" not in overview


def test_sending_and_publishing_on_the_pages(browser, drawer, bureau, item, leader):
    client = browser(drawer)
    sketch = sketching.open_sketch(drawer, item=item, unit=bureau)
    sketching.redraw(drawer, sketch=sketch.uid, revision=sketch.revision, change=with_fork, said="加条件")
    revision = Sketch.objects.get().revision
    page = client.post(at("issue_flow", bureau), {"do": "send", "revision": revision, "reason": "内控"}, follow=True)
    assert "已送审，由流程发布员核对后发布。" in page.content.decode()
    assert 'value="publish"' not in page.content.decode()

    client = browser(publisher(bureau))
    assert "新增</strong> 条件分支“金额”" in client.get(at("flow", bureau)).content.decode()
    page = client.post(at("issue_flow", bureau), {"do": "publish", "revision": revision}, follow=True).content.decode()

    assert "已发布第 1 版" in page
    assert "现在按本单位第 1 版办理" in page
    page = client.post(at("issue_flow", bureau), {"do": "default", "reason": "统一"}, follow=True).content.decode()
    assert "已恢复默认流程" in page
    assert Override.objects.get().ended_at is not None


def test_versions_are_compared_in_words(browser, drawer, bureau, item):
    put_in_force(drawer, publisher(bureau), item, bureau)

    page = browser(drawer).get(at("compare_flows", bureau), {"left": "default", "right": "v1"}).content.decode()

    assert "两个版本有 3 处不同。" in page
    assert "分支“大额”：当 金额 大于 1000 元" in page


def test_the_trial_page_names_people(browser, drawer, bureau, clerk, chief, leader, item):
    put_in_force(drawer, publisher(bureau), item, bureau)
    told = {"version": "v1", "applicant": clerk.name, "v-amount": "5000"}

    page = browser(drawer).get(at("try_flow", bureau), told).content.decode()

    assert "局长（区试办局 局长）" in page
    assert "金额 为 5000" in page


def test_a_draft_that_is_not_sound_is_not_tried(browser, drawer, bureau, clerk, item):
    client = browser(drawer)
    client.post(at("design_flow", bureau), {"do": "open"})
    press(client, bureau, "add:fork", place=".0.0")

    page = client.get(at("try_flow", bureau), {"version": "draft", "applicant": clerk.name}).content.decode()

    assert "改正后才能推演" in page


def upload(client, unit, data, name="x.bpmn"):
    return client.post(at("import_flow", unit), {"file": SimpleUploadedFile(name, data)}, follow=True)


def test_what_is_exported_comes_back(browser, drawer, bureau, item):
    put_in_force(drawer, publisher(bureau), item, bureau)
    client = browser(drawer)
    bpmn, ours = client.get(at("export_bpmn", bureau)), client.get(at("export_json", bureau))
    assert bpmn["Content-Disposition"] == f'attachment; filename="{CODE}.bpmn"'
    assert read(bpmn.content).flow == with_fork(item.flow)

    for answer in (bpmn, ours):
        upload(client, bureau, answer.content)
        assert drawn() == with_fork(item.flow)


def test_an_import_shows_what_was_lost_until_it_was_read(browser, drawer, bureau, item):
    client = browser(drawer)

    page = upload(client, bureau, FOREIGN.encode()).content.decode()
    assert "处没有带入或需要核对" in page
    assert "脚本不带入" in page
    assert "科长审批" in page

    assert "脚本不带入" not in press(client, bureau, "losses_read").content.decode()
    press(client, bureau, "undo")
    assert drawn() == item.flow


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (BOMB, "为安全起见不读取"),
        (b"{", "不能读取"),
        (b'{"flow": []}', "不能读取"),
        (b"[" * 100_000, "不是格式正确的 XML"),
        (b'{"flow":' + b"[" * 100_000, "不能读取"),
        (json.dumps({"flow": encode(CHIEF)}).encode(), "不能读取"),
        (json.dumps({"flow": {"type": "Flow", "steps": [encode(CHIEF), encode(CHIEF)]}}).encode(), "不能读取"),
        (b"{" + b" " * (2 * 1024 * 1024), "超过 2 MB"),
        (b"\xff\xfe\x00", "不是格式正确的 XML"),
    ],
)
def test_hostile_files_are_refused_beside_the_field(browser, drawer, bureau, item, data, said):
    page = upload(browser(drawer), bureau, data)

    assert page.status_code == 422
    assert said in page.content.decode()
    assert not Sketch.objects.filter(said="导入流程文件").exists()


def test_words_of_people_are_never_markup(browser, drawer, bureau, item):
    client = browser(drawer)
    client.post(at("design_flow", bureau), {"do": "open"})
    nasty = "<script>alert(1)</script>"

    press(client, bureau, "add:parallel", place=".0.0")
    page = press(client, bureau, "set_row", step="parallel", row="0", title=nasty)

    assert nasty not in page.content.decode()
    assert "&lt;script&gt;" in page.content.decode()


PAGES = ("flow", "design_flow", "compare_flows", "try_flow", "import_flow", "export_bpmn", "export_json")


def test_another_units_flows_are_not_found(browser, drawer, bureau, region, item):
    put_in_force(drawer, publisher(bureau), item, bureau)
    sketching.open_sketch(drawer, item=item, unit=bureau)
    client = browser(designer(make_unit("邻局", parent=region), "邻局绘图员"))

    for name in PAGES:
        answer = client.get(at(name, bureau))
        assert answer.status_code == 404, name
        assert bureau.name not in answer.content.decode()
    assert client.post(at("issue_flow", bureau), {"do": "default"}).status_code == 404
    assert client.post(at("design_flow", bureau), {"do": "open"}).status_code == 404
    assert bureau.name not in client.get(reverse("workflow:flows"), {"unit": bureau.uid}).content.decode()


def test_who_has_no_such_role_is_refused(browser, clerk, bureau, item):
    client = browser(clerk)

    assert client.get(reverse("workflow:flows")).status_code == 403
    for name in PAGES:
        assert client.get(at(name, bureau)).status_code == 403, name


def test_who_only_looks_is_offered_no_pen(browser, bureau, item):
    page = browser(publisher(bureau)).get(at("flow", bureau)).content.decode()

    assert "设计本单位流程" not in page
    assert browser(publisher(bureau, "另一发布员")).get(at("design_flow", bureau)).status_code == 403


def test_an_unknown_item_is_not_found(browser, drawer, bureau, item):
    address = reverse("workflow:flow", args=["NO-99", bureau.uid])
    assert browser(drawer).get(address).status_code == 404


@pytest.mark.parametrize("name", ["flow", "design_flow"])
def test_a_page_asks_no_more_for_more_steps(browser, drawer, bureau, item, django_assert_max_num_queries, name):
    """However many steps there are; settings that belong to one step only are asked for once."""
    client = browser(drawer)
    client.post(at("design_flow", bureau), {"do": "open"})
    counts = []
    for size in (1, 12):
        for _ in range(size):
            press(client, bureau, "add:approve", place=".0.0")
        with django_assert_max_num_queries(60) as asked:
            client.get(at(name, bureau))
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_the_list_shows_what_holds_for_the_chosen_unit(browser, region, bureau, item):
    put_in_force(designer(region), publisher(region), item, region)
    person = make_person(bureau, "本局绘图员")
    grant(person, "workflow.manager", bureau)

    page = browser(actor_for(person)).get(reverse("workflow:flows")).content.decode()

    assert f"{region.short_name}第 1 版" in page
