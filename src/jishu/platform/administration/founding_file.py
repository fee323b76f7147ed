"""What the operator writes down for `jishu setup`: a short YAML file in the words of the office."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from jishu.platform.identity.api import ADMINISTRATORS
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import DomainError

from .founding import Foundation, Founder, Place

LARGEST, MOST = 64 * 1024, 20
USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,39}")
TITLES = dict(zip(("系统管理员", "安全保密管理员", "安全审计员"), ADMINISTRATORS, strict=True))

TEMPLATE = """\
# 首次设置:改好后运行  jishu setup 本文件
# 只有一个单位时,删去“行政区”一段。
行政区:
  代码: "331099"
  名称: 云溪区
单位:              # 运行本平台、管理员任职的单位
  代码: "331099101"
  名称: 云溪区机关事务中心
  简称: 区机关事务中心
# 三类管理员由不同人员担任,互不兼任。授权须一人经办、另一人复核,所以安全保密管理员至少两人。
系统管理员:
  - {编号: G0001, 姓名: 王建国, 账号: wangjg}
安全保密管理员:
  - {编号: G0002, 姓名: 李秀英, 账号: lixy}
  - {编号: G0003, 姓名: 周正, 账号: zhouz}
安全审计员:
  - {编号: G0004, 姓名: 陈明, 账号: chenm}
"""


class Unreadable(DomainError):
    """设置文件读不出来。"""


def read(path: Path) -> Foundation:
    try:
        if path.stat().st_size > LARGEST:
            raise Unreadable(f"{path} 超过 64 KB,不是设置文件。")
        told = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"读不出 {path}：{error}") from error
    except yaml.YAMLError as error:
        raise Unreadable(f"{path} 不是正确的 YAML:{str(error).splitlines()[0]}") from error
    return understood(told)


def understood(told: Any) -> Foundation:
    """Everything that is wrong is told at once."""
    wrong: list[str] = []
    if not isinstance(told, dict):
        raise Unreadable("设置文件应有“单位”和三类管理员,可用 jishu setup --template 取得样本。")
    wrong += [f"不认识“{name}”一段" for name in told if name not in ("行政区", "单位", *TITLES)]
    agency = _place(told.get("单位"), "单位", wrong)
    region = _place(told["行政区"], "行政区", wrong) if told.get("行政区") else None
    founders = tuple(_founders(told, wrong))
    for what, values in (("编号", [one.code for one in founders]), ("账号", [one.username for one in founders])):
        doubled = sorted({one for one in values if one and values.count(one) > 1})
        wrong += [f"{what} {one} 写了两次;三类管理员须由不同人员担任" for one in doubled]
    if wrong or agency is None:
        raise Unreadable("设置文件须改正：" + "；".join(wrong[:MOST]) + "。")
    return Foundation(agency=agency, region=region, founders=founders)


def _place(told: Any, section: str, wrong: list[str]) -> Place | None:
    if not isinstance(told, dict):
        wrong.append(f"缺“{section}”一段,须有代码和名称")
        return None
    code, name = _text(told, "代码", 24, section, wrong), _text(told, "名称", 60, section, wrong)
    short = _text(told, "简称", 30, section, wrong) if told.get("简称") else name[:30]
    opened_on = told.get("设立日期", today())
    if not isinstance(opened_on, date) or opened_on > today():
        wrong.append(f"{section}的设立日期应写作 2019-01-25,且不晚于今天")
        return None
    return Place(code=code, name=name, short_name=short, opened_on=opened_on)


def _founders(told: dict[str, Any], wrong: list[str]) -> Iterator[Founder]:
    for title, role in TITLES.items():
        listed = told.get(title) or []
        listed = [listed] if isinstance(listed, dict) else listed
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed) or len(listed) > MOST:
            wrong.append(f"“{title}”应是一至 {MOST} 行 {{编号, 姓名, 账号}}")
            continue
        for one in listed:
            code, name = _text(one, "编号", 24, title, wrong), _text(one, "姓名", 40, title, wrong)
            username = _text(one, "账号", 40, title, wrong)
            if username and not USERNAME.fullmatch(username):
                wrong.append(f"{title}的账号 {username} 应以小写字母开头,只含小写字母、数字和 . _ -,三位以上")
            yield Founder(code=code, name=name, username=username, role=role)


def _text(told: dict[str, Any], key: str, longest: int, section: str, wrong: list[str]) -> str:
    """A code of digits alone is a number to YAML; it is meant as written."""
    value = told.get(key)
    text = str(value).strip() if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    if not text:
        wrong.append(f"{section}缺“{key}”")
    elif len(text) > longest:
        wrong.append(f"{section}的“{key}”超过 {longest} 个字")
    return text
