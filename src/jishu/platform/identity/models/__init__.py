"""The tables of organisation and people, by topic."""

from .accounts import Account, latest_policy
from .contact import Contact
from .leading import LeaderScope
from .lending import Delegation
from .organisation import ADMINISTRATORS, Appointment, Grant, Person, Unit
from .past import Succession, UnitPast
from .safety import ApiToken, Factor, PastPassword, Policy, RecoveryCode, SecurityEvent, Session
from .service import ServiceAccount

__all__ = [
    "ADMINISTRATORS", "Account", "ApiToken", "Appointment", "Contact", "Delegation", "Factor", "Grant", "LeaderScope",
    "PastPassword", "Person", "Policy", "RecoveryCode", "SecurityEvent", "ServiceAccount", "Session", "Succession",
    "Unit", "UnitPast", "latest_policy",
]  # fmt: skip
