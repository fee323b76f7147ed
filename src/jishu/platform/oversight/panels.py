"""What hangs on the page of an examination."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from jishu.platform.identity.api import Actor

from .models import Examination


def flaws(request: HttpRequest, actor: Actor, row: Examination) -> str:
    return render_to_string("oversight/_flaws.html", {"examination": row}, request)
