"""Why the engine refuses an action, in words for the person who tried it."""

from jishu.platform.lib.errors import Conflict, DomainError, Refused


class CaseNotRunning(Conflict):
    """该办件已不在办理中，不能再作此操作。请刷新页面查看最新状态。"""


class CaseSuspended(Conflict):
    """该办件已挂起，恢复后才能办理。"""


class NotSuspended(Conflict):
    """该办件没有挂起。"""


class NotAssignee(Refused):
    """该办件目前不由您办理，可能已经转办或由他人办理。"""


class NotActive(Conflict):
    """还没有轮到您办理，请等待前一位办理人完成。"""


class AlreadyClaimed(Conflict):
    """该办件已由他人认领。"""


class NotClaimed(Conflict):
    """您没有认领该办件。"""


class NotApplicant(Refused):
    """只有申请人本人可以作此操作。"""


class NotParticipant(Refused):
    """只有申请人和参与办理的人可以作此操作。"""


class NotSubmittable(Conflict):
    """该办件已经提交，不能重复提交。"""


class TooLate(Conflict):
    """已有人作出审批或办理，不能再撤回。如需更改，请联系当前办理人退回。"""


class NotVisited(DomainError):
    """只能退回到该办件已经过的环节。"""


class Unreachable(DomainError):
    """该环节在并行的另一分支上，不能退回到那里。"""


class AlreadyHandled(DomainError):
    """此前的办理已经完成，不能再退回到它之前的环节。"""


class WrongStep(DomainError):
    """当前环节不适用此操作。"""


class AdviceOnly(DomainError):
    """受委派人只提出意见，由委派人作出决定。"""


class CannotTakeOver(DomainError):
    """该人员不能接办此任务。"""


class SelfApproval(CannotTakeOver):
    """申请人不能审批本人的办件。"""


class AlreadyAsked(CannotTakeOver):
    """该人员已在本环节办理人之中。"""


class NotAdded(DomainError):
    """只能减去由您加签、尚未作出决定的人员。"""


class TooDeep(DomainError):
    """加签和委派最多三层。"""


class NotEditable(DomainError):
    """当前环节不能修改这些内容。"""


class OwnConfirmation(CannotTakeOver):
    """此环节须由申请人本人办理，不能转办。"""


class GoesInCircles(DomainError):
    """流程的自动环节反复执行，没有停下来的地方。请联系流程管理员修改流程。"""


class NobodyToAct(DomainError):
    """没有找到可以办理下一环节的人员，请联系本单位管理员设置负责人。"""


class AssigneeRequired(DomainError):
    """请先选定后续环节的办理人。"""
