"""Templates of messages: placeholders in braces and nothing else. What people type is never run. Pure: no database."""

import re
from collections.abc import Mapping

from jishu.platform.lib.errors import DomainError

PLACEHOLDERS = {
    "title": "消息标题",
    "body": "消息内容",
    "link": "打开的网址",
    "kind": "消息类别",
    "person": "收件人姓名",
    "time": "发生时间",
}
DEFAULT_TITLE = "{title}"
DEFAULT_BODY = "{person}，您好：\n\n{body}\n\n{link}\n\n{time} 由机枢平台自动发送，请勿直接回复。"
_NAME = re.compile(r"\{([^{}]*)\}")


class BadTemplate(DomainError):
    """模板中有不能识别的内容。"""


def check(text: str) -> None:
    """BadTemplate, with the very place, unless every brace belongs to a known placeholder."""
    for name in _NAME.findall(text):
        if name not in PLACEHOLDERS:
            known = "、".join(f"{{{one}}}" for one in PLACEHOLDERS)
            raise BadTemplate(f"没有“{{{name}}}”这个占位符，可用的有 {known}。")
    if "{" in _NAME.sub("", text) or "}" in _NAME.sub("", text):
        raise BadTemplate("花括号没有成对，占位符应写作 {title} 的样子。")


def filled(text: str, values: Mapping[str, str]) -> str:
    """Each placeholder replaced once; what comes in is not looked at for more of them."""
    return _NAME.sub(lambda found: values.get(found[1], ""), text)


def one_line(text: str) -> str:
    """For a subject: nobody smuggles a header in with a line break."""
    return " ".join(text.split())[:200]
