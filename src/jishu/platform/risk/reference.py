"""Brings the list of what is watched up to date with what the systems declare."""

from jishu.platform.command import claim, command
from jishu.platform.contract import Contract, Risk, risks
from jishu.platform.identity.api import Actor, system_actor

from .models import Watch

DECLARE = "risk.declare_watch"


def sync() -> None:
    """Quiet when nothing changed; run after every migration."""
    told = {risk.code: _told(system, risk) for system, risk in risks()}
    known = {watch.code: watch for watch in Watch.objects.all()}
    changed = [code for code, values in told.items() if code not in known or _differs(known[code], values)]
    dropped = [code for code, watch in known.items() if code not in told and watch.is_declared]
    if changed or dropped:
        enlist(system_actor("风险规则同步", {DECLARE}), told={code: told[code] for code in changed}, dropped=dropped)


@command(DECLARE, audited_as="watch.declared", titled="更新风险规则")
def enlist(actor: Actor, *, told: dict[str, dict[str, str]], dropped: list[str]) -> list[Watch]:
    """A risk that is declared no more keeps its history and is looked for no more."""
    kept = []
    for code, values in told.items():
        watch, is_new = Watch.objects.get_or_create(code=code, defaults=values)
        if not is_new:
            watch = claim(Watch.objects.all(), watch)
            for name, value in (values | {"is_declared": True}).items():
                setattr(watch, name, value)
            watch.save()
        kept.append(watch)
    for watch in Watch.objects.filter(code__in=dropped):
        held = claim(Watch.objects.all(), watch)
        held.is_declared = False
        held.save(update_fields=("is_declared",))
    return kept


def _told(system: Contract, risk: Risk) -> dict[str, str]:
    return {
        "name": risk.name,
        "level": risk.level.value,
        "system": system.title,
        "summary": risk.summary,
        "basis": "；".join(str(one) for one in risk.basis),
        "rule": risk.rule,
    }


def _differs(watch: Watch, values: dict[str, str]) -> bool:
    return not watch.is_declared or any(getattr(watch, name) != value for name, value in values.items())
