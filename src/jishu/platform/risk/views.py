"""Acting on an alert. What was typed comes back when it cannot be done."""

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from jishu.platform.archive.api import take_in
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.web.api import ContractForm, page

from . import panels, services
from .forms import BUTTONS, form_of, may_act
from .models import Alert
from .selectors import VIEW, alerts_visible_to

TAB = "核实与整改"
DONE = {
    "confirm": "已核实为属实，请在期限内整改。",
    "dismiss": "已核实为不属实，理由已记录。",
    "remedy": "已登记整改完成，由另一人复核销号。",
    "close": "已销号。",
    "send_back": "已退回，请核实人继续整改。",
}

DEEDS: dict[str, Callable[..., Alert]] = {
    "confirm": services.confirm,
    "dismiss": services.dismiss,
    "remedy": services.remedy,
    "close": services.close,
    "send_back": services.send_back,
}


@require_POST
@page(VIEW)
def deed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """``do`` says which button was pressed."""
    alert, do = _alert(actor, request.POST.get("alert", "")), request.POST.get("do", "")
    if do == "urge":
        return _urge(request, actor, alert)
    if not may_act(actor, alert) or do not in dict(BUTTONS[Alert.State(alert.state)]):
        messages.error(request, services.NotTheirTurn().message)
        return redirect(_address(alert))
    taken = take_in(request, actor, ("files",))
    form = form_of(actor, alert, taken.data)
    taken.explain(form)
    if form.is_valid() and _is_done(actor, alert, do, form):
        messages.success(request, DONE[do])
        return redirect(_address(alert))
    context = {**panels.about(actor, alert), "form": form, "buttons": BUTTONS[Alert.State(alert.state)]}
    return render(request, "risk/deed.html", context, status=422)


def _is_done(actor: Actor, alert: Alert, do: str, form: ContractForm) -> bool:
    given = form.cleaned_data
    shared = {"alert": alert, "said": given["said"], "files": given["files"] or ()}
    if do == "confirm":
        shared["remedy_by"] = given["remedy_by"]
    try:
        DEEDS[do](actor, **shared)
    except (Refused, Missing):
        raise
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return False
    return True


def _urge(request: HttpRequest, actor: Actor, alert: Alert) -> HttpResponse:
    try:
        services.urge(actor, alert=alert, said=request.POST.get("said", "")[:1000])
    except (Refused, Missing):
        raise
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "已督办，核实人会收到消息。")
    return redirect(_address(alert))


def _address(alert: Alert) -> str:
    where = reverse("risk:alert-detail", kwargs={"uid": alert.uid})
    return f"{where}?{urlencode({'tab': TAB})}"


def _alert(actor: Actor, text: str) -> Alert:
    try:
        found = alerts_visible_to(actor).filter(uid=UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise Missing
    return found
