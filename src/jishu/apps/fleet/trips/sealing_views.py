"""生成封存名单: the next holiday is proposed."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.web.api import fields_of, page

from . import sealing
from .models import Sealing


class SealForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= fields_of(Sealing, {"title": {"help_text": "如 2027年元旦。"}, "starts_on": {}, "ends_on": {}})


@require_http_methods(["GET", "HEAD", "POST"])
@page(sealing.CHANGE)
def seal_cars(request: HttpRequest, actor: Actor) -> HttpResponse:
    found = sealing.next_holiday(today())
    initial = {"starts_on": found[0], "ends_on": found[1]} if found else {}
    form = SealForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            made = sealing.seal(actor, **form.cleaned_data)
        except (Refused, Missing):
            raise
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, f"已把 {len(made)} 辆车列入封存名单；值班、应急确需保留的，请在名单中登记原因。")
            return redirect("fleet:sealing-list")
    context = {"form": form, "found": found}
    return render(request, "fleet/trips/seal.html", context, status=422 if form.errors else 200)
