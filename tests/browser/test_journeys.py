"""Two days at the office, clicked through: something is asked for and handed over; an old ledger moves in."""

import re
from pathlib import Path

import pytest
import xlsxwriter
from playwright.sync_api import Page, expect

from tests.browser.looking import DESK, PHONE, flaws, press

pytestmark = pytest.mark.browser

LEDGER = [
    ["云溪区发展和改革局固定资产台账"],
    ["单位：元"],
    ["序号", "资产编码", "品名", "规格/型号", "使用部门", "存放处", "领用人", "保管人", "账面原值", "购置日期", "备注"],
    [1, "J-2024-001", "台式计算机", "开天M90", "办公室", "1号楼 305", "{me}", "{me}", "￥4,888.50元", "2024.3.5", ""],
    [2, "Ｊ-２０２４-００２", "办公椅", "网布", "办公室", "1号楼 305", "{me}", "{me}", "３８０", 45356, "全角"],
    [3, "J-2024-003", "打印机", "", "", "", "查无此人", "{me}", 1200, "2024-05-06", "使用人不存在"],
    [4, "J-2024-001", "台式计算机", "", "", "", "{me}", "{me}", 4888.5, "2024.3.5", "编号重复"],
    [5, "J-2024-005", "文件柜", "", "", "", "{me}", "{me}", 900, "2024-13-40", "日期不存在"],
    ["合计", "", "", "", "", "", "", "", 12257, "", ""],
]


def test_something_is_asked_for_approved_handed_over_and_signed_for(page_as):
    applicant = page_as("shenqing")
    number, address = _ask_for(applicant, "办公椅")

    leader = page_as("chuzhang", PHONE)
    _open_todo(leader, address)
    assert flaws(leader, PHONE) == []
    leader.get_by_label("意见").fill("情况属实，同意。")
    press(leader, "同意")
    expect(leader.locator(".notice, .alert").first).to_contain_text("同意")

    keeper = page_as("zichan")
    _open_todo(keeper, address)
    press(keeper, "同意")
    keeper.goto(address)
    issued = keeper.get_by_label("出库资产编号").input_value().split()
    assert len(issued) == 1
    press(keeper, "出库")

    applicant.goto("/messages/")
    expect(applicant.get_by_text("待您确认签收", exact=False).first).to_be_visible()
    applicant.goto(address)
    press(applicant, "确认签收")
    applicant.goto(address)
    expect(applicant.locator("[data-state=completed]").first).to_have_text(re.compile("已办结"))

    applicant.goto(f"/asset/scan/?code={issued[0]}")
    expect(applicant.locator("main")).to_contain_text("在用")
    expect(applicant.locator("main")).to_contain_text("5号楼 118")
    applicant.get_by_role("link", name="历史").click()
    expect(applicant.locator("main")).to_contain_text("在用")
    assert flaws(applicant, DESK) + flaws(applicant, PHONE) == []

    auditor = page_as("shenji")
    auditor.goto("/audit/entry/")
    expect(auditor.locator("main")).to_contain_text("办理办件")
    assert number


def test_who_has_nothing_to_do_with_a_case_does_not_find_it(page_as):
    applicant = page_as("shenqing")
    _, address = _ask_for(applicant, "文件柜")

    stranger = page_as("jiaoyu")
    answer = stranger.goto(address)

    assert answer is not None
    assert answer.status == 404
    assert "文件柜" not in stranger.content()
    applicant.goto(address)
    applicant.get_by_role("button", name="撤回申请").click()


def test_what_was_typed_survives_a_mistake(page_as):
    applicant = page_as("shenqing")
    applicant.goto("/hall/ZC-03/apply/?new=1")
    applicant.get_by_label("申领事由").fill("办公室新增工位一个。")
    applicant.get_by_label("使用人").fill("查无此人")
    applicant.get_by_role("button", name="提交申请").click()

    expect(applicant.get_by_text("没有找到人员“查无此人”", exact=False).first).to_be_visible()
    expect(applicant.get_by_label("申领事由")).to_have_value("办公室新增工位一个。")


def test_an_old_ledger_moves_in(page_as, tmp_path: Path):
    keeper = page_as("zichan")
    keeper.goto("/me/")
    me = keeper.locator(".page-lead").inner_text().partition("（")[0]
    file = _ledger(tmp_path / "旧台账.xlsx", me)

    keeper.goto("/asset/card/")
    keeper.get_by_role("link", name="导入", exact=True).click()
    keeper.get_by_label("台账文件").set_input_files(file)
    keeper.get_by_role("button", name="上传并检查").click()
    expect(keeper.get_by_role("button", name=re.compile("确认导入"))).to_be_visible(timeout=30_000)
    said = keeper.locator("main").inner_text()
    assert "查无此人" in said
    assert "重复" in said
    assert "合计" in said
    assert flaws(keeper, DESK) + flaws(keeper, PHONE) == []

    with keeper.expect_download() as download:
        keeper.get_by_role("link", name=re.compile("下载有误")).click()
    assert download.value.suggested_filename.endswith(".xlsx")

    keeper.get_by_role("button", name=re.compile("确认导入 2 行")).click()
    expect(keeper.locator("main")).to_contain_text("导入完成：已导入 2 行", timeout=30_000)

    keeper.goto("/asset/card/?q=J2024001")
    expect(keeper.locator("main table")).to_contain_text("J-2024-001")
    expect(keeper.locator("main table")).to_contain_text("¥4,888.50")
    keeper.goto("/asset/card/?q=J2024003")
    expect(keeper.locator("main")).not_to_contain_text("J-2024-003")


def _ask_for(page: Page, thing: str) -> tuple[str, str]:
    """Number and address of a fresh 申领. Each journey asks for another thing, so that none misses what one took."""
    page.goto("/hall/")
    page.get_by_role("link", name="资产申领").first.click()
    page.goto("/hall/ZC-03/apply/?new=1")
    page.get_by_label("申领资产").select_option(label=thing)
    page.get_by_label("数量").fill("1")
    page.get_by_label("存放地点").fill("5号楼 118")
    page.get_by_label("申领事由").fill(f"新到岗，领用{thing}。")
    page.get_by_role("button", name="提交申请").click()
    expect(page.locator("main")).to_contain_text("审批中")
    found = re.search(r"资领〔\d{4}〕\d{5}号", page.locator("main").inner_text())
    assert found
    return found[0], page.url


def _open_todo(page: Page, address: str) -> None:
    """By the to-do list, as people do."""
    page.goto("/todo/")
    path = address.split("//", 1)[1].partition("/")[2]
    page.locator(f"a[href='/{path}']").first.click()
    page.wait_for_url(address)


def _ledger(path: Path, me: str) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("台账")
        for at, row in enumerate(LEDGER):
            for column, value in enumerate(row):
                sheet.write(at, column, value.format(me=me) if isinstance(value, str) else value)
    return path
