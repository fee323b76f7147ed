"""One way to answer errors: a page that says what happened and what to do, with a number to quote."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.lib.tracing import request_id

TITLES = {400: "请求有误", 403: "没有权限", 404: "没有找到", 409: "需要刷新", 422: "暂时不能办理", 500: "系统出了问题"}


def answer(request: HttpRequest, error: DomainError) -> HttpResponse:
    """A domain error as JSON for the API, as a page for people."""
    if request.path.startswith("/api/"):
        body = {"error": {"code": error.code, "message": error.message, "field": error.field}}
        return JsonResponse(body, status=error.status)
    return _page(request, error.status, error.message)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 400, "提交的内容无法识别,请返回后重试。")


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, Refused())


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, Missing("没有这个页面,或者它不在您的管理范围内。"))


def server_error(request: HttpRequest) -> HttpResponse:
    """Must not need the database: it may be the thing that failed."""
    if request.path.startswith("/api/"):
        body = {
            "error": {"code": "ServerError", "message": "系统出了问题。", "field": None, "reference": request_id.get()}
        }
        return JsonResponse(body, status=500)
    return _page(request, 500, "我们已经记录此问题。您填写的内容没有被改动,请稍后再试;仍有问题请将编号告知管理员。")


def _page(request: HttpRequest, status: int, message: str) -> HttpResponse:
    context = {
        "status": status,
        "title": TITLES.get(status, "不能办理"),
        "message": message,
        "reference": request_id.get(),
    }
    return render(request, "portal/error.html", context, status=status)
