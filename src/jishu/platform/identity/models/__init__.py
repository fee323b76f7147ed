"""The tables of organisation and people, by topic."""

from .accounts import Account, latest_policy
from .organisation import ADMINISTRATORS, Appointment, Grant, Person, Unit
from .safety import ApiToken, Factor, PastPassword, Policy, RecoveryCode, SecurityEvent, Session

__all__ = [
    "ADMINISTRATORS", "Account", "ApiToken", "Appointment", "Factor", "Grant", "PastPassword", "Person", "Policy",
    "RecoveryCode", "SecurityEvent", "Session", "Unit", "latest_policy",
]  # fmt: skip
