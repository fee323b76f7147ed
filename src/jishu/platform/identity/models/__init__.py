"""The tables of organisation and people, by topic."""

from .accounts import Account
from .organisation import ADMINISTRATORS, Appointment, Grant, Person, Unit

__all__ = ["ADMINISTRATORS", "Account", "Appointment", "Grant", "Person", "Unit"]
