"""Accounts, clicked through: a second step, a lost session, a page left open while signing in elsewhere."""

import time
from collections.abc import Callable, Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import enter
from tests.browser.looking import DESK, PHONE, flaws, watched

pytestmark = pytest.mark.browser
APPLY = "/hall/ZC-03/apply/?new=1"
TYPED = "会议室新增工位，登录过期也不能丢。"


@pytest.fixture
def window(browser: Browser, platform: str) -> Iterator[Callable[..., Page]]:
    """A browser nobody has signed in with."""
    opened = browser.new_context(base_url=platform, viewport={"width": DESK[0], "height": DESK[1]}, locale="zh-CN")
    yield lambda: watched(opened.new_page())
    opened.close()


def test_a_phone_is_bound_asked_for_and_given_up_again(window):
    page = window()
    enter(page, "jiaoyuzichan")
    page.goto("/account/factor/")
    assert flaws(page, DESK) + flaws(page, PHONE) == []
    key = page.locator("[data-factor-key]").inner_text().replace(" ", "")
    page.get_by_label("手机上显示的 6 位数字").fill(pyotp.TOTP(key).now())
    page.get_by_label("您的登录密码").fill("Yunxi@2026")
    page.get_by_role("button", name="启用").click()
    codes = page.locator(".codes li").all_inner_texts()
    assert len(codes) == 10
    assert flaws(page, DESK) + flaws(page, PHONE) == []
    page.get_by_role("link", name="已经保存").click()

    page.context.clear_cookies()
    enter(page, "jiaoyuzichan")
    assert flaws(page, DESK) + flaws(page, PHONE) == []
    time.sleep(30 - time.time() % 30)  # the code used to enrol does not count twice
    page.get_by_label("动态口令").fill(pyotp.TOTP(key).now())
    page.get_by_role("button", name="确认").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("您好")

    page.goto("/account/factor/")
    form = page.locator("form", has=page.get_by_role("heading", name="停用动态口令"))
    form.get_by_label("动态口令或恢复码").fill(codes[0])
    form.get_by_role("button", name="停用动态口令").click()
    expect(page.locator(".notice").first).to_contain_text("已停用")


def test_what_was_typed_is_there_again_after_the_session_ended(window):
    page = window()
    enter(page, "jiaoyu")
    page.goto(APPLY)
    page.get_by_label("申领事由").fill(TYPED)

    page.context.clear_cookies(name="jishu_seat")
    page.get_by_role("button", name="提交申请").click()
    page.wait_for_url("**/login/**")
    enter(page, "jiaoyu", at_hand=True)

    expect(page.get_by_label("申领事由")).to_have_value(TYPED)


def test_a_page_left_open_goes_on_after_signing_in_elsewhere(window):
    page, elsewhere = window(), window()
    enter(page, "jiaoyu")
    page.goto(APPLY)
    page.get_by_label("申领事由").fill(TYPED)
    page.context.clear_cookies(name="jishu_seat")
    enter(elsewhere, "jiaoyu")  # a new word of the page comes with it

    page.get_by_role("button", name="提交申请").click()

    expect(page.get_by_label("申领事由")).to_have_value(TYPED)
    expect(page.locator(".form-errors")).to_be_visible()  # the rest was left empty: it arrived
