"""Retention: what may not go, what has had its time, and how it goes: by two people, with a record of what it was."""

from uuid import UUID

from jishu.platform.command import claim, command
from jishu.platform.identity.api import Actor, Unit, holders_of
from jishu.platform.lib.clock import now, today
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError
from jishu.platform.notify.api import tell

from . import selectors
from .keeping import let_go
from .models import Disposal, DisposalLine, Document
from .upkeep import over_term

HOLD, PROPOSE, CONFIRM = "archive.hold_document", "archive.propose_disposal", "archive.confirm_disposal"
KEEPER, WITNESS = "archive.keeper", "archive.witness"
LONGEST_LIST = 1_000


class SamePerson(DomainError):
    """销毁须由另一人确认，鉴定人不能确认自己提出的清册。"""


class ReasonRequired(DomainError):
    """请写明理由。"""


class MovedOn(Conflict):
    """清册的状态已经变化，请刷新后再操作。"""


class NothingOver(DomainError):
    """没有保管期满、可以鉴定的文件。"""


CONSTRAINTS: dict[str, DomainError] = {
    "disposal_is_confirmed_by_another": SamePerson(),
    "disposal_one_open_per_unit": Conflict("本单位已有一份销毁清册正在办理，请先办结。"),
}


@command(HOLD, audited_as="document.held", titled="暂停销毁文件")
def hold(actor: Actor, *, document: UUID, reason: str) -> Document:
    """Litigation, audit, inspection: it stays whatever its term says, until released."""
    if not reason.strip():
        raise ReasonRequired(field="hold_reason")
    held = _kept(actor, document)
    held.hold_reason = reason.strip()[:200]
    held.save(update_fields=("hold_reason",))
    return held


@command(HOLD, audited_as="document.released", titled="解除暂停销毁")
def release(actor: Actor, *, document: UUID) -> Document:
    held = _kept(actor, document)
    held.hold_reason = ""
    held.save(update_fields=("hold_reason",))
    return held


@command(PROPOSE, audited_as="disposal.listed", titled="编制销毁清册")
def list_over_term(actor: Actor, *, unit: Unit) -> Disposal:
    """What is over its term in one unit, for the keeper to judge piece by piece."""
    documents = list(over_term().filter(unit=unit).order_by("keep_until", "id")[:LONGEST_LIST])
    if not documents:
        raise NothingOver
    with explained(CONSTRAINTS):
        disposal = Disposal.objects.create(unit=unit, count=len(documents))
    DisposalLine.objects.bulk_create(
        DisposalLine(
            disposal=disposal, document=one, title=one.title, kind=one.kind, keep_until=one.keep_until or today(),
            digests=list(one.versions.order_by("number").values_list("digest", flat=True)),
        )
        for one in documents
    )  # fmt: skip
    tell(
        holders_of(KEEPER, unit),
        title=f"{len(documents)} 份文件保管期满，请鉴定",
        body="逐件鉴定：仍有保存价值的勾选“继续保管”；其余写明依据后提交另一人确认销毁。",
        link=_page(disposal),
    )
    return disposal


@command(PROPOSE, audited_as="disposal.proposed", titled="提出销毁文件")
def propose(actor: Actor, *, disposal: UUID, basis: str, keep: frozenset[int] = frozenset()) -> Disposal:
    """``keep``: the lines that are worth keeping after all; their documents stay for ever."""
    held = _claimed(actor, disposal, PROPOSE, Disposal.State.WAITING)
    if not basis.strip():
        raise ReasonRequired("请写明销毁依据，如鉴定会议纪要的名称和文号。", field="basis")
    held.lines.update(is_kept=False)
    held.lines.filter(pk__in=keep).update(is_kept=True)
    held.state, held.basis = Disposal.State.PROPOSED, basis.strip()[:300]
    held.proposed_by_id, held.proposed_at = actor.person_id, now()
    held.count = held.lines.filter(is_kept=False).count()
    held.save()
    tell(
        [one for one in holders_of(WITNESS, held.unit) if one.pk != actor.person_id],
        title=f"请确认销毁清册：{held.count} 份文件",
        body=f"鉴定人 {actor.name}，依据：{held.basis}",
        link=_page(held),
    )
    return held


@command(CONFIRM, audited_as="disposal.confirmed", titled="确认销毁文件")
def confirm(actor: Actor, *, disposal: UUID) -> Disposal:
    """Now they are gone: contents, texts, previews. Titles, hashes, and who decided on what basis stay."""
    held = _decided(actor, disposal, Disposal.State.DONE, "")
    for line in selectors.lines_of(held):
        _judged(line, held)
    return held


@command(CONFIRM, audited_as="disposal.refused", titled="不予销毁文件")
def refuse(actor: Actor, *, disposal: UUID, opinion: str) -> Disposal:
    if not opinion.strip():
        raise ReasonRequired(field="opinion")
    return _decided(actor, disposal, Disposal.State.REFUSED, opinion.strip()[:300])


def _judged(line: DisposalLine, disposal: Disposal) -> None:
    document = Document.objects.select_for_update().get(pk=line.document_id)
    if line.is_kept:
        document.keep_until = None
        document.save(update_fields=("keep_until",))
        return
    if document.hold_reason or document.state != Document.State.READY:
        return  # held or changed since the list was made: it stays, and its line says so
    document.state = Document.State.DESTROYED
    document.save(update_fields=("state",))
    document.passages.all().delete()
    for version in document.versions.select_related("document"):
        let_go(version)


def _decided(actor: Actor, disposal: UUID, state: Disposal.State, opinion: str) -> Disposal:
    held = _claimed(actor, disposal, CONFIRM, Disposal.State.PROPOSED)
    held.state, held.opinion = state, opinion
    held.confirmed_by_id, held.confirmed_at = actor.person_id, now()
    with explained(CONSTRAINTS):
        held.save()
    return held


def _claimed(actor: Actor, disposal: UUID, permission: str, state: Disposal.State) -> Disposal:
    within = selectors.disposals_visible_to(actor).filter(actor.scope(permission).within("unit"))
    held = claim(within, disposal)
    if held.state != state:
        raise MovedOn
    return held


def _kept(actor: Actor, document: UUID) -> Document:
    within = actor.scope(HOLD).within("unit")
    return claim(Document.objects.select_related("unit").filter(within, filed_at__isnull=False), document)


def _page(disposal: Disposal) -> str:
    return f"/archive/disposal/{disposal.uid}/"
