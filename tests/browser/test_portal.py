"""What the frame does in the browser: find, enlarge, keep what was typed."""

import re

import pytest
from playwright.sync_api import expect

from jishu.config.demo.organisation import PASSWORD

pytestmark = pytest.mark.browser


def test_ctrl_k_finds_things_from_anywhere(page_as):
    page = page_as("zichan")
    page.goto("/hall/")

    page.keyboard.press("Control+k")
    page.keyboard.type("人员名册")
    hit = page.locator("#finder-found a", has_text="人员名册")
    expect(hit).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    page.wait_for_url("**/identity/person/")


def test_everyday_words_find_a_service_without_a_reload(page_as):
    page = page_as("shenqing")
    page.goto("/hall/")

    page.get_by_label("要办什么事").fill("领电脑")

    expect(page.get_by_role("heading", name=re.compile("找到 [1-9] 项"))).to_be_visible()
    expect(page.locator("main").get_by_role("link", name="资产申领").first).to_be_visible()
    assert "?q=" in page.url


def test_large_text_comes_at_once_and_stays(page_as):
    page = page_as("shenqing")
    page.goto("/hall/ZC-03/apply/?new=1")
    reason = page.get_by_label("申领事由")
    reason.fill("新到岗")
    height = reason.evaluate("one => parseFloat(getComputedStyle(one).fontSize)")

    page.get_by_role("button", name="大字").click()

    assert reason.evaluate("one => parseFloat(getComputedStyle(one).fontSize)") > height
    assert reason.input_value() == "新到岗"
    page.goto("/hall/")
    assert page.locator("html").get_attribute("data-size") == "large"


def test_what_was_typed_survives_the_end_of_the_session(page_as):
    page = page_as("zichan")
    page.goto("/asset/card/add/")
    page.get_by_label("资产名称").fill("会议椅")
    page.context.clear_cookies(name="jishu_seat")

    page.get_by_role("button", name="保存").click()
    page.wait_for_url("**/login/**")
    page.get_by_label("账号").fill("zichan")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()

    expect(page.get_by_label("资产名称")).to_have_value("会议椅")
    expect(page.get_by_text("已经放回")).to_be_visible()


def test_a_question_mark_shows_the_keys_of_the_page(page_as):
    page = page_as("chuzhang")
    page.goto("/todo/")

    page.keyboard.press("?")

    expect(page.get_by_role("dialog", name="快捷键")).to_contain_text("搜索")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="快捷键")).to_have_count(0)
