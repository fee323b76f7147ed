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
                "parameters": one.get("parameters", []),
                "fields": list(_fields(described, one)),
            }


def _fields(described: dict[str, Any], operation: dict[str, Any]) -> Iterator[dict[str, str]]:
    """The columns of a row; a page of rows is described by its rows."""
    schema = _named(described, operation["responses"][200]["content"]["application/json"]["schema"])
    if "results" in schema["properties"]:
        schema = _named(described, schema["properties"]["results"]["items"])
    for name, field in schema["properties"].items():
        kinds = [field.get("type", "")] + [one.get("type", "") for one in field.get("anyOf", [])]
        yield {
            "name": name,
            "type": "、".join(TYPES[kind] for kind in kinds if kind in TYPES),
            "said": field.get("description", ""),
        }


def _named(described: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = described["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    return found


TYPES = {"string": "文本", "integer": "整数", "number": "数", "boolean": "真假", "null": "可为空"}
