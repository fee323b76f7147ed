"""Setting the organisation up: units, people, posts, accounts."""

from datetime import date

from django.contrib.auth.hashers import make_password
from django.db.backends.postgresql.psycopg_any import DateRange

from jishu.platform.command import command, touched
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, Missing
from jishu.platform.lib.pinyin import pinyin_initials, pinyin_key

from . import events, sessions, tokens
from .actor import Actor
from .models import Account, Appointment, Person, Unit
from .tree import agency_above, check_place, hold_tree


class CodeTaken(Conflict):
    """该编号已被使用。"""


class AlreadyAppointed(Conflict):
    """该人员在此期间已有主要任职。"""


@command("identity.add_unit", audited_as="unit.opened", titled="设立单位")
def open_unit(
    actor: Actor,
    *,
    code: str,
    name: str,
    short_name: str,
    kind: str,
    parent: Unit | None,
    opened_on: date,
) -> Unit:
    """Add a node to the tree; its path and its 单位 follow from the parent."""
    hold_tree()
    if parent is not None:
        parent.refresh_from_db()
    if not (actor.scope("identity.add_unit").covers(parent) if parent else actor.scope("identity.add_unit").everything):
        raise Missing("您不负责该上级单位。", field="parent")
    check_place(kind, parent)
    agency = agency_above(parent)
    with explained({"identity_unit_code_key": CodeTaken(field="code")}):
        unit = Unit.objects.create(
            code=code, name=name, short_name=short_name, kind=kind, parent=parent, path=f"?{code}",
            agency=agency if kind == Unit.Kind.DEPARTMENT else None, opened_on=opened_on,
        )  # fmt: skip
    unit.path = f"{parent.path if parent else ''}{unit.id}."
    if kind == Unit.Kind.AGENCY:
        unit.agency = unit
    unit.save(update_fields=("path", "agency"))
    events.unit_opened(unit)
    return unit


@command("identity.add_person", audited_as="person.registered", titled="登记人员")
def register_person(actor: Actor, *, code: str, name: str) -> Person:
    with explained({"identity_person_code_key": CodeTaken(field="code")}):
        return Person.objects.create(
            code=code, name=name, name_key=pinyin_key(name, person=True), spelled=spelling(name)
        )


@command("identity.add_person", audited_as="person.appointed", titled="任职")
def appoint(
    actor: Actor,
    *,
    person: Person,
    unit: Unit,
    post: str,
    rank: str,
    since: date,
    is_head: bool = False,
) -> Appointment:
    if not actor.scope("identity.add_person").covers(unit):
        raise Missing("您不负责该单位的人员。", field="unit")
    touched(person)
    with explained({"appointment_one_primary_at_a_time": AlreadyAppointed(field="person")}):
        held = Appointment.objects.create(
            person=person, unit=unit, post=post, rank=rank, is_head=is_head,
            during=DateRange(since, None),
        )  # fmt: skip
    events.person_appointed(held, since)
    return held


def shut_out(person: Person) -> None:
    """End every session and token at once: for the command that closes an account or sees its owner leave."""
    account = Account.objects.filter(person=person).first()
    if account is not None:
        sessions.end_sessions(account)
        tokens.end_tokens(account)


@command("identity.add_account", audited_as="account.opened", titled="开立账号")
def open_account(actor: Actor, *, person: Person, username: str, password: str, must_change: bool = True) -> Account:
    """The password is stored with argon2; nobody can read it back. Its owner replaces it when first signing in."""
    touched(person)
    with explained({"identity_account_username_key": CodeTaken("该账号已被使用。", field="username")}):
        return Account.objects.create(
            person=person, username=username, password=make_password(password), must_change=must_change
        )


def spelling(name: str) -> str:
    """ljg lijianguo: what is typed to find 李建国."""
    syllables = pinyin_key(name, person=True).split(" ")[:-1]
    plain = "".join(one.rstrip("12345") for one in syllables)
    return f"{pinyin_initials(name, person=True)} {plain}"[:200]
