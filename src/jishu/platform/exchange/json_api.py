"""Events for programs that fetch: a stream from a place on, and what each type says."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field, StringConstraints

from jishu.platform.contract import event_types, to_json
from jishu.platform.identity.api import actor_of
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.outbox.api import PREFIX, cloud_event, end_of, events_after
from jishu.platform.resource.api import Problems

from .selectors import events_among

MOST = 1_000
# What may go wrong; with a token, calls may also become too many.
EVENT_ERRORS = dict.fromkeys((401, 403, 404, 410, 422, 429), Problems)
TYPE_ERRORS = dict.fromkeys((401, 403, 429), Problems)
EventType = Annotated[str, StringConstraints(max_length=100, pattern=r"^[a-z0-9_.]*$")]
router = Router(tags=["事件"])


class Gone(DomainError):
    """这一段事件已超过保存期限。请重新取得全量数据，再从现存首号继续。"""

    status = 410


class CloudEvent(Schema):
    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: str
    datacontenttype: str
    dataschema: str
    sequence: str = Field(description="在事件流中的序号，补零到 19 位，可按文本比较。")
    unit: str | None = Field(None, description="所属单位或处室的标识。")
    data: dict[str, Any]


class EventPage(Schema):
    stream: str
    results: list[CloudEvent]
    next: int = Field(description="下次请求的 after。没有更多事件时等于 last。")
    first: int = Field(description="现存最早的序号。")
    last: int = Field(description="目前最后的序号。")


class Asked(Schema):
    stream: str = Field(description="事件流，即系统代码，如 workflow。")
    after: int = Field(0, ge=0, le=2**62, description="上次给出的 next；从 0 开始。")
    type: list[EventType] = Field([], max_length=50, description="只要这些类型，可以重复。")
    limit: int = Field(100, ge=1, le=MOST, description="最多取多少条。")


class TypeOfEvent(Schema):
    stream: str
    type: str
    title: str
    version: int
    data: dict[str, Any] = Field(description="data 的 JSON Schema。")


@router.get(
    "/",
    response={200: EventPage, **EVENT_ERRORS},
    summary="事件：按序取",
    operation_id="list_events",
    exclude_none=True,
)
def list_events(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """序号连续，没有空缺；只取得您有权查看的单位的事件，其余的跳过。"""
    actor = actor_of(request)
    if not actor.may("exchange.view_event"):
        raise Refused
    declared = {system for system, _ in event_types()}
    if asked.stream not in declared:
        raise Missing("没有这个事件流。", field="stream")
    end = end_of(asked.stream)
    if asked.after and asked.after + 1 < end.first:
        raise Gone(field="after")
    wanted = [one.removeprefix(PREFIX) for one in asked.type]
    found = events_after(
        asked.stream, asked.after, upto=end.last, limit=asked.limit, types=wanted, among=events_among(actor)
    )
    # A short answer went through to the end; what stands between its last event and the end is nobody's or others'.
    place = found[-1].seq if len(found) == asked.limit else max(end.last, asked.after)
    return {
        "stream": asked.stream, "results": [cloud_event(one) for one in found], "next": place, "first": end.first,
        "last": end.last,
    }  # fmt: skip


class TypesOfEvents(Schema):
    results: list[TypeOfEvent]


@router.get(
    "/types/",
    response={200: TypesOfEvents, **TYPE_ERRORS},
    summary="事件：有哪些类型",
    operation_id="list_event_types",
)
def list_types(request: HttpRequest) -> dict[str, Any]:
    if not actor_of(request).may("exchange.view_event"):
        raise Refused
    results = [
        {"stream": system, "type": f"{PREFIX}{one.type}", "title": one.title, "version": one.version,
         "data": to_json(one.schema)}
        for system, one in event_types()
    ]  # fmt: skip
    return {"results": results}
