"""The number of the request in hand: on error pages, in the audit record, in the logs. Empty outside a request."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
