"""The front door: who is asking, who holds an office, how the organisation changes."""

from .actor import Actor, Scope, actor_for, actor_of, system_actor
from .directory import Directory
from .models import Account, Appointment, Grant, Person, Unit
from .selectors import (
    account_named,
    ancestors_of,
    heads_of,
    holders_of,
    open_units,
    people_called,
    people_visible_to,
    role_title,
    serving,
    units_visible_to,
)
from .services import (
    appoint,
    change_password,
    grant_role,
    open_account,
    open_unit,
    record_departure,
    register_person,
    revoke_role,
)

__all__ = [
    "Account",
    "Actor",
    "Appointment",
    "Directory",
    "Grant",
    "Person",
    "Scope",
    "Unit",
    "account_named",
    "actor_for",
    "actor_of",
    "ancestors_of",
    "appoint",
    "change_password",
    "grant_role",
    "heads_of",
    "holders_of",
    "open_account",
    "open_unit",
    "open_units",
    "people_called",
    "people_visible_to",
    "record_departure",
    "register_person",
    "revoke_role",
    "role_title",
    "serving",
    "system_actor",
    "units_visible_to",
]
