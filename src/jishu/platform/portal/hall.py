"""The service hall (服务大厅): what can be asked for, by category, and how each item works."""

from collections.abc import Iterator
from dataclasses import dataclass

from jishu.platform.contract import Approve, BusinessItem, Fork, Handle, Step, Who, WhoKind
from jishu.platform.identity.api import Actor, Unit, role_title
from jishu.platform.workflow.api import flow_for, items_open_to

from .finding import closest, words_of

WHO = {
    WhoKind.APPLICANT: "申请人本人",
    WhoKind.DEPARTMENT_HEAD: "本处室负责人",
    WhoKind.LEADER: "分管领导",
    WhoKind.UNIT_HEAD: "单位主要负责人",
    WhoKind.PEOPLE: "指定人员",
}


@dataclass(frozen=True)
class Offer:
    """An item as this person meets it."""

    item: BusinessItem
    may_apply: bool


@dataclass(frozen=True)
class Category:
    title: str
    offers: tuple[Offer, ...]


@dataclass(frozen=True)
class GuideStep:
    """One line of the guide; ``under`` is the condition a branch is taken on."""

    title: str
    who: str
    kind: str
    under: str = ""


def offers_for(actor: Actor, asked: str = "") -> list[Offer]:
    """Everyone may read every guide; applying needs the item's permission."""
    known = items_open_to(actor)
    found = closest(asked, known, words_of) if asked else known
    return [Offer(item, actor.may(item.permission)) for item in found]


def by_category(offers: list[Offer]) -> list[Category]:
    titles = dict.fromkeys(offer.item.category for offer in offers)
    return [Category(title, tuple(offer for offer in offers if offer.item.category == title)) for title in titles]


def guide_steps(item: BusinessItem, unit: Unit | None = None) -> list[GuideStep]:
    """The way of a case in words, branches included: as it holds for the unit, or as the item declares it."""
    return list(_told((flow_for(item, unit) if unit else item.flow).steps))


def _told(steps: tuple[Step, ...], under: str = "") -> Iterator[GuideStep]:
    for step in steps:
        match step:
            case Approve():
                yield GuideStep(step.title, _who(step.who), "审批", under)
            case Handle():
                yield GuideStep(step.title, _who(step.who), "办理", under)
            case Fork():
                for branch in step.branches:
                    yield from _told(branch.steps, branch.title)
                yield from _told(step.otherwise, f"{step.title}：其他情形")


def _who(who: Who) -> str:
    return role_title(who.role) if who.kind is WhoKind.ROLE else WHO[who.kind]
