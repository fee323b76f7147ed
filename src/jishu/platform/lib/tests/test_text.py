import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from jishu.platform.lib.pinyin import pinyin_initials, pinyin_key
from jishu.platform.lib.text import bigrams, fold, normalise


def test_full_width_becomes_half_width_but_chinese_punctuation_stays():
    assert normalise("　ＴＨＩＮＫ－Ｐａｄ　Ｔ１４（黑），２台。") == "THINK-Pad T14（黑），2台。"


def test_invisible_characters_and_line_breaks_go():
    assert normalise("\ufeff资产\u200b编号\xa0\n A\t1\x00 ") == "资产编号 A 1"


def test_look_alikes_from_pdf_files_become_ordinary_characters():
    assert normalise("⻋辆管理⽤") == "车辆管理用"
    assert normalise("㎡") == "㎡"


@given(st.text())
def test_normalising_twice_changes_nothing_more(text):
    once = normalise(text)

    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)


def test_ways_of_writing_a_title_meet():
    assert fold("资产 名称（元）") == fold("资产\n名称（元）") == fold("资产名称-元") == "资产名称元"


def test_pairs_pass_over_punctuation():
    assert set(bigrams("浙J·A0372")) == set(bigrams("浙ｊa0372")) == {"浙j", "ja", "a0", "03", "37", "72", "2"}
    assert bigrams("李") == ["李"]
    assert bigrams("。") == []


def test_names_sort_as_in_a_dictionary():
    names = ["张三", "李四", "李建国", "安琪", "曾敏", "单雄"]

    in_order = sorted(names, key=lambda name: pinyin_key(name, person=True))

    assert in_order == ["安琪", "李建国", "李四", "单雄", "曾敏", "张三"]
    assert pinyin_key("单位") == "dan1 wei4 单位"
    assert pinyin_key("") == ""


def test_initials_find_people_and_places():
    assert pinyin_initials("李建国") == "ljg"
    assert pinyin_initials("单于·文", person=True) == "cyw"
    assert pinyin_initials("云溪区 A座 3") == "yxqaz3"
    assert pinyin_initials("区财政局") == "qczj"
