"""What hangs on the page of a class."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from jishu.apps.asset.models import Category, OldCode
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import today
from jishu.platform.standards.api import editions_visible_to

from .rules import Classes, rule_codes

NAMES = {
    "depreciation": "是否折旧", "life": "折旧年限", "use": "最低使用年限", "holding": "建卡方式", "keeper": "管理人",
    "label": "标签",
}  # fmt: skip


def rules(request: HttpRequest, actor: Actor, row: Category) -> str:
    """What holds for the actor's own unit today, and what is in the library but switched off."""
    classes, unit = Classes(), actor.own_agency
    held = classes.rules_of(row, on=today(), unit=unit)
    lines = [(title, name in ("life", "use"), getattr(held, name)) for name, title in NAMES.items()]
    codes = rule_codes(classes.upwards(row))
    off = editions_visible_to(actor).filter(rule__code__in=codes, state="unverified").order_by("rule__code", "id")
    context = {"category": row, "lines": lines, "off": off, "unit": unit}
    return render_to_string("asset/category/_rules.html", context, request)


def old_codes(request: HttpRequest, actor: Actor, row: Category) -> str:
    found = OldCode.objects.filter(category__path__startswith=row.path).select_related("category")[:200]
    return render_to_string("asset/category/_old_codes.html", {"category": row, "codes": found}, request)
