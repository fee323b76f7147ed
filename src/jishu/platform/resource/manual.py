"""The data API described for people: what can be asked, what comes back. From the same OpenAPI that programs read."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase


class Manual(DocsBase):
    """Our own page in the frame of the platform; the library's would be in English and load scripts of its own."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **_: Any) -> HttpResponse:
        described = api.get_openapi_schema()
        context = {
            "title": described["info"]["title"],
            "description": described["info"]["description"],
            "operations": list(_operations(described)),
        }
        return render(request, "resource/api.html", context)


def _operations(described: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path, methods in described["paths"].items():
        for method, one in methods.items():
            yield {
                "address": f"{method.upper()} {path}",
                "summary": one["summary"],
                "parameters": [{"name": each["name"], "said": _said(each)} for each in one.get("parameters", [])],
                "sent": list(_sent(described, one)),
                "fields": list(_fields(described, one)),
                "answers": [(status, answer["description"]) for status, answer in sorted(_by_number(one))],
            }


def _said(parameter: dict[str, Any]) -> str:
    return parameter.get("schema", {}).get("description") or parameter.get("description") or "记录的标识"


def _by_number(operation: dict[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    for status, answer in operation["responses"].items():
        yield int(status), answer


def _sent(described: dict[str, Any], operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What may be written; many rows at once are described by one of them."""
    if "requestBody" not in operation:
        return
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    if "rows" in schema["properties"]:
        schema = _named(described, schema["properties"]["rows"]["items"])
    for one in _properties(schema):
        yield one | {"required": one["name"] in schema.get("required", ())}


def _fields(described: dict[str, Any], operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The columns of a row; a page of rows is described by its rows."""
    answer = next(one for status, one in _by_number(operation) if status in (200, 201, 204))
    if "content" not in answer:
        return
    schema = _named(described, answer["content"]["application/json"]["schema"])
    results = schema["properties"].get("results", {}).get("items", {})
    yield from _properties(_named(described, results) if "$ref" in results else schema)


def _properties(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name, field in schema["properties"].items():
        kinds = [field.get("type", "")] + [one.get("type", "") for one in field.get("anyOf", [])]
        said = field.get("description", "")
        yield {"name": name, "type": "、".join(TYPES[kind] for kind in kinds if kind in TYPES), "said": said}


def _named(described: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = described["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    return found


TYPES = {"string": "文本", "integer": "整数", "number": "数", "boolean": "真假", "null": "可为空"}
