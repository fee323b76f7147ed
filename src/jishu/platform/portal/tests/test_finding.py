"""Understanding what people type."""

import pytest

from jishu.platform.portal.finding import closeness, closest

SERVICES = {
    "资产领用申请": ("资产领用申请", "领电脑", "领椅子"),
    "公务用车申请": ("公务用车申请", "用车", "派车"),
    "物业报修": ("物业报修", "修打印机", "灯坏了"),
}


def found(asked: str) -> list[str]:
    return closest(asked, SERVICES, SERVICES.__getitem__)


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("领电脑", "资产领用申请"),
        ("我要用车", "公务用车申请"),
        ("打印机", "物业报修"),
        ("报修", "物业报修"),
        ("资产 领用", "资产领用申请"),
        ("派车", "公务用车申请"),
    ],
)
def test_everyday_words_find_the_item(asked, first):
    assert found(asked)[0] == first


def test_words_that_name_nothing_find_nothing():
    assert found("量子纠缠") == []


def test_punctuation_alone_finds_nothing():
    assert found("!!") == []


def test_a_title_that_is_the_question_comes_before_one_that_contains_it():
    assert closeness("用车", "用车") > closeness("用车", "公务用车申请")
