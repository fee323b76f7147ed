"""The approval engine: a pure function over values. It knows no database, no clock and no Django."""

from .action import (
    APPLICANT,
    PREVIOUS,
    SYSTEM,
    Action,
    AddSigners,
    Agree,
    Asking,
    AtTask,
    ChildEnded,
    Claim,
    Continue,
    Copy,
    Delegate,
    Disagree,
    Found,
    Happened,
    NeedPeople,
    Node,
    Perform,
    Ran,
    Reassign,
    RemoveSigner,
    Resume,
    SendBack,
    Submit,
    Suspend,
    TakeBack,
    Terminate,
    TimeOut,
    Transfer,
    Unclaim,
    Urge,
    Waited,
    Withdraw,
)
from .back import may_return_to_applicant, may_take_back, return_targets
from .codec import decode, decode_any, encode
from .definition import flow_from, hash_of
from .effect import (
    Asked,
    AutoDue,
    ChildDropped,
    ChildOpened,
    Completed,
    Copied,
    Effect,
    Stopped,
    Submitted,
    Turned,
    WaitBegan,
    WaitEnded,
    WaitHeld,
)
from .errors import AssigneeRequired, CannotTakeOver, NotAssignee
from .plan import plan_of
from .route import asked_fields, check, check_keys, hidden_at, nodes, titles, way
from .state import DECIDED, PENDING, Outcome, Part, Run, State, Status, Task, Turn
from .step import Stepped, fold, may_withdraw, step

__all__ = [
    "APPLICANT", "DECIDED", "PENDING", "PREVIOUS", "SYSTEM", "Action", "AddSigners", "Agree", "Asked", "Asking",
    "AssigneeRequired", "AtTask", "AutoDue", "CannotTakeOver", "ChildDropped", "ChildEnded", "ChildOpened", "Claim",
    "Completed", "Continue", "Copied", "Copy", "Delegate", "Disagree", "Effect", "Found", "Happened", "NeedPeople",
    "Node", "NotAssignee", "Outcome", "Part", "Perform", "Ran", "Reassign", "RemoveSigner", "Resume", "Run",
    "SendBack", "State", "Status", "Stepped", "Stopped", "Submit", "Submitted", "Suspend", "TakeBack", "Task",
    "Terminate", "TimeOut", "Transfer", "Turn", "Turned", "Unclaim", "Urge", "WaitBegan", "WaitEnded", "WaitHeld",
    "Waited", "Withdraw", "asked_fields", "check", "check_keys", "decode", "decode_any", "encode", "flow_from",
    "fold", "hash_of", "hidden_at", "may_return_to_applicant", "may_take_back", "may_withdraw", "nodes", "plan_of",
    "return_targets", "step", "titles", "way",
]  # fmt: skip
