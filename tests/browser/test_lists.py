"""A clerk at the ledger: a view kept, many rows changed and changed back, two editors at one card."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import DESK, PHONE, barriers, flaws, press

pytestmark = pytest.mark.browser


def test_a_view_is_kept_and_its_columns_with_it(page_as):
    keeper = page_as("zichan")
    keeper.goto("/asset/card/?state=in_use&sort=-value")
    keeper.get_by_role("link", name="保存为视图").or_(keeper.get_by_role("link", name="视图", exact=True)).click()
    drawer = keeper.get_by_role("dialog")
    drawer.get_by_label("名称").fill("贵重在用")
    drawer.get_by_role("button", name="保存", exact=True).click()
    expect(keeper.get_by_role("link", name="贵重在用")).to_have_attribute("aria-current", "page")

    keeper.get_by_role("link", name="列与行距").click()
    drawer.get_by_label("规格型号", exact=True).uncheck()
    drawer.get_by_role("button", name="把“原值”前移").click()
    drawer.get_by_role("button", name="应用").click()
    expect(keeper.locator("thead")).not_to_contain_text("规格型号")
    expect(keeper.locator("thead")).to_contain_text(re.compile("原值\\s*管理人"))
    assert flaws(keeper, DESK) + flaws(keeper, PHONE) == []

    keeper.goto("/asset/card/views/")
    keeper.get_by_text("贵重在用", exact=True).click()
    keeper.get_by_role("button", name="删除").click()
    press(keeper, "恢复视图 贵重在用")
    keeper.goto("/asset/card/")
    expect(keeper.get_by_role("link", name="贵重在用")).to_be_visible()


def test_from_a_cell_one_comes_to_the_rows_like_it(page_as):
    keeper = page_as("zichan")
    keeper.goto("/asset/card/?view=all&sort=-value", wait_until="networkidle")
    row = keeper.locator("tbody tr").nth(2)
    titles = keeper.locator("thead th").all_inner_texts()  # the columns may be somebody's choice
    cell = row.locator("td").nth(next(at for at, title in enumerate(titles) if "存放地点" in title))
    number, place = row.locator("a").inner_text(), cell.inner_text()
    cell.click()
    offered = keeper.get_by_role("link", name=f"筛选此值：存放地点 {place}")
    expect(offered).to_be_focused()
    assert flaws(keeper, DESK) + flaws(keeper, PHONE) == []  # a smaller window takes the card away
    expect(offered).to_have_count(0)

    keeper.locator("tbody a", has_text=number).focus()
    keeper.keyboard.press("f")
    for _ in range(3):
        keeper.keyboard.press("ArrowDown")
    keeper.keyboard.press("Enter")
    expect(keeper.get_by_role("list", name="当前筛选条件")).to_contain_text(re.compile("使用人|存放地点"))
    expect(keeper.locator("tbody")).to_contain_text(number)
    assert "sort=-value" in keeper.url


def test_many_cards_are_moved_and_moved_back_by_the_keyboard(page_as):
    keeper = page_as("zichan")
    keeper.goto("/asset/card/?state=in_use", wait_until="networkidle")  # the keys come with a script of their own
    for key in "jxjx":
        keeper.keyboard.press(key)
    expect(keeper.get_by_text("已勾选 2 条")).to_be_visible()
    assert flaws(keeper, DESK) + flaws(keeper, PHONE) == []
    keeper.keyboard.press("v")
    expect(keeper.get_by_role("dialog")).to_contain_text("资产分类")
    keeper.keyboard.press("Escape")
    keeper.get_by_role("button", name="调整存放地点").click()
    keeper.get_by_label("存放地点").fill("新楼 101")
    keeper.get_by_role("button", name="预览").click()
    expect(keeper.locator("main")).to_contain_text("将修改 2 条，0 条不符合条件")
    assert flaws(keeper, DESK) + flaws(keeper, PHONE) == []
    keeper.get_by_role("button", name="确认修改 2 条").click()
    expect(keeper.locator("main")).to_contain_text("已修改 2 条")

    keeper.get_by_role("button", name="撤销这次办理").click()
    press(keeper, "确认修改 2 条")
    keeper.goto("/asset/card/?place=新楼 101")
    expect(keeper.locator("main")).to_contain_text("没有符合条件的记录")


def test_of_two_editors_the_second_chooses_and_loses_nothing(page_as):
    first, second = page_as("zichan"), page_as("shiwu")
    first.goto("/asset/card/?state=in_use")
    first.locator("tbody a").first.click()
    card = first.url
    _edit(first, card), _edit(second, card)
    first.get_by_label("备注").fill("先保存的备注")
    first.get_by_label("规格型号").fill("先保存的型号")
    first.get_by_role("button", name="保存").click()
    expect(first.locator("h1")).to_be_visible()

    second.get_by_label("备注").fill("后保存的备注")
    second.get_by_label("出厂编号").fill("SN-后保存")
    second.get_by_role("button", name="保存").click()
    expect(second.locator("main")).to_contain_text("用对方改成的：先保存的备注")
    expect(second.get_by_role("textbox", name="规格型号")).to_have_value("先保存的型号")
    expect(second.get_by_role("textbox", name="备注")).to_have_value("后保存的备注")
    assert barriers(second) == []  # the browser itself complains of any 422
    second.get_by_label("用对方改成的：先保存的备注").check()
    second.get_by_role("button", name="保存").click()

    expect(second.locator("main")).to_contain_text("先保存的备注")
    expect(second.locator("main")).to_contain_text("SN-后保存")
    second.get_by_role("link", name="历史").click()
    second.get_by_role("button", name=re.compile("^撤销")).first.click()
    second.get_by_role("link", name="概况").click()
    expect(second.locator("main")).not_to_contain_text("SN-后保存")


def _edit(page: Page, card: str) -> None:
    page.goto(card)
    page.get_by_role("link", name="编辑").click()
    expect(page.get_by_label("备注")).to_be_visible()
