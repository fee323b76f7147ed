"""Whose data the catalogue lists: set by the operator, checked before anything starts, told in what is handed over."""

from io import BytesIO

import openpyxl
import pytest

from jishu.config.providing import provider_of
from jishu.runtime.environment import BadSetting, Environment
from tests.cast import signed_in

NAME, CODE = "云溪区机关事务中心", "91350100M000100Y43"


def told(name: str, code: str) -> tuple[str, str]:
    return provider_of(Environment.read({"JISHU_PROVIDER_NAME": name, "JISHU_PROVIDER_CODE": code}))


def test_name_and_code_go_together_and_the_code_has_its_check_digit():
    assert told("", "") == ("", "")
    assert told(NAME, CODE.lower()) == (NAME, CODE)
    for name, code in (("", CODE), (NAME, ""), (NAME, CODE[:-1] + "4"), ("长" * 61, CODE)):
        with pytest.raises(BadSetting):
            told(name, code)


@pytest.mark.django_db
def test_the_catalogue_that_is_handed_over_says_who_provides(client, staff, settings):
    settings.PROVIDER_NAME, settings.PROVIDER_CODE = NAME, CODE
    sheet = signed_in(client, staff).get("/catalog/resources/?xlsx").content

    titles, first, *_ = openpyxl.load_workbook(BytesIO(sheet)).active.iter_rows(values_only=True)

    row = dict(zip(titles, first, strict=True))
    assert (row["信息资源提供方"], row["信息资源提供方代码"]) == (NAME, CODE)
