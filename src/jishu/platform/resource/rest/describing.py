"""The OpenAPI of the data API, completed: headers, answers without a body, who may come in and how."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from ninja import NinjaAPI, Schema

ADDRESS = "/api/v1/"

PARAMETERS: dict[str, dict[str, Any]] = {
    "If-None-Match": {
        "required": False,
        "schema": {"type": "string"},
        "description": "上次得到的 ETag；没有变化时答 304。",
    },
    "If-Match": {
        "required": False,
        "schema": {"type": "string"},
        "description": "查询该记录时得到的 ETag，必须提供；缺少时答 428，记录已变时答 412。",
    },
    "Idempotency-Key": {
        "required": False,
        "schema": {"type": "string", "pattern": "^[0-9A-Za-z_.:-]{8,64}$"},
        "description": "幂等键，8 至 64 位；同一个键和同一请求七天内只办理一次，再次提交得到同样的应答。",
    },
}
ETAG = {"ETag": {"schema": {"type": "string"}, "description": "这份应答的标记，供 If-None-Match 和 If-Match 使用。"}}
WORDS = {
    200: "成功", 201: "已新增", 204: "已删除", 304: "没有变化", 400: "请求体无法读取", 401: "没有登录或令牌无效",
    403: "没有权限", 404: "没有找到，或不在管理范围内", 409: "与现有数据冲突", 410: "所要的数据已超过保存期限",
    412: "记录已被他人修改", 413: "请求体过大", 415: "请求体不是 JSON", 422: "内容不符合要求", 428: "缺少 If-Match",
    429: "调用过于频繁",
}  # fmt: skip


def parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "header", **PARAMETERS[name]}


def published(api: NinjaAPI) -> dict[str, Any]:
    """As programs find it at /api/v1/openapi.json."""
    told: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix=ADDRESS)))
    return told


def described(schema: Any, bodies: Mapping[str, Callable[[], type[Schema]]]) -> Any:
    """``bodies`` are made here, not while the addresses are put together: forms ask the database."""
    known = schema["components"]
    for methods in schema["paths"].values():
        for operation in methods.values():
            _complete(operation)
            if operation["operationId"] in bodies:
                operation["requestBody"] = _body(bodies[operation["operationId"]](), known["schemas"])
    return schema


def _body(model: type[Schema], schemas: dict[str, Any]) -> dict[str, Any]:
    """What is sent stands beside what is answered, under its name."""
    sent = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(sent.pop("$defs", {}))
    return {"required": True, "content": {"application/json": {"schema": sent}}}


def _complete(operation: dict[str, Any]) -> None:
    """An answer carries its mark where the request may name one, and where a record has just been made."""
    responses = operation["responses"]
    for status, response in responses.items():
        response["description"] = WORDS[int(status)]
    conditions = {one["name"] for one in operation["parameters"]} & {"If-None-Match", "If-Match"}
    if "If-None-Match" in conditions:
        responses[304] = {"description": WORDS[304], "headers": ETAG}
    for status in (200, 412):
        if status in responses and conditions:
            responses[status]["headers"] = ETAG
    if 201 in responses:
        place = {"schema": {"type": "string"}, "description": "新记录的地址。"}
        responses[201]["headers"] = ETAG | {"Location": place}
