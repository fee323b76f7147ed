"""The front door: who is asking, who holds an office, how the organisation changes.

What keeps accounts safe is entered by its modules: ``factors.confirm_factor(…)``, ``sessions.end_sessions(…)``.
"""

from . import delegating, factors, login, passwords, policy, programs, sessions, tokens, trail
from .actor import Actor, Scope, actor_for, system_actor
from .admitting import disable_account, enable_account, unlock_account
from .directory import Directory
from .forms import MobileField
from .granting import Wanted, check_role, grant_by_two, grant_role, revoke_role
from .leading import put_in_charge, relieve
from .models import (
    ADMINISTRATORS,
    Account,
    ApiToken,
    Appointment,
    Contact,
    Delegation,
    Grant,
    LeaderScope,
    Person,
    Policy,
    SecurityEvent,
    ServiceAccount,
    Session,
    Succession,
    Unit,
    UnitPast,
)
from .naming import NamedField, NameInput, written
from .restructuring import close_unit, merge_unit, move_unit, rename_unit, succeed
from .roles import permitting, role_choices, roles_by_system
from .selectors import (
    account_named,
    ancestors_of,
    grants_in_force,
    grants_reaching,
    grants_visible_to,
    heads_of,
    holders_of,
    leaders_above,
    leading_visible_to,
    open_units,
    people_called,
    people_kept_by,
    people_listed_for,
    people_visible_to,
    role_title,
    security_events_of,
    serving,
    units_kept_by,
    units_visible_to,
)
from .services import appoint, open_account, open_unit, register_person, shut_out
from .settled import Due, Unsettled, actor_of, due_of, password_expires_in, settling
from .staffing import Posting, amend_person, cancel_departure, freeze_leaver, record_departure, take_on, transfer
from .tree import hold_tree, name_on, standing_on

__all__ = [
    "ADMINISTRATORS", "Account", "Actor", "ApiToken", "Appointment", "Contact", "Delegation", "Directory", "Due",
    "Grant", "LeaderScope", "MobileField", "NameInput", "NamedField", "Person", "Policy", "Posting", "Scope",
    "SecurityEvent", "ServiceAccount", "Session", "Succession", "Unit", "UnitPast", "Unsettled", "Wanted",
    "account_named", "actor_for", "actor_of", "amend_person", "ancestors_of", "appoint", "cancel_departure",
    "check_role", "close_unit", "delegating", "disable_account", "due_of", "enable_account", "factors", "freeze_leaver",
    "grant_by_two", "grant_role", "grants_in_force", "grants_reaching", "grants_visible_to", "heads_of", "hold_tree",
    "holders_of", "leaders_above", "leading_visible_to", "login", "merge_unit", "move_unit", "name_on", "open_account",
    "open_unit", "open_units", "password_expires_in", "passwords", "people_called", "people_kept_by",
    "people_listed_for", "people_visible_to", "permitting", "policy", "programs", "put_in_charge", "record_departure",
    "register_person", "relieve", "rename_unit", "revoke_role", "role_choices", "role_title", "roles_by_system",
    "security_events_of", "serving", "sessions", "settling", "shut_out", "standing_on", "succeed", "system_actor",
    "take_on", "tokens", "trail", "transfer", "units_kept_by", "units_visible_to", "unlock_account", "written",
]  # fmt: skip
