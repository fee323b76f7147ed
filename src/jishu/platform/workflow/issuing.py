"""Putting a drawn flow into force: one person asks with a reason, another publishes."""

from uuid import UUID

from django.db.models import Max
from django.urls import reverse

from jishu.platform.command import claim, command, touched
from jishu.platform.identity.api import Actor, Person, holders_of
from jishu.platform.lib.clock import now
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError
from jishu.platform.notify.api import tell

from . import flows
from .designing.judging import problems
from .designing.terms import terms_of
from .models import Override, Sketch
from .publishing import definition_of, flow_for

PUBLISHER = "workflow.publisher"


class ReasonRequired(DomainError):
    """请写明变更理由。"""


class NotSound(DomainError):
    """流程还有问题没有改正，不能送审或发布。请按各环节的提示修改。"""


class NothingChanged(DomainError):
    """草稿与现行流程相同，不需要发布。"""


class SamePerson(DomainError):
    """流程须由另一人发布，设计人不能发布自己修改过的流程。"""


class NotWaiting(Conflict):
    """该草稿没有送审，或者已经处理，请刷新后查看。"""


class DrawnOver(Conflict):
    """草稿在送审前刚被修改过，请核对最新内容后再送审。"""


class EndedAlready(Conflict):
    """该单位流程已经停用。"""


@command(flows.DRAW, audited_as="flow.sent", titled="流程送审")
def send(actor: Actor, *, sketch: UUID, revision: int, reason: str) -> Sketch:
    mine = claim(flows.sketches_within(actor, flows.DRAW), sketch)
    if mine.state != Sketch.State.DRAWING or mine.revision != revision:
        raise DrawnOver
    if not reason.strip():
        raise ReasonRequired(field="reason")
    _must_be_sound(mine)
    mine.state, mine.reason, mine.opinion = Sketch.State.WAITING, reason.strip()[:300], ""
    mine.save(update_fields=("state", "reason", "opinion"))
    people = [one for one in holders_of(PUBLISHER, mine.unit) if one.pk != mine.drawn_by_id]
    _tell(people, mine, "待您发布流程", f"{actor.name}：{mine.reason}")
    return mine


@command(flows.DRAW, audited_as="flow.recalled", titled="撤回流程送审")
def recall(actor: Actor, *, sketch: UUID) -> Sketch:
    mine = _waiting(actor, sketch, flows.DRAW)
    mine.state = Sketch.State.DRAWING
    mine.save(update_fields=("state",))
    return mine


@command(flows.PUBLISH, audited_as="flow.refused", titled="不予发布流程")
def refuse(actor: Actor, *, sketch: UUID, opinion: str) -> Sketch:
    held = _waiting(actor, sketch, flows.PUBLISH)
    if not opinion.strip():
        raise ReasonRequired("不予发布时请写明意见。", field="opinion")
    held.state, held.opinion = Sketch.State.DRAWING, opinion.strip()[:300]
    held.save(update_fields=("state", "opinion"))
    _tell([held.drawn_by], held, "流程未予发布", f"{actor.name}：{held.opinion}")
    return held


@command(flows.PUBLISH, audited_as="flow.published", titled="发布流程")
def publish(actor: Actor, *, sketch: UUID, revision: int) -> Override:
    """From now on new cases of the unit go this way; those under way keep theirs."""
    held = _waiting(actor, sketch, flows.PUBLISH)
    if held.revision != revision:
        raise NotWaiting
    if held.drawn_by_id == actor.person_id:
        raise SamePerson
    _must_be_sound(held)
    earlier = Override.objects.select_for_update().filter(item=held.item, unit=held.unit)
    current = earlier.filter(ended_at=None).first()
    if current is not None:
        touched(current)
        _end(current, actor, f"由新版本代替：{held.reason}")
    last = Override.objects.filter(item=held.item, unit=held.unit).aggregate(last=Max("version"))["last"] or 0
    with explained({"override_is_published_by_another": SamePerson(), "override_one_in_force": NotWaiting()}):
        made = Override.objects.create(
            item=held.item, unit=held.unit, version=last + 1,
            definition=definition_of(held.item, flows.drawn_flow(held)), reason=held.reason,
            drawn_by=held.drawn_by, published_by_id=actor.person_id, published_at=now(),
        )  # fmt: skip
    _tell([held.drawn_by], held, "流程已发布", f"由{actor.name}发布，即日起新提交的办件按新流程办理。")
    held.delete()
    return made


@command(flows.PUBLISH, audited_as="flow.ended", titled="恢复默认流程")
def return_to_default(actor: Actor, *, override: UUID, reason: str) -> Override:
    """New cases follow what holds above the unit again, in the end what the item declares."""
    held = claim(flows.overrides_within(actor, flows.PUBLISH), override)
    if held.ended_at is not None:
        raise EndedAlready
    if not reason.strip():
        raise ReasonRequired("请写明停用理由。", field="reason")
    return _end(held, actor, reason.strip())


def _end(held: Override, actor: Actor, reason: str) -> Override:
    held.ended_at, held.ended_by_id, held.end_reason = now(), actor.person_id, reason[:300]
    held.save(update_fields=("ended_at", "ended_by", "end_reason"))
    return held


def _waiting(actor: Actor, sketch: UUID, permission: str) -> Sketch:
    held = claim(flows.sketches_within(actor, permission), sketch)
    if held.state != Sketch.State.WAITING:
        raise NotWaiting
    return held


def _must_be_sound(sketch: Sketch) -> None:
    item, flow = flows.item_with_flow(sketch.item), flows.drawn_flow(sketch)
    if problems(flow, terms_of(item, flow)):
        raise NotSound
    if flow == flow_for(item, sketch.unit):
        raise NothingChanged


def _tell(people: list[Person], sketch: Sketch, title: str, body: str) -> None:
    item = flows.item_with_flow(sketch.item)
    link = reverse("workflow:flow", args=[sketch.item, sketch.unit.uid])
    tell(people, title=f"{title}：{sketch.unit.short_name}“{item.name}”", body=body, link=link)
