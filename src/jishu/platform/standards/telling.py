"""Who hears of a change that is asked for or decided on."""

from django.urls import reverse

from jishu.platform.identity.api import holders_of
from jishu.platform.notify.api import tell

from .models import Proposal

CHECKER = "standards.checker"


def tell_checkers(proposal: Proposal) -> None:
    """Those nearest to the unit who may decide; never the proposer."""
    people = [one for one in holders_of(CHECKER, proposal.unit) if one.pk != proposal.proposed_by_id]
    body = f"由{proposal.proposed_by.name}提出。理由：{proposal.reason}"
    tell(people, title=f"待您复核：{proposal}", body=body, link=_address(proposal))


def tell_proposer(proposal: Proposal, decider: str) -> None:
    word = "已通过" if proposal.state == Proposal.State.CONFIRMED else "未通过"
    body = f"由{decider}复核。{f'意见：{proposal.opinion}' if proposal.opinion else ''}"
    tell([proposal.proposed_by], title=f"{word}：{proposal}", body=body, link=_address(proposal))


def _address(proposal: Proposal) -> str:
    return reverse("standards:proposal-detail", kwargs={"uid": proposal.uid})
