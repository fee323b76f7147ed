"""Who is asked, changed by those who hold a task; and what applicants and participants may ask for besides."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from jishu.platform.command import command
from jishu.platform.contract import Mode
from jishu.platform.identity.api import Actor, Person, people_visible_to, serving
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import Conflict, DomainError
from jishu.platform.notify.api import Kind

from . import engine, selectors
from .acting import held, seat, taken
from .engine import Part
from .models import Action, Case, Task
from .moving import Deed
from .once import once
from .telling import tell_holders

URGE_EVERY = timedelta(minutes=10)


class CannotBeAsked(DomainError):
    """只能选择您可以看到的在岗人员。"""


class JustUrged(Conflict):
    """十分钟内已经催办过，请稍后再催。"""


@once
@command("workflow.act_case", audited_as="case.delegated", titled="委派办件")
def delegate(actor: Actor, *, case: UUID, key: UUID, to: Person, opinion: str = "", task: int = 0) -> Case:
    _within_sight(actor, [to])
    mine = held(actor, case)
    action = engine.Delegate(**seat(actor, mine, task), to=to.pk)
    return taken(actor, mine, Deed(action=action, key=key, opinion=opinion))


@once
@command("workflow.act_case", audited_as="case.signers_added", titled="办件加签")
def add_signers(
    actor: Actor, *, case: UUID, key: UUID, to: Sequence[Person], place: Part = Part.BEFORE, method: Mode = Mode.ALL,
    opinion: str = "",
) -> Case:  # fmt: skip
    _within_sight(actor, to)
    mine = held(actor, case)
    people = tuple(one.pk for one in to)
    action = engine.AddSigners(**seat(actor, mine), to=people, place=place, method=method)
    return taken(actor, mine, Deed(action=action, key=key, opinion=opinion))


@once
@command("workflow.act_case", audited_as="case.signer_removed", titled="办件减签")
def remove_signer(actor: Actor, *, case: UUID, key: UUID, of: Person, opinion: str = "") -> Case:
    mine = held(actor, case)
    action = engine.RemoveSigner(person=actor.person_id, of=of.pk)
    return taken(actor, mine, Deed(action=action, key=key, opinion=opinion))


@once
@command("workflow.act_case", audited_as="case.claimed", titled="认领办件")
def claim_task(actor: Actor, *, case: UUID, key: UUID, task: int = 0) -> Case:
    mine = held(actor, case)
    return taken(actor, mine, Deed(action=engine.Claim(**seat(actor, mine, task)), key=key))


@once
@command("workflow.act_case", audited_as="case.unclaimed", titled="取消认领办件")
def unclaim_task(actor: Actor, *, case: UUID, key: UUID, task: int = 0) -> Case:
    mine = held(actor, case)
    return taken(actor, mine, Deed(action=engine.Unclaim(**seat(actor, mine, task)), key=key))


@once
@command("workflow.act_case", audited_as="case.taken_back", titled="拿回办件")
def take_back(actor: Actor, *, case: UUID, key: UUID, opinion: str = "") -> Case:
    mine = held(actor, case)
    return taken(actor, mine, Deed(action=engine.TakeBack(person=actor.person_id), key=key, opinion=opinion))


@once
@command("workflow.act_case", audited_as="case.copied", titled="抄送办件")
def copy_to(actor: Actor, *, case: UUID, key: UUID, to: Sequence[Person], opinion: str = "") -> Case:
    """Nobody is shown more than whoever shows it."""
    _within_sight(actor, to)
    mine = held(actor, case)
    action = engine.Copy(person=actor.person_id, to=tuple(one.pk for one in to))
    hidden = sorted(selectors.hidden_from(actor, mine))
    return taken(actor, mine, Deed(action=action, key=key, opinion=opinion, hidden=hidden))


@once
@command("workflow.act_case", audited_as="case.urged", titled="催办")
def urge(actor: Actor, *, case: UUID, key: UUID, opinion: str = "") -> Case:
    """Told to whoever holds it now and whoever stands in for them; not to those who wait for others themselves."""
    mine = held(actor, case)
    urged = Action.objects.filter(case=mine, kind=Action.Kind.URGE, at__gt=now() - URGE_EVERY).exclude(key=key)
    if urged.exists():
        raise JustUrged
    done = taken(actor, mine, Deed(action=engine.Urge(person=actor.person_id), key=key, opinion=opinion))
    tell_holders(
        mine, Task.objects.filter(case=mine, turn=Task.Turn.OPEN), title="催办",
        body=f"{actor.name}请您尽快办理。{opinion}".strip(), kind=Kind.URGE,
    )  # fmt: skip
    return done


def _within_sight(actor: Actor, people: Sequence[Person]) -> None:
    wanted = {one.pk for one in people}
    if not wanted or serving(people_visible_to(actor)).filter(pk__in=wanted).count() != len(wanted):
        raise CannotBeAsked(field="to")
