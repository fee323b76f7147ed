"""A newcomer's first day, through four pairs of hands: a list of people comes in, an account is opened, a role is asked
for and confirmed by another, and the newcomer signs in and finds their work."""

import re
from pathlib import Path

import pytest
import xlsxwriter
from playwright.sync_api import expect

from tests.browser.looking import DESK, PHONE, flaws, watched

pytestmark = pytest.mark.browser

STAFF = [
    ["云溪区发展和改革局新进人员名单"],
    ["工号", "姓名", "工作单位", "科室", "职务", "级别", "手机", "到岗日期"],
    ["ZX90001", "尉迟新晨", "区发展和改革局", "办公室", "科员", "科员", "13800138000", "2026.9.1"],
    ["ZX90002", "单小满", "区发展和改革局", "没有的科", "科员", "科员", "13900139000", "2026.9.1"],
    ["ZX90003", "仇知秋", "区发展和改革局", "办公室", "科员", "科员", "1390013", "2026.9.1"],
]


def test_a_newcomer_is_taken_on_granted_a_role_and_signs_in(page_as, browser, platform, tmp_path: Path):
    system = page_as("xitong")
    _bring_in(system, _list(tmp_path / "新进人员.xlsx"))
    system.goto("/identity/person/?q=ycxc")  # by the first letters of 尉迟新晨
    system.get_by_role("link", name="ZX90001").click()
    address = system.url
    system.get_by_role("link", name="账号与授权").click()
    system.get_by_role("link", name="开立账号").click()
    system.get_by_label("账号").fill("xinchen")
    system.get_by_role("button", name="开立账号").click()
    told = system.locator(".notice, .alert").first.inner_text()
    found = re.search(r"初始密码 (\S+) ", told)
    assert found

    security = page_as("anquan")
    security.goto(address)
    security.get_by_role("link", name="账号与授权").click()
    security.locator("main").get_by_role("link", name="申请授权").click()
    unit = security.get_by_label("管辖单位")
    unit.press_sequentially("区发展", delay=30)
    expect(security.get_by_role("option").first).to_be_visible()
    assert flaws(security, PHONE) + flaws(security, DESK) == []
    unit.press("ArrowDown")
    unit.press("Enter")
    expect(unit).to_have_value("云溪区发展和改革局（331099103）")
    security.get_by_label("资产管理员").check()
    security.get_by_label("理由").fill("新到岗，接替资产管理。")
    security.get_by_role("button", name="提交复核").click()
    row = security.locator("tr", has_text="尉迟新晨")
    expect(row).to_contain_text("待复核")
    row.get_by_role("link").first.click()
    security.get_by_role("link", name="申请与复核").click()
    expect(security.get_by_role("button", name="通过并授权")).to_have_count(0)
    request = security.url

    checker = page_as("fuhe")
    checker.goto(request)
    checker.get_by_role("button", name="通过并授权").click()
    expect(checker.locator("main")).to_contain_text("已授权")

    newcomer = watched(browser.new_page(base_url=platform))
    newcomer.goto("/login/")
    newcomer.get_by_label("账号").fill("xinchen")
    newcomer.get_by_label("密码").fill(found[1])
    newcomer.get_by_role("button", name="登录").click()
    newcomer.wait_for_url(re.compile(r"/account/password/"))  # the password somebody else has seen is replaced first
    newcomer.get_by_label("原密码").fill(found[1])
    for label in ("^新密码", "^再次输入"):
        newcomer.get_by_label(re.compile(label)).fill("Qingfeng-8426-lubo")
    newcomer.locator("main").get_by_role("button", name="修改密码").click()
    newcomer.wait_for_url(lambda url: "/password/" not in url)
    newcomer.goto("/asset/card/")
    expect(newcomer.get_by_role("link", name="新增")).to_be_visible()
    newcomer.close()


def _bring_in(system, file: Path) -> None:
    """One good row of three; the number is nowhere to be read."""
    system.goto("/identity/person/")
    system.get_by_role("link", name="导入", exact=True).click()
    system.get_by_label("台账文件").set_input_files(file)
    system.get_by_role("button", name="上传并检查").click()
    confirm = system.get_by_role("button", name=re.compile("确认导入 1 行"))
    expect(confirm).to_be_visible(timeout=30_000)
    said = system.locator("main").inner_text()
    assert "没有处室“没有的科”" in said
    assert "手机号码应为11位" in said
    assert "13800138000" not in said
    assert flaws(system, PHONE) + flaws(system, DESK) == []
    confirm.click()
    expect(system.locator("main")).to_contain_text("导入完成：已导入 1 行", timeout=30_000)


def _list(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("名单")
        for at, row in enumerate(STAFF):
            sheet.write_row(at, 0, row)
    return path
