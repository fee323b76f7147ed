"""The certificate of a disposal, and noting that its income was paid in."""

from datetime import date
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from jishu.apps.asset.models import Disposal
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.lib.money import format_money, money_in_words
from jishu.platform.lib.typesetting import typeset
from jishu.platform.web.api import page

from . import services

_SHEET = Path(__file__).parent / "certificate.typ"


@require_safe
@page("asset.view_disposal")
def disposal_certificate(request: HttpRequest, actor: Actor) -> HttpResponse:
    """?disposal=UID: 处置凭证, one sheet per disposal."""
    row = _named(actor, request.GET.get("disposal", ""), "asset.view_disposal")
    answer = HttpResponse(certificate(row), content_type="application/pdf")
    name = f"处置凭证-{row.number}.pdf"
    answer.headers["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=name) or ""
    return answer


@require_POST
@page(services.PAY)
def pay_disposal(request: HttpRequest, actor: Actor) -> HttpResponse:
    row = _named(actor, request.POST.get("disposal", ""), services.PAY)
    try:
        paid_on = _day(request.POST.get("paid_on", ""))
        voucher = request.POST.get("paid_voucher", "").strip()[:60]
        services.pay_in(actor, disposal=row, paid_on=paid_on, paid_voucher=voucher)
    except (Refused, Missing):
        raise
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "已登记处置收入上缴。")
    return redirect("asset:disposal-detail", uid=row.uid)


def certificate(row: Disposal) -> bytes:
    lines = row.lines.select_related("card__category")
    values = {
        "title": "国有资产处置凭证",
        "unit": row.unit.name,
        "number": row.number,
        "facts": [
            ("单位", row.unit.name), ("处置单号", row.number), ("处置方式", row.get_mode_display()),
            ("批复文号", row.approval_number), ("处置日期", f"{row.disposed_on:%Y年%-m月%-d日}"),
            ("接收方", row.receiver or "—"), ("账面原值", format_money(row.value)), ("账面净值", format_money(row.net)),
            ("评估价", format_money(row.assessed) if row.assessed is not None else "—"),
            ("处置收入", f"{format_money(row.income)}（{money_in_words(row.income)}）"),
        ],
        "lines": [
            (str(at), one.card.number, one.card.name, one.card.category.name, format_money(one.value),
             format_money(one.accumulated), format_money(one.value - one.accumulated))
            for at, one in enumerate(lines, 1)
        ],
    }  # fmt: skip
    return typeset(_SHEET, values, at=row.created_at, fonts=settings.HOME / "fonts")


def _named(actor: Actor, text: str, permission: str) -> Disposal:
    try:
        found = services.disposals_visible_to(actor, permission).filter(uid=UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise Missing
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DomainError("请填写上缴日期。", field="paid_on") from None
