"""Templates of messages: placeholders in braces and nothing else. What people type is never run. Pure: no database."""

import re
from collections.abc import Mapping

from jishu.platform.lib.errors import DomainError

PLACEHOLDERS = {"标题": "title", "内容": "body", "网址": "link", "类别": "kind", "收件人": "person", "时间": "time"}
"""What people write, and the value it stands for; templates of former versions name the values themselves."""
KNOWN = "、".join(f"{{{one}}}" for one in PLACEHOLDERS)
DEFAULT_TITLE = "{标题}"
DEFAULT_BODY = "{收件人}，您好：\n\n{内容}\n\n{网址}\n\n{时间} 由机枢平台自动发送，请勿直接回复。"
_NAME = re.compile(r"\{([^{}]*)\}")


class BadTemplate(DomainError):
    """模板中有不能识别的内容。"""


def check(text: str) -> None:
    """BadTemplate, with the very place, unless every brace belongs to a known placeholder."""
    for name in _NAME.findall(text):
        if name not in PLACEHOLDERS and name not in PLACEHOLDERS.values():
            raise BadTemplate(f"没有“{{{name}}}”这个占位符，可用的有 {KNOWN}。")
    if "{" in _NAME.sub("", text) or "}" in _NAME.sub("", text):
        raise BadTemplate("花括号没有成对，占位符应写作 {标题} 的样子。")


def filled(text: str, values: Mapping[str, str]) -> str:
    """Each placeholder replaced once; what comes in is not looked at for more of them."""
    return _NAME.sub(lambda found: values.get(PLACEHOLDERS.get(found[1], found[1]), ""), text)


def one_line(text: str) -> str:
    """For a subject: nobody smuggles a header in with a line break."""
    return " ".join(text.split())[:200]
