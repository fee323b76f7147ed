"""The tables of organisation and people, by topic."""

from .accounts import Account, latest_policy
from .contact import Contact
from .leading import LeaderScope
from .organisation import ADMINISTRATORS, Appointment, Grant, Person, Unit
from .past import Succession, UnitPast
from .safety import ApiToken, Factor, PastPassword, Policy, RecoveryCode, SecurityEvent, Session

__all__ = [
    "ADMINISTRATORS", "Account", "ApiToken", "Appointment", "Contact", "Factor", "Grant", "LeaderScope",
    "PastPassword", "Person", "Policy", "RecoveryCode", "SecurityEvent", "Session", "Succession", "Unit", "UnitPast",
    "latest_policy",
]  # fmt: skip
