"""A unit draws its own way for an item, tries it, has it published, and the next case goes that way."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import DESK, PHONE, flaws

pytestmark = pytest.mark.browser


def test_a_flow_is_drawn_by_keyboard_tried_published_and_followed(page_as):
    applicant = page_as("shenqing")
    before = _asked(applicant)
    applicant.goto("/me/")
    name = applicant.locator(".page-lead").inner_text().partition("（")[0]
    designer = page_as("liucheng")
    designer.goto("/flows/")
    designer.get_by_role("link", name="资产申领").click()
    overview = designer.url
    designer.get_by_role("button", name="设计本单位流程").click()
    _draw(designer)
    assert flaws(designer, DESK) + flaws(designer, PHONE) == []
    designer.set_viewport_size({"width": DESK[0], "height": DESK[1]})

    _try(designer, name)
    designer.goto(overview)
    expect(designer.locator("main")).to_contain_text("新增 审批“主要负责人审批”")
    designer.get_by_label("变更理由").fill("大批量领用须经主要负责人同意")
    designer.get_by_role("button", name="送审发布").click()
    expect(designer.locator("main")).to_contain_text("已送审")
    assert flaws(designer, DESK) == []

    issuer = page_as("fabu")
    issuer.goto("/messages/")
    expect(issuer.get_by_text("待您发布流程", exact=False).first).to_be_visible()
    issuer.goto(overview)
    issuer.get_by_role("button", name="发布", exact=True).click()
    expect(issuer.locator("main")).to_contain_text("已发布第 1 版")
    assert flaws(issuer, DESK) + flaws(issuer, PHONE) == []

    after = _asked(applicant)
    expect(applicant.locator("aside")).to_contain_text("主要负责人审批")
    applicant.goto(before)
    expect(applicant.locator("aside")).not_to_contain_text("主要负责人审批")
    for address in (before, after):
        applicant.goto(address)
        applicant.get_by_role("button", name="撤回申请").click()
        expect(applicant.locator("main")).to_contain_text("已撤回")

    issuer.goto(overview)
    issuer.get_by_text("停用本单位流程").click()
    issuer.get_by_label("停用理由").fill("演示结束")
    issuer.get_by_role("button", name=re.compile("停用并恢复")).click()
    expect(issuer.locator("main")).to_contain_text("已恢复默认流程")


def test_the_designer_of_another_unit_finds_nothing(page_as):
    designer = page_as("liucheng")
    designer.goto("/flows/")
    designer.get_by_role("link", name="资产申领").click()

    answer = page_as("jiaoyu").goto(designer.url)

    assert answer is not None
    assert answer.status == 403


def _draw(page: Page) -> None:
    """A branch by quantity, in it the unit's leader; keys only, but for what is typed."""
    expect(page.locator("#designer[data-alive]")).to_be_visible()  # the keys come with a script of their own
    page.locator("[data-node=head]").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-node=keeper]")).to_be_focused()
    page.keyboard.press("Delete")
    expect(page.locator("[data-node=keeper]")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(page.locator("[data-node=keeper]")).to_be_visible()

    page.locator("[data-node=head]").focus()
    page.keyboard.press("Insert")
    page.get_by_role("button", name="条件分支", exact=True).press("Enter")
    page.locator("[data-node='fork.0']").press("Enter")
    page.get_by_label("表单内容").select_option(label="数量")
    expect(page.get_by_label("比较", exact=True).locator("option").first).to_have_text("大于")
    page.get_by_label("比较", exact=True).select_option(label="大于")
    page.get_by_label("比较的值").fill("0")
    page.get_by_label("名称").fill("数量多")
    page.get_by_label("名称").press("Tab")
    expect(page.locator("[data-node='fork.0']")).to_contain_text("当 数量 大于 0")
    expect(page.locator("[data-node='fork.0']")).to_contain_text("数量多")

    page.locator("[data-node='fork.0']").focus()
    page.keyboard.press("Insert")
    page.get_by_role("button", name="审批", exact=True).press("Enter")
    page.get_by_label("名称").fill("主要负责人审批")
    page.get_by_label("由谁").select_option(label="单位主要负责人")
    expect(page.locator("[data-node=approve]")).to_contain_text("单位主要负责人")
    expect(page.get_by_text("需改正")).to_have_count(0)
    expect(page.locator(".designer-panel")).to_contain_text("由单位主要负责人审批。")


def _try(page: Page, name: str) -> None:
    """Six things by this person: the leader is named, and why."""
    page.get_by_role("link", name="试运行").click()
    page.get_by_label("假如申请人是").fill(name)
    page.get_by_label("数量").fill("6")
    page.get_by_role("button", name="推演").click()
    result = page.locator("#trial")
    expect(result).to_contain_text("主要负责人审批")
    expect(result).to_contain_text("成立（数量 为 6）")
    assert flaws(page, DESK) + flaws(page, PHONE) == []
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})


def _asked(page: Page) -> str:
    """Apply for a desk, which no other journey does; the address of the case."""
    page.goto("/hall/ZC-03/apply/?new=1")
    page.get_by_label("申领资产").select_option(label="办公桌")
    page.get_by_label("数量").fill("1")
    page.get_by_label("存放地点").fill("5号楼 118")
    page.get_by_label("申领事由").fill("新增工位。")
    page.get_by_role("button", name="提交申请").click()
    expect(page.locator("main")).to_contain_text("已提交")
    return page.url
