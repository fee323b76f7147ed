"""L3 数据与事件: what others may read and hear, in a form they can rely on."""

import re
from collections.abc import Iterator
from typing import Any

from jsonschema.exceptions import SchemaError
from jsonschema.validators import Draft202012Validator

from .rule import Document, Known, listed, repeated, rule

Offences = Iterator[tuple[str, str]]
SECURITY = "数据安全法第二十一条"
_EVENT = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")


@rule("L3-01", "信息项都有类型")
def typed(document: Document, known: Known) -> Offences:
    for where, one in listed(document, "resources"):
        for at, column in enumerate(one["columns"]):
            if not column.get("kind", "").strip():
                yield f"{where}.columns[{at}].kind", f"请写明信息项“{column['path']}”的数据类型。"


@rule("L3-02", "平台之外的系统写明取数地址")
def readable(document: Document, known: Known) -> Offences:
    outside = document.get("kind", "app") != "app"
    if outside and document.get("resources") and not document.get("address", "").strip():
        yield "address", "请写明系统的地址，平台据此读取资源。"


@rule("L3-03", "不予共享的资源也不开放", SECURITY)
def not_opened(document: Document, known: Known) -> Offences:
    for where, one in listed(document, "resources"):
        opened = one.get("catalogue", {}).get("open", "不予开放") != "不予开放"
        if opened and one.get("share", "不予共享") == "不予共享":
            yield f"{where}.catalogue.open", f"资源“{one['key']}”不予共享，不能向社会开放。"


@rule("L3-04", "含个人信息或 L3 以上信息项的资源不无条件共享、不开放", "个人信息保护法第二十三条、第二十五条")
def people_protected(document: Document, known: Known) -> Offences:
    for where, one in listed(document, "resources"):
        guarded = bool(one.get("personal")) or any(grade > 2 for grade in one.get("sensitivity", {}).values())
        if not guarded:
            continue
        if one.get("share") == "无条件共享":
            yield f"{where}.share", f"资源“{one['key']}”含个人或敏感信息，不能无条件共享。"
        if one.get("catalogue", {}).get("open", "不予开放") == "无条件开放":
            yield f"{where}.catalogue.open", f"资源“{one['key']}”含个人或敏感信息，不能无条件开放。"


@rule("L3-05", "事件类型以系统代码开头、不重复")
def events_apart(document: Document, known: Known) -> Offences:
    held = [(f"{where}.type", event["type"]) for where, event in listed(document, "events")]
    for where, kind in repeated(held):
        yield where, f"事件类型“{kind}”用了不止一次。"
    for where, kind in held:
        if not _EVENT.fullmatch(kind) or not kind.startswith(f"{document['code']}."):
            yield where, f"事件类型“{kind}”须以“{document['code']}.”开头，由小写单词和点组成。"


@rule("L3-06", "事件带有可用的 JSON Schema")
def events_described(document: Document, known: Known) -> Offences:
    for where, event in listed(document, "events"):
        schema: Any = event.get("schema") or {}
        try:
            Draft202012Validator.check_schema(schema)
        except SchemaError as error:
            yield f"{where}.schema", f"事件“{event['type']}”的数据说明不是 JSON Schema:{error.json_path}。"
            continue
        if not isinstance(schema, dict) or schema.get("type") != "object":
            yield f"{where}.schema", f"事件“{event['type']}”的数据须是对象，并说明其中各项。"
