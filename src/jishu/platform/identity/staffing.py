"""People come, are reached, move on and leave."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from jishu.platform.command import claim, command, touched
from jishu.platform.lib.clock import now, today
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError, Missing
from jishu.platform.lib.pinyin import pinyin_key

from . import events, selectors
from .actor import Actor
from .ending import end_appointments, end_grants, end_leading, end_lending_by
from .models import Account, Appointment, Contact, Grant, Person, Unit
from .services import AlreadyAppointed, CodeTaken, appoint, register_person, shut_out, spelling

CHANGE = "identity.change_person"
CHANGE_CONTACT = "identity.change_contact"


@dataclass(frozen=True, kw_only=True)
class Posting:
    """A post somebody takes up."""

    unit: Unit
    post: str
    rank: str
    since: date
    is_head: bool = False


class HasLeft(Conflict):
    """该人员已经离岗，不能再办理此事。"""


class NotLeaving(Conflict):
    """该人员没有登记离岗，或者离岗已经办结。"""


class BeforeHired(DomainError):
    """日期不能早于该人员现任职务的开始日期。"""


class SamePlace(DomainError):
    """该人员已经在这个处室任这个职务。"""


@command("identity.add_person", audited_as="person.joined", titled="人员入职")
def take_on(actor: Actor, *, code: str, name: str, posting: Posting, mobile: str = "") -> Person:
    """Register somebody and give them their post, in one go."""
    _must_reach(actor, "identity.add_person", posting.unit)
    person = register_person(actor, code=code, name=name)
    appoint(actor, person=person, **vars(posting))
    if mobile:
        _keep_mobile(person, mobile)
    return person


@command(CHANGE, audited_as="person.amended", titled="更正人员信息")
def amend_person(actor: Actor, /, *, person: Person, **values: Any) -> Person:
    """``mobile`` absent: unchanged; empty: forgotten."""
    held = claim(selectors.people_kept_by(actor, CHANGE), person)
    mobile = values.pop("mobile", None)
    for name, value in values.items():
        setattr(held, name, value)
    held.name_key, held.spelled = pinyin_key(held.name, person=True), spelling(held.name)
    with explained({"identity_person_code_key": CodeTaken(field="code")}):
        held.save()
    if mobile is not None:
        _keep_mobile(held, mobile)
    return held


@command(CHANGE_CONTACT, audited_as="contact.amended", titled="修改联系方式")
def amend_contact(actor: Actor, /, *, contact: Contact, mobile: str = "", **_: Any) -> Contact:
    kept = Contact.objects.filter(person__in=selectors.people_kept_by(actor, CHANGE_CONTACT).values("pk"))
    held = claim(kept.select_related("person"), contact)
    held.keep(mobile)
    held.save()
    return held


@command(CHANGE, audited_as="person.transferred", titled="人员调动")
def transfer(actor: Actor, *, person: Person, posting: Posting) -> Appointment:
    """The present post ends the day the new one begins; so do the duties in a 单位 that is left."""
    held = claim(selectors.people_kept_by(actor, CHANGE), person)
    _must_reach(actor, CHANGE, posting.unit)
    if held.left_on is not None and held.left_on <= posting.since:
        raise HasLeft(field="since")
    old = Appointment.objects.filter(person=held, is_primary=True).select_related("unit").order_by("-during").first()
    if old is not None:
        _leave_post(old, posting)
    with explained({"appointment_one_primary_at_a_time": AlreadyAppointed(field="since")}):
        return Appointment.objects.create(
            person=held, unit=posting.unit, post=posting.post, rank=posting.rank, is_head=posting.is_head,
            during=DateRange(posting.since, None),
        )  # fmt: skip


@command(CHANGE, audited_as="person.leaving", titled="登记离岗")
def record_departure(actor: Actor, *, person: Person, on: date) -> Person:
    """From the midnight that begins the day they hold nothing; the posts end there when the day has come."""
    held = claim(selectors.people_kept_by(actor, CHANGE), person)
    if held.frozen_at is not None:
        raise HasLeft
    if Appointment.objects.filter(person=held, is_primary=True, during__startswith__gt=on).exists():
        raise BeforeHired(field="on")
    held.left_on = on
    held.save(update_fields=("left_on",))
    events.person_left(held, _place_of(held), on)
    return _freeze(held) if held.has_left else held


@command(CHANGE, audited_as="person.staying", titled="取消离岗")
def cancel_departure(actor: Actor, *, person: Person) -> Person:
    held = claim(selectors.people_kept_by(actor, CHANGE), person)
    if held.left_on is None or held.frozen_at is not None:
        raise NotLeaving
    on, held.left_on = held.left_on, None
    held.save(update_fields=("left_on",))
    events.person_stayed(held, _place_of(held), on)
    return held


@command(CHANGE, audited_as="person.left", titled="办结离岗")
def freeze_leaver(actor: Actor, *, person: Person) -> Person:
    """What the worker does on the day. A second time changes nothing."""
    held = claim(selectors.people_kept_by(actor, CHANGE), person)
    if not held.has_left or held.frozen_at is not None:
        return held
    return _freeze(held)


def _place_of(person: Person) -> Unit | None:
    posts = Appointment.objects.filter(person=person, during__contains=today()).select_related("unit")
    post = posts.order_by("-is_primary").first()
    return post.unit if post else None


def _freeze(person: Person) -> Person:
    """Sessions and tokens opened nothing since that midnight; now they are gone, too."""
    day = person.left_on
    assert day is not None
    end_appointments(Appointment.objects.filter(person=person), day)
    end_grants(Grant.objects.filter(person=person), day)
    end_leading(selectors.led_by(person), day)
    end_lending_by(person, day)
    Account.objects.filter(person=person).update(is_active=False)
    shut_out(person)
    person.frozen_at = now()
    person.save(update_fields=("frozen_at",))
    return person


def _leave_post(old: Appointment, new: Posting) -> None:
    since = new.since
    if (old.unit_id, old.post) == (new.unit.id, new.post) and old.during.upper is None:
        raise SamePlace(field="unit")
    if since < old.during.lower:
        raise BeforeHired(field="since")
    if old.unit.agency_id == new.unit.agency_id:
        end_appointments(Appointment.objects.filter(pk=old.pk), since)
        return
    within = selectors.within_agency_of(old.unit)
    end_appointments(Appointment.objects.filter(person=old.person_id, unit__in=within), since)
    end_grants(Grant.objects.filter(person=old.person_id, unit__in=within), since)
    end_leading(selectors.led_by(old.person), since)


def _keep_mobile(person: Person, mobile: str) -> None:
    contact = Contact.objects.select_for_update().filter(person=person).first()
    contact = contact or Contact(person=person, uid=person.uid)
    touched(person)
    contact.keep(mobile)
    contact.save()


def _must_reach(actor: Actor, permission: str, unit: Unit) -> None:
    if not actor.scope(permission).covers(unit):
        raise Missing("您不负责该单位的人员。", field="unit")
