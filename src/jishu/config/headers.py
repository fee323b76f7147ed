"""Tells browsers to run nothing but our own files."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Pictures may also be data: the component library draws its check marks and arrows that way.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

Handler = Callable[[HttpRequest], HttpResponse]


def content_security(handle: Handler) -> Handler:
    def answer(request: HttpRequest) -> HttpResponse:
        response = handle(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    return answer
