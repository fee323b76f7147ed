"""The approval engine: a pure function over values. It knows no database, no clock and no Django."""

from .action import (
    APPLICANT,
    PREVIOUS,
    Action,
    Agree,
    Disagree,
    Found,
    NeedPeople,
    Node,
    Perform,
    Resume,
    SendBack,
    Submit,
    Transfer,
    Withdraw,
)  # fmt: skip
from .codec import decode, decode_any, encode
from .definition import flow_from, hash_of
from .effect import Asked, Completed, Effect, Stopped, Submitted, Turned
from .errors import NotAssignee
from .route import asked_fields, check, following, nodes, way
from .state import DECIDED, PENDING, Outcome, Run, State, Status, Task, Turn
from .step import Stepped, fold, may_return_to_applicant, may_withdraw, return_targets, step

__all__ = [
    "APPLICANT", "DECIDED", "PENDING", "PREVIOUS", "Action", "Agree", "Asked", "Completed", "Disagree", "Effect",
    "Found", "NeedPeople", "Node", "NotAssignee", "Outcome", "Perform", "Resume", "Run", "SendBack", "State", "Status",
    "Stepped", "Stopped", "Submit", "Submitted", "Task", "Transfer", "Turn", "Turned", "Withdraw", "asked_fields",
    "check", "decode", "decode_any", "encode", "flow_from", "fold", "following", "hash_of", "may_return_to_applicant",
    "may_withdraw", "nodes", "return_targets", "step", "way",
]  # fmt: skip
