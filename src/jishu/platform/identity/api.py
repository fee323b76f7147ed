"""The front door: who is asking, who holds an office, how the organisation changes.

What keeps accounts safe is entered by its modules: ``factors.confirm_factor(…)``, ``sessions.end_sessions(…)``.
"""

from . import factors, login, passwords, policy, sessions, tokens, trail
from .actor import Actor, Scope, actor_for, system_actor
from .directory import Directory
from .models import Account, ApiToken, Appointment, Grant, Person, Policy, SecurityEvent, Session, Unit
from .selectors import (
    account_named,
    ancestors_of,
    heads_of,
    holders_of,
    open_units,
    people_called,
    people_visible_to,
    role_title,
    security_events_of,
    serving,
    units_visible_to,
)
from .services import (
    appoint,
    grant_role,
    open_account,
    open_unit,
    record_departure,
    register_person,
    revoke_role,
    shut_out,
)
from .settled import Due, Unsettled, actor_of, due_of, password_expires_in, settling

__all__ = [
    "Account",
    "Actor",
    "ApiToken",
    "Appointment",
    "Directory",
    "Due",
    "Grant",
    "Person",
    "Policy",
    "Scope",
    "SecurityEvent",
    "Session",
    "Unit",
    "Unsettled",
    "account_named",
    "actor_for",
    "actor_of",
    "ancestors_of",
    "appoint",
    "due_of",
    "factors",
    "grant_role",
    "heads_of",
    "holders_of",
    "login",
    "open_account",
    "open_unit",
    "open_units",
    "password_expires_in",
    "passwords",
    "people_called",
    "people_visible_to",
    "policy",
    "record_departure",
    "register_person",
    "revoke_role",
    "role_title",
    "security_events_of",
    "serving",
    "sessions",
    "settling",
    "shut_out",
    "system_actor",
    "tokens",
    "trail",
    "units_visible_to",
]
