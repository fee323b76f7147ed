"""Drawing a flow: every change is a stroke that can be undone, and nobody draws over somebody else's."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

from jishu.platform.command import claim, command, touched
from jishu.platform.contract import BusinessItem, Flow
from jishu.platform.identity.api import Actor, Unit
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import Conflict, DomainError, Missing

from . import flows
from .engine import encode
from .models import Sketch, Stroke
from .publishing import flow_for

KEPT = 200
TOGETHER = timedelta(minutes=2)
"""Changes of one place by one person within this time are one stroke: typing a title is not ten of them."""


class DrawnOver(Conflict):
    """草稿刚被修改过，本页显示的不是最新内容。您的这次修改没有保存，请在最新内容上重新修改。"""


class IsWaiting(Conflict):
    """草稿已送审，撤回送审后才能修改。"""


class NothingToUndo(DomainError):
    """没有可以撤销的修改。"""


class NothingToRedo(DomainError):
    """没有可以重做的修改。"""


@command(flows.DRAW, audited_as="flow.begun", titled="开始设计流程")
def open_sketch(actor: Actor, *, item: BusinessItem, unit: Unit) -> Sketch:
    """The draft for this item and unit; begun from what holds there now. Opening it twice is opening it once."""
    if not flows.units_with_flows(actor, flows.DRAW).filter(pk=unit.pk).exists():
        raise Missing("没有这个单位，或者它不在您的管理范围内。")
    known = {"flow": encode(flow_for(item, unit)), "drawn_by_id": actor.person_id, "changed_at": now()}
    sketch, is_new = Sketch.objects.get_or_create(item=item.code, unit=unit, defaults=known | {"said": "开始设计"})
    if is_new:
        _stroke(sketch, actor, "开始设计", "")
    return sketch


@command(flows.DRAW, audited_as="flow.drawn", titled="修改流程草稿")
def redraw(
    actor: Actor, *, sketch: UUID, revision: int, change: Callable[[Flow], Flow], said: str, place: str = ""
) -> Sketch:
    """``place`` names what is changed; see ``TOGETHER``. Nothing is written when nothing changed."""
    mine = _held(actor, sketch, revision)
    flow = change(flows.drawn_flow(mine))
    if flow == flows.drawn_flow(mine):
        return mine
    Stroke.objects.filter(sketch=mine, number__gt=mine.place).delete()
    mine.flow = encode(flow)
    _stroke(mine, actor, said, place)
    return _changed(mine, actor, said)


@command(flows.DRAW, audited_as="flow.drawn", titled="修改流程草稿")
def undo(actor: Actor, *, sketch: UUID, revision: int) -> Sketch:
    mine = _held(actor, sketch, revision)
    return _at(mine, actor, _neighbour(mine, -1, NothingToUndo), "撤销")


@command(flows.DRAW, audited_as="flow.drawn", titled="修改流程草稿")
def redo(actor: Actor, *, sketch: UUID, revision: int) -> Sketch:
    mine = _held(actor, sketch, revision)
    return _at(mine, actor, _neighbour(mine, 1, NothingToRedo), "重做")


@command(flows.DRAW, audited_as="flow.imported", titled="导入流程")
def replace_with(actor: Actor, *, sketch: UUID, revision: int, flow: Flow, losses: Sequence[str]) -> Sketch:
    """What a file says, as one stroke; ``losses`` stay beside the drawing until somebody has read them."""
    mine = _held(actor, sketch, revision)
    Stroke.objects.filter(sketch=mine, number__gt=mine.place).delete()
    mine.flow, mine.losses = encode(flow), list(losses)[:200]
    _stroke(mine, actor, "导入流程文件", "")
    mine.save(update_fields=("losses",))
    return _changed(mine, actor, "导入流程文件")


@command(flows.DRAW, audited_as="flow.losses_read", titled="确认已阅导入报告")
def losses_read(actor: Actor, *, sketch: UUID) -> Sketch:
    mine = claim(flows.sketches_within(actor, flows.DRAW), sketch)
    mine.losses = []
    mine.save(update_fields=("losses",))
    return mine


@command(flows.DRAW, audited_as="flow.discarded", titled="删除流程草稿")
def discard(actor: Actor, *, sketch: UUID, revision: int) -> None:
    mine = _held(actor, sketch, revision)
    touched(mine)
    mine.delete()


def can_undo(sketch: Sketch) -> bool:
    return Stroke.objects.filter(sketch=sketch, number__lt=sketch.place).exists()


def can_redo(sketch: Sketch) -> bool:
    return Stroke.objects.filter(sketch=sketch, number__gt=sketch.place).exists()


def _held(actor: Actor, sketch: UUID, revision: int) -> Sketch:
    mine = claim(flows.sketches_within(actor, flows.DRAW), sketch)
    if mine.state != Sketch.State.DRAWING:
        raise IsWaiting
    if mine.revision != revision:
        raise DrawnOver
    return mine


def _stroke(sketch: Sketch, actor: Actor, said: str, place: str) -> None:
    last = Stroke.objects.filter(sketch=sketch, number=sketch.place).first()
    together = (
        last is not None
        and place
        and (last.touched, last.person_id) == (place, actor.person_id)
        and now() - last.at < TOGETHER
    )
    if last is not None and together:
        last.flow, last.at = sketch.flow, now()
        last.save(update_fields=("flow", "at"))
        return
    sketch.place += 1
    Stroke.objects.create(
        sketch=sketch, number=sketch.place, flow=sketch.flow, said=said[:200], touched=place[:80],
        person_id=actor.person_id, at=now(),
    )  # fmt: skip
    Stroke.objects.filter(sketch=sketch, number__lte=sketch.place - KEPT).delete()
    sketch.save(update_fields=("place",))


def _neighbour(sketch: Sketch, by: int, missing: type[DomainError]) -> Stroke:
    ahead = Stroke.objects.filter(sketch=sketch)
    found = (
        ahead.filter(number__gt=sketch.place).order_by("number").first()
        if by > 0
        else ahead.filter(number__lt=sketch.place).order_by("-number").first()
    )
    if found is None:
        raise missing
    return found


def _at(sketch: Sketch, actor: Actor, stroke: Stroke, word: str) -> Sketch:
    undone = stroke.said if word == "重做" else Stroke.objects.get(sketch=sketch, number=sketch.place).said
    sketch.place, sketch.flow = stroke.number, stroke.flow
    return _changed(sketch, actor, f"{word}：{undone}")


def _changed(sketch: Sketch, actor: Actor, said: str) -> Sketch:
    sketch.revision += 1
    sketch.said, sketch.drawn_by_id, sketch.changed_at = said[:200], actor.person_id, now()
    sketch.save(update_fields=("flow", "revision", "place", "said", "drawn_by", "changed_at"))
    return sketch
