"""Requisitions (申领) as they go: who asks, how long ago, and what became of it. Values, no database."""

from dataclasses import dataclass
from enum import StrEnum


class Deed(StrEnum):
    """What happens next, done by the applicant or by whoever has the to-do."""

    SAVE = "save"
    SUBMIT = "submit"
    AMEND = "amend"
    WITHDRAW = "withdraw"
    AGREE = "agree"
    REJECT = "reject"
    RETURN = "return"
    TRANSFER = "transfer"
    ISSUE = "issue"
    CONFIRM = "confirm"


BY_APPLICANT = {Deed.SAVE, Deed.SUBMIT, Deed.AMEND, Deed.WITHDRAW, Deed.CONFIRM}


@dataclass(frozen=True)
class Story:
    """``who``: a username of the demo, or the code of a unit of whose staff one is taken; ``ago``: working days."""

    who: str
    ago: int
    deeds: tuple[Deed, ...]


S, A, I, C = Deed.SUBMIT, Deed.AGREE, Deed.ISSUE, Deed.CONFIRM  # noqa: E741 — the usual way, in its four letters
_COMPLETED = (S, A, A, I, C)

STORIES = (
    # The people who may sign in each find something to do, something under way and something done.
    Story("shenqing", 24, _COMPLETED),
    Story("shenqing", 12, (S, A, Deed.REJECT)),
    Story("shenqing", 3, (S, A, A, I)),
    Story("shenqing", 2, (S, Deed.RETURN)),
    Story("shenqing", 1, (S,)),
    Story("shenqing", 1, (Deed.SAVE,)),
    Story("chuzhang", 7, (S, A, A, I)),
    Story("jiaoyu", 15, _COMPLETED),
    Story("jiaoyu", 2, (S, A)),
    Story("331099103", 20, _COMPLETED),
    Story("331099103", 9, (S, Deed.RETURN, Deed.AMEND, A, A, I, C)),
    Story("331099103", 4, (S, A)),
    Story("331099103", 2, (S, A)),
    Story("331099103", 2, (S, A, A)),
    Story("331099103", 1, (S, Deed.WITHDRAW)),
    Story("331099105", 18, _COMPLETED),
    Story("331099105", 6, (S, A, A)),
    Story("331099105", 1, (S,)),
    # The rest of the district.
    Story("331099101", 26, _COMPLETED),
    Story("331099101", 14, (S, Deed.TRANSFER, A, A, I, C)),
    Story("331099101", 5, (S, A, A, I)),
    Story("331099101", 1, (S,)),
    Story("331099102", 25, _COMPLETED),
    Story("331099102", 10, (S, Deed.REJECT)),
    Story("331099102", 2, (S, A, A)),
    Story("331099104", 23, _COMPLETED),
    Story("331099104", 11, _COMPLETED),
    Story("331099104", 3, (S, A, Deed.RETURN, Deed.AMEND)),
    Story("331099104", 1, (Deed.SAVE,)),
    Story("331099106", 19, _COMPLETED),
    Story("331099106", 4, (S, A, A, I)),
    Story("331099106", 1, (S,)),
    Story("331099107", 17, _COMPLETED),
    Story("331099107", 8, (S, Deed.WITHDRAW)),
    Story("331099107", 2, (S, A)),
    Story("331099108", 16, _COMPLETED),
    Story("331099108", 3, (S, A, Deed.RETURN)),
    Story("331099109", 13, _COMPLETED),
    Story("331099109", 5, (S, A, A)),
    Story("331099110", 12, (S, A, Deed.REJECT)),
    Story("331099110", 1, (S,)),
    Story("331099111", 21, _COMPLETED),
    Story("331099111", 2, (Deed.SAVE,)),
    Story("331099112", 22, _COMPLETED),
    Story("331099112", 3, (S, A)),
    Story("331099113", 9, _COMPLETED),
    Story("331099201", 10, _COMPLETED),
    Story("331099201", 2, (S, A, A, I)),
)

REASONS = {
    "台式计算机": "原计算机使用已满六年，运行缓慢，多次报修，申请更换。",
    "便携式计算机": "承担外出调研和会议记录任务，需要便携式计算机。",
    "办公桌": "新调入人员，办公室无空余办公桌。",
    "办公椅": "现用办公椅气杆损坏，无法升降，已无维修价值。",
    "文件柜": "本年度归档卷宗增多，现有柜体已满。",
    "打印机": "处室现有打印机硒鼓组件停产，无法继续使用。",
}

OPINIONS = {
    Deed.AGREE: ("同意。", "情况属实，同意。", "同意，请从库存中核发。", ""),
    Deed.REJECT: ("处室现有设备可以调剂使用，本次不予配发。", "配置数量已达标准上限，暂不增配。"),
    Deed.RETURN: ("请写明原设备的编号和处置意见后重新提交。", "请补充存放房间号，并说明是否为他人代领。"),
    Deed.TRANSFER: ("请分管负责人审批。",),
    Deed.WITHDRAW: ("已从其他处室调剂解决。",),
}
