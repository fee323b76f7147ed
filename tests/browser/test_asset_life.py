"""A thing's whole life, clicked through: asked for, bought, taken in, handed over, counted, and written off."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from jishu.platform.lib.clock import today
from tests.browser.looking import DESK, PHONE, flaws, press

pytestmark = pytest.mark.browser

THING, CATEGORY, PLACE = "手持式测距仪", "仪器仪表", "6号楼 601"


def test_a_thing_lives_from_the_request_to_buy_it_to_its_certificate_of_disposal(page_as):
    people = ("shenqing", "chuzhang", "juzhang", "zichan", "shiwu")
    applicant, leader, head, keeper, office = (page_as(one) for one in people)

    bought = _ask_to_buy(applicant)
    for signing in (leader, keeper, head):
        _agree(signing, bought)
    number = _take_in(keeper)
    _hand_over(applicant, leader, keeper, number)
    _count(keeper, head, office, number)
    _write_off(keeper, head, office, number)

    keeper.goto(f"/asset/scan/?code={number}")
    expect(keeper.locator("main")).to_contain_text("已处置")


def _ask_to_buy(page: Page) -> str:
    page.goto("/hall/ZC-01/apply/?new=1")
    page.get_by_label("第 1 行 资产分类").press_sequentially(CATEGORY)
    page.get_by_role("option", name=CATEGORY).first.click()
    for label, text in (("资产名称", THING), ("数量", "1"), ("单价", "3600")):
        page.get_by_label(f"第 1 行 {label}").fill(text)
    page.get_by_label("配置理由").fill("现场踏勘需要，本单位没有测距仪。")
    page.get_by_label("资产配置预算").fill("办公设备购置 云财预〔2026〕12号")
    page.get_by_label("采购方式").select_option(label="自行采购")
    expect(page.locator("main")).to_contain_text("没有可调剂的")
    return _submit(page)


def _take_in(page: Page) -> str:
    """From the approved request, as its page offers; the number of the card."""
    page.goto("/asset/purchaseline/")
    page.locator("tr", has_text=THING).first.get_by_role("link").first.click()
    page.get_by_role("link", name="验收入库", exact=True).last.click()
    expect(page.get_by_label("第 1 行 资产名称")).to_have_value(THING)
    page.get_by_label("供应商或来源单位").fill("云溪仪器商行")
    page.get_by_label("共同验收人").fill("周琼")
    assert _flaws(page) == []
    press(page, "验收并建卡")
    expect(page.locator("main")).to_contain_text("已入库，1 件")
    card = page.locator("td.code a")
    return card.inner_text()


def _hand_over(applicant: Page, leader: Page, keeper: Page, number: str) -> None:
    applicant.goto("/hall/ZC-03/apply/?new=1")
    applicant.get_by_label("申领资产").select_option(label=CATEGORY)
    applicant.get_by_label("数量").fill("1")
    applicant.get_by_label("存放地点").fill(PLACE)
    applicant.get_by_label("申领事由").fill("外出踏勘使用。")
    address = _submit(applicant)
    _agree(leader, address)
    _agree(keeper, address)
    keeper.goto(address)
    expect(keeper.get_by_label("出库资产编号")).to_have_value(number)
    press(keeper, "出库")
    applicant.goto(address)
    press(applicant, "确认签收")
    applicant.goto(f"/asset/scan/?code={number}")
    expect(applicant.locator("main")).to_contain_text(PLACE)


def _count(keeper: Page, head: Page, office: Page, number: str) -> None:
    """Only the one place, where nothing else stands; the thing is not found, and that is decided."""
    keeper.goto("/asset/campaign/add/")
    keeper.get_by_label("盘点名称").fill("6号楼专项盘点")
    keeper.get_by_label("只盘地点").fill(PLACE)
    keeper.get_by_label("截止日期").fill(f"{today() + timedelta(7)}")
    press(keeper, "保存")
    press(keeper, "开始盘点")
    keeper.get_by_role("link", name="去盘点").click()
    expect(keeper.locator("[data-lines]")).to_contain_text(number)
    assert _flaws(keeper) == []
    keeper.get_by_label("资产编号").fill("NICHT-DA")
    keeper.get_by_role("button", name="计入").click()
    expect(keeper.locator("[data-said]")).to_contain_text("没有")

    keeper.goto("/asset/campaign/")
    keeper.locator("tr", has_text="6号楼专项盘点").first.get_by_role("link").first.click()
    keeper.get_by_label("原因").fill("出借后未还，查无下落。")
    press(keeper, "记为盘亏")
    keeper.get_by_role("link", name="提交盘点盈亏处理").click()
    expect(keeper.get_by_label("哪一次盘点").locator("option:checked")).to_contain_text("6号楼专项盘点")
    keeper.get_by_label("情况说明").fill("责任已查明，按损失核销办理。")
    address = _submit(keeper)
    _agree(head, address)
    _agree(office, address)


def _write_off(keeper: Page, head: Page, office: Page, number: str) -> None:
    """From its card; what the standard says about early disposal has to be explained."""
    keeper.goto(f"/asset/scan/?code={number}")
    expect(keeper.locator("main")).to_contain_text("待处置")
    keeper.get_by_role("link", name="资产处置").click()
    expect(keeper.get_by_label("资产编号")).to_have_value(number)
    keeper.get_by_label("处置方式").select_option(label="损失核销")
    keeper.get_by_label(re.compile("^处置原因")).select_option(label="盘亏、坏账及非正常损失")
    keeper.get_by_label("情况说明").fill("盘亏，已报批。")
    keeper.get_by_label("提前处置原因").fill("盘亏，无法继续使用。")
    keeper.get_by_label("集体决策纪要").fill("局长办公会〔2026〕9号")
    keeper.get_by_label("涉密和存储介质").select_option(label="不含存储介质")
    address = _submit(keeper)
    _agree(head, address)
    _agree(office, address)
    keeper.goto(address)
    keeper.get_by_label("批复文号").fill("云机事资〔2026〕31号")
    press(keeper, "核销卡片")
    keeper.goto("/asset/disposal/")
    keeper.get_by_role("link", name="CZ-").first.click()
    paper = keeper.request.get(keeper.get_by_role("link", name="处置凭证").get_attribute("href") or "")
    assert paper.body().startswith(b"%PDF")


def _agree(page: Page, address: str) -> None:
    page.goto("/todo/")
    page.locator(f"a[href='{_path(address)}']").first.click()
    page.wait_for_url(address)
    press(page, "同意")


def _submit(page: Page) -> str:
    assert _flaws(page) == []
    press(page, "提交申请")
    expect(page.locator("main")).to_contain_text("审批中")
    return page.url


def _flaws(page: Page) -> list[str]:
    return flaws(page, PHONE) + flaws(page, DESK)


def _path(address: str) -> str:
    return "/" + address.split("//", 1)[1].partition("/")[2]
