"""An item without code, from the first stroke to the verified file: designed, asked for, decided in a batch."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import DESK, PHONE, flaws

pytestmark = pytest.mark.browser


def test_an_item_is_designed_asked_for_decided_and_verified(page_as, tmp_path):
    designer = page_as("sheji")
    guide = _design(designer)

    applicant = page_as("shenqing", PHONE)
    case = _ask(applicant, guide)

    leader = page_as("chuzhang", PHONE)
    _agree_in_a_batch(leader)

    applicant.goto(case)
    expect(applicant.locator("[data-state=completed]").first).to_have_text(re.compile("已办结"))
    with applicant.expect_download() as started:
        applicant.get_by_role("link", name="卷宗（PDF）").click()
    paper = tmp_path / "dossier.pdf"
    started.value.save_as(paper)
    _verify(applicant, paper)


def _design(page: Page) -> str:
    page.goto("/designs/")
    page.get_by_label("事项名称").fill("会议用品领用")
    page.get_by_label("事项简称").fill("会领")
    page.get_by_label("类别").fill("会务")
    page.get_by_label("一句话说明").fill("为会议领取用品。")
    page.get_by_label("适用单位").select_option(
        label=page.get_by_label("适用单位").locator("option").nth(1).inner_text()
    )
    assert flaws(page, DESK) + flaws(page, PHONE) == []
    page.get_by_role("button", name="新建，继续添加填写项").click()
    _field(page, "添加填写项", title="会议名称")
    _field(page, "添加填写项", title="范围", kind="单选", choices="内部\n对外")
    page.get_by_role("link", name="添加填写项", exact=True).click()
    page.get_by_label(re.compile(r"^\s*名称")).fill("来宾单位")
    page.get_by_label("显示条件1").select_option(label="当“范围”")
    page.get_by_label("值1").fill("对外")
    assert flaws(page, DESK) + flaws(page, PHONE) == []
    page.get_by_role("button", name="保存").click()
    _field(page, "添加填写项", title="用品", kind="子表（多行）", minimum="1")
    _field(page, "为“用品”添加列", title="品名")
    _field(page, "为“用品”添加列", title="数量", kind="整数", summed=True)
    assert flaws(page, DESK) + flaws(page, PHONE) == []
    page.get_by_role("button", name="发布").click()
    expect(page.locator("main")).to_contain_text("现行第 1 版")
    code = page.locator(".breadcrumb-item.active").inner_text().strip()
    return f"/guide/{code}/"


def _field(page: Page, link: str, *, title: str, kind: str = "单行文字", choices: str = "", **told: object) -> None:
    page.get_by_role("link", name=link, exact=True).click()
    page.get_by_label(re.compile(r"^\s*名称")).fill(title)
    page.get_by_label("类型").select_option(label=kind)
    if choices:
        page.get_by_label("选项", exact=True).fill(choices)
    if "minimum" in told:
        page.get_by_label("最小值").fill(str(told["minimum"]))
    if told.get("summed"):
        page.get_by_label("显示合计").check()
    page.get_by_role("button", name="保存").click()


def _ask(page: Page, guide: str) -> str:
    page.goto("/hall/?q=会议用品")
    page.get_by_role("link", name="会议用品领用").first.click()
    expect(page.get_by_label("来宾单位")).to_be_hidden()
    page.get_by_label("会议名称").fill("年度工作会议")
    page.get_by_label("范围").select_option(label="对外")
    expect(page.get_by_label("来宾单位")).to_be_visible()
    page.get_by_label("范围").select_option(label="内部")
    page.get_by_label("第 1 行 品名").fill("桌签")
    page.get_by_label("第 1 行 数量").fill("12")
    page.get_by_role("button", name="增加一行").click()
    page.get_by_label("第 2 行 品名").fill("席卡")
    page.get_by_label("第 2 行 数量").fill("30")
    expect(page.locator("[data-sum]")).to_have_text("42")
    assert flaws(page, PHONE) + flaws(page, DESK) == []
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.get_by_role("button", name="提交申请").click()
    expect(page.locator("main")).to_contain_text("共 2 行；数量合计 42")
    assert flaws(page, PHONE) + flaws(page, DESK) == []
    return page.url


def _agree_in_a_batch(page: Page) -> None:
    page.goto("/todo/")
    item = page.locator(".chip", has_text="会议用品领用")
    if item.count():
        item.click()
    page.get_by_label(re.compile("选择 会议用品领用")).check()
    page.get_by_label("对所选办件的意见").fill("同意领用。")
    assert flaws(page, PHONE) == []
    page.get_by_role("button", name="同意所选").click()
    expect(page.locator("main")).to_contain_text("已同意 1 件，共 1 件。")
    assert flaws(page, PHONE) + flaws(page, DESK) == []


def _verify(page: Page, paper: Path) -> None:
    """By a stranger, with the code printed on the sheet."""
    pdf = pytest.importorskip("pypdfium2").PdfDocument(paper.read_bytes())
    text = "".join(sheet.get_textpage().get_text_range() for sheet in pdf)
    found = re.search(r"核验码\s*([A-Z2-7]{16})", text)
    assert found is not None
    page.context.clear_cookies()
    page.goto(f"/verify/?code={found[1]}")
    expect(page.locator("main")).to_contain_text("会议用品领用")
    assert flaws(page, PHONE) + flaws(page, DESK) == []
    page.get_by_label("卷宗文件").set_input_files(paper)
    page.get_by_role("button", name="核对是否一致").click()
    expect(page.locator(".notice")).to_contain_text("一致：这份文件就是")
    assert flaws(page, PHONE) + flaws(page, DESK) == []
