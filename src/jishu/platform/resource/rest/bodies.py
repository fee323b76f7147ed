"""What programs send: JSON within bounds, of the declared fields and no others."""

import json
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.http.request import RawPostDataException, UnreadablePostError
from pydantic import BaseModel, ValidationError

from jishu.platform.lib.errors import DomainError

LARGEST = 1 << 20
DEEPEST = 8
MOST_VALUES = 50_000
LONGEST_NUMBER = 40
ACCEPTED = ("application/json", "application/merge-patch+json")
SPACES = "\t\n\r"


class NotJson(DomainError):
    """请求体不是可以读取的 JSON，请核对后重试。"""

    status = 400


class WrongType(DomainError):
    """请求体须为 JSON,Content-Type 请写作 application/json。"""

    status = 415


class TooLarge(DomainError):
    """请求体超过 1 MB，请分批提交。"""

    status = 413


class BadFields(DomainError):
    """提交的内容与接口说明不符。"""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        self.fields = fields
        super().__init__()


def body_of(request: HttpRequest) -> Any:
    """Parsed with bounds on size, depth, count and numbers; a key that stands twice is refused, not the last taken."""
    if request.content_type not in ACCEPTED:
        raise WrongType
    declared = request.META.get("CONTENT_LENGTH") or "0"
    if not declared.isdecimal() or len(declared) > LONGEST_NUMBER or int(declared) > LARGEST:
        raise TooLarge
    try:
        read = json.loads(
            request.body,
            object_pairs_hook=_once,
            parse_int=_number(int),
            parse_float=_number(float),
            parse_constant=_not_json,
        )
    except (ValueError, RecursionError, UnreadablePostError, RawPostDataException, SuspiciousOperation):
        raise NotJson from None
    _bounded(read)
    return read


def understood(model: type[BaseModel], body: Any) -> dict[str, Any]:
    """Only what was sent, of the types declared. BadFields names every field that is wrong, unknown or missing."""
    try:
        return model.model_validate(body).model_dump(exclude_unset=True)
    except ValidationError as error:
        raise BadFields(problems_in(error)) from None


def problems_in(error: Any) -> dict[str, list[str]]:
    """By field; what stands at the body as a whole goes by the empty name."""
    told: dict[str, list[str]] = {}
    for one in error.errors(include_url=False):
        where = ".".join(str(part) for part in one["loc"])
        told.setdefault(where, []).append(WORDS.get(one["type"], "与接口说明的类型或取值不符。"))
    return told


WORDS = {
    "missing": "必须提供。",
    "extra_forbidden": "没有这一项，请核对名称。",
    "string_type": "须为文本。",
    "string_too_long": "文字过长。",
    "int_type": "须为整数。",
    "bool_type": "须为 true 或 false。",
    "literal_error": "不在可选的代码之中。",
    "string_pattern_mismatch": "格式不对，请按接口说明填写。",
}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    known = dict(pairs)
    if len(known) != len(pairs):
        raise ValueError("a key stands twice")
    return known


def _number(kind: Any) -> Any:
    def read(text: str) -> Any:
        if len(text) > LONGEST_NUMBER:
            raise ValueError("a number beyond reason")
        return kind(text)

    return read


def _not_json(text: str) -> Any:
    raise ValueError(f"{text} is no JSON")


def _bounded(read: Any) -> None:
    """Level by level, so that depth costs nothing; texts must be such as the database can keep."""
    level, values = [read], 0
    for _ in range(DEEPEST):
        values += len(level)
        if values > MOST_VALUES:
            raise NotJson("请求体的内容过多，请分批提交。")
        for one in level:
            if isinstance(one, str) and not _is_storable(one):
                raise NotJson("请求体含有无法保存的字符（空字符、控制字符或不完整的字符），请删去后重试。")
        level = [inner for one in level for inner in _inside(one)]
        if not level:
            return
    raise NotJson("请求体嵌套过深。")


def _inside(one: Any) -> list[Any]:
    if isinstance(one, dict):
        return [*one.keys(), *one.values()]
    return one if isinstance(one, list) else []


def _is_storable(text: str) -> bool:
    if any(ord(char) < 0x20 and char not in SPACES for char in text):
        return False
    return not any(0xD800 <= ord(char) <= 0xDFFF for char in text)
