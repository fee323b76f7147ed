"""One way to answer errors: a page that says what happened and what to do, with a number to quote."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.lib.tracing import request_id

TITLES = {
    400: "请求有误",
    403: "没有权限",
    404: "没有找到",
    409: "需要刷新",
    413: "内容过大",
    422: "暂时不能办理",
    500: "系统出了问题",
}


def problem(code: str, message: str, status: int, fields: Mapping[str, list[str]] | None = None) -> HttpResponse:
    """The one shape in which programs are told of an error; ``reference`` is what to quote to an administrator."""
    told = {"code": code, "message": message, "fields": dict(fields or {}), "reference": request_id.get()}
    return JsonResponse({"error": told}, status=status, json_dumps_params={"ensure_ascii": False})


def is_program(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def answer(request: HttpRequest, error: DomainError) -> HttpResponse:
    """A domain error as JSON for the API, as a page for people."""
    if is_program(request):
        fields = {error.field: [error.message]} if error.field else {}
        return problem(error.code, error.message, error.status, fields)
    return _page(request, error.status, error.message)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if is_program(request):
        return problem("BadRequest", "请求无法识别，请核对后重试。", 400)
    return _page(request, 400, "提交的内容无法识别，请返回后重试。")


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, Refused())


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, Missing("没有这个页面，或者它不在您的管理范围内。"))


def server_error(request: HttpRequest) -> HttpResponse:
    """Must not need the database: it may be the thing that failed."""
    if is_program(request):
        return problem("ServerError", "系统出了问题，请凭编号告知管理员。", 500)
    return _page(request, 500, "我们已经记录此问题。您填写的内容没有被改动，请稍后再试；仍有问题请将编号告知管理员。")


def _page(request: HttpRequest, status: int, message: str) -> HttpResponse:
    context = {
        "status": status,
        "title": TITLES.get(status, "不能办理"),
        "message": message,
        "reference": request_id.get(),
    }
    return render(request, "portal/error.html", context, status=status)
