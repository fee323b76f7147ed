"""What hangs on the page of an edition and of a proposed change."""

from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string

from jishu.platform.identity.api import Actor

from . import comparing, selectors
from .in_force import ruling_by
from .models import Edition, Proposal
from .services import CONFIRM, PROPOSE


def parameters(request: HttpRequest, actor: Actor, row: Edition) -> str:
    context = {"edition": row, "lines": comparing.said(row), "tables": comparing.sheets(row)}
    context["sentence"] = ruling_by(row).sentence
    return render_to_string("standards/_parameters.html", context, request)


def editions(request: HttpRequest, actor: Actor, row: Edition) -> str:
    others = [(one, comparing.in_words(one)) for one in selectors.editions_of(row.rule)]
    return render_to_string("standards/_editions.html", {"edition": row, "others": others}, request)


def changes(request: HttpRequest, actor: Actor, row: Edition) -> str:
    mine = selectors.proposals_visible_to(actor)
    found = mine.filter(Q(edition=row) | Q(result=row)).order_by("-id")[:20]
    context = {
        "edition": row,
        "proposals": found,
        "may_propose": actor.may(PROPOSE),
        "may_switch_on": row.state in (Edition.State.OFF, Edition.State.UNVERIFIED),
        "may_switch_off": row.state == Edition.State.IN_FORCE,
        "may_adjust": row.state != Edition.State.REPLACED,
    }
    return render_to_string("standards/_changes.html", context, request)


def decision(request: HttpRequest, actor: Actor, row: Proposal) -> str:
    waiting = row.state == Proposal.State.WAITING
    is_own = row.proposed_by_id == actor.person_id
    context = {
        "proposal": row,
        "lines": comparing.proposed(row.edition, row.parameters, row.severity) if row.parameters else [],
        "waiting": waiting,
        "is_own": is_own,
        "may_decide": waiting and not is_own and actor.scope(CONFIRM).covers(row.unit),
        "may_withdraw": waiting and is_own and actor.scope(PROPOSE).covers(row.unit),
    }
    return render_to_string("standards/_decision.html", context, request)
