"""The first page of the administrators, the tree of units, and who may do what where."""

from collections import defaultdict
from datetime import date, timedelta
from importlib.metadata import version
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jishu.platform.administration import forms, leaving, selectors
from jishu.platform.administration.models import GrantRequest, Reorganisation
from jishu.platform.contract import contracts
from jishu.platform.identity.api import (
    Account,
    Actor,
    Appointment,
    Person,
    Unit,
    grants_reaching,
    open_units,
    people_kept_by,
    serving,
    standing_on,
    units_kept_by,
    units_visible_to,
)
from jishu.platform.lib.clock import now, today
from jishu.platform.web.api import page

SOON, SHOWN, DRAWN = 30, 20, 3000


@page("administration.view_overview")
def overview(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What waits for an administrator, and what comes due; each of the three sees their own part."""
    soon = today() + timedelta(days=SOON)
    requests = selectors.requests_visible_to(actor).filter(state=GrantRequest.State.WAITING)
    plans = selectors.plans_visible_to(actor).exclude(
        state__in=(Reorganisation.State.DONE, Reorganisation.State.CANCELLED, Reorganisation.State.REFUSED)
    )
    context = {
        "requests": requests[:SHOWN],
        "ending": selectors.ending_before(actor, soon)[:SHOWN] if actor.may("identity.view_grant") else (),
        "plans": plans[:SHOWN],
        "figures": _figures(actor),
        "leaving": _leaving(actor, soon)[:SHOWN],
        "soon": SOON,
        "keeps_people": actor.may("identity.add_person"),
        "grants": actor.may("administration.propose_grant"),
        "audits": actor.may("audit.view_entry"),
    }
    return render(request, "administration/overview.html", context)


def _leaving(actor: Actor, soon: date) -> Any:
    people = people_kept_by(actor, "identity.change_person")
    return (
        people.filter(left_on__lte=soon, frozen_at=None).order_by("left_on")
        if actor.may("identity.change_person")
        else Person.objects.none()
    )


def _figures(actor: Actor) -> list[tuple[str, int, str]]:
    """Only of what this administrator looks after; each leads to its rows."""
    if not actor.may("identity.change_account"):
        return []
    people = people_kept_by(actor, "identity.change_account")
    accounts = Account.objects.filter(person__in=people.values("pk"))
    return [
        ("单位和处室", open_units(units_kept_by(actor, "identity.add_unit")).count(), "/identity/unit/"),
        ("在岗人员", serving(people).distinct().count(), "/identity/person/"),
        ("启用的账号", accounts.filter(is_active=True).count(), "/identity/person/"),
        ("锁定的账号", accounts.filter(locked_until__gt=now()).count(), "/administration/accounts/"),
        ("离岗待办结", leaving.due().filter(pk__in=people.values("pk")).count(), "/identity/person/"),
    ]


@page("identity.change_account")
def accounts(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Accounts that are locked or shut, and people without one."""
    people = people_kept_by(actor, "identity.change_account")
    rows = Account.objects.filter(person__in=people.values("pk")).order_by("username")
    locked = list(rows.filter(locked_until__gt=now()).select_related("person")[:SHOWN])
    shut = list(rows.filter(is_active=False, person__left_on=None).select_related("person")[:SHOWN])
    without = list(serving(people).filter(account=None).distinct()[: SHOWN * 5])
    units = _agencies([*(one.person for one in (*locked, *shut) if one.person), *without])
    context = {
        "locked": [(one.person, one.username, units.get(one.person_id, "")) for one in locked],
        "shut": [(one.person, one.username, units.get(one.person_id, "")) for one in shut],
        "without": [(one, one.code, units.get(one.pk, "")) for one in without],
    }
    return render(request, "administration/accounts.html", context)


def _agencies(people: list[Person]) -> dict[int | None, str]:
    """The 单位 each of them serves in now."""
    held = Appointment.objects.filter(person__in=people, is_primary=True, during__contains=today())
    return {one.person_id: one.unit.agency.short_name for one in held.select_related("unit__agency") if one.unit.agency}


@page("identity.view_unit")
def tree(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The units as they stood on a day, drawn as a tree."""
    day = _day(request.GET.get("day", ""))
    visible = units_visible_to(actor)
    if visible.count() > DRAWN:  # a province is drawn by its 单位
        visible = visible.exclude(kind=Unit.Kind.DEPARTMENT)
    units = standing_on(visible.order_by("path")[:DRAWN].model.objects.filter(pk__in=visible.values("pk")), day)
    context = {"branches": _branches(units, _headcount(units, day)), "day": day, "count": len(units)}
    return render(request, "administration/tree.html", context)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today()


def _headcount(units: list[Unit], day: date) -> dict[int, int]:
    there = Q(person__left_on=None) | Q(person__left_on__gt=day)
    held = Appointment.objects.filter(there, unit__in=[one.id for one in units], is_primary=True, during__contains=day)
    return dict(held.values_list("unit").annotate(Count("pk")))


def _branches(units: list[Unit], people: dict[int, int]) -> list[dict[str, Any]]:
    """Tops first: nodes whose parent is not among those shown."""
    below: dict[int | None, list[Unit]] = defaultdict(list)
    shown = {one.id for one in units}
    for unit in sorted(units, key=lambda one: (one.kind != Unit.Kind.REGION, one.code)):
        below[unit.parent_id if unit.parent_id in shown else None].append(unit)

    def branch(unit: Unit) -> dict[str, Any]:
        children = [branch(child) for child in below[unit.id]]
        total = people.get(unit.id, 0) + sum(child["people"] for child in children)
        return {"unit": unit, "children": children, "people": total}

    return [branch(unit) for unit in below[None]]


@page("identity.view_grant")
def who(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Who holds which role for a unit: granted there or above."""
    form = forms.WhoForm(actor, request.GET if "unit" in request.GET else None)
    context: dict[str, Any] = {"form": form, "asked": False}
    if form.is_bound and form.is_valid():
        unit, role = form.cleaned_data["unit"], form.cleaned_data["role"]
        found = grants_reaching(unit)
        context |= {"asked": True, "unit": unit, "grants": found.filter(role=role) if role else found}
    return render(request, "administration/who.html", context, status=422 if form.errors else 200)


@page("identity.change_account")
def settings_overview(request: HttpRequest, actor: Actor) -> HttpResponse:
    """How this installation is set, without anything secret. Changing is the operator's, on the server."""
    yes_or_no = {True: "是", False: "否"}
    context = {
        "facts": [
            ("平台版本", version("jishu")),
            ("数据库", f"PostgreSQL {_database_version()}"),
            ("信息资源提供方", f"{settings.PROVIDER_NAME} {settings.PROVIDER_CODE}".strip() or "未设置"),
            ("时区", settings.TIME_ZONE),
            ("允许的域名", "、".join(settings.ALLOWED_HOSTS)),
            ("只用 HTTPS", yes_or_no[bool(getattr(settings, "SECURE_SSL_REDIRECT", False))]),
            ("调试模式", yes_or_no[settings.DEBUG]),
            ("登录有效时间", f"{settings.SESSION_COOKIE_AGE // 3600} 小时"),
        ],
        "systems": contracts(),
    }
    return render(request, "administration/settings.html", context)


def _database_version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])
