"""A unit in which every word is a canary: rows of every kind, and the same word in every text of each.

What the platform itself writes and all units share (rules, classes, templates, the names of things) is left alone;
everything else that is in the database once ``seed`` has run belongs to the unit.
"""

import json
import re
from uuid import uuid4

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.backends.postgresql.psycopg_any import DateRange, Jsonb

from jishu.apps.asset.requisition import ITEM
from jishu.apps.asset.tests.makers import make_card, make_category
from jishu.platform.archive.tests.makers import store
from jishu.platform.contract import resources
from jishu.platform.identity.api import Actor, Unit, actor_for
from jishu.platform.identity.models import Appointment, SecurityEvent, UnitPast
from jishu.platform.identity.tests.makers import SINCE, make_department, make_leader_scope
from jishu.platform.lib.clock import now
from jishu.platform.notify.api import tell
from jishu.platform.outbox.tests.makers import told
from jishu.platform.resource.models import (
    Amendment,
    BulkJob,
    BulkRow,
    Export,
    ExportJob,
    ImportJob,
    ImportRow,
    ListHabit,
)
from jishu.platform.workflow import api as workflow
from jishu.platform.workflow import archiving, drawing, sketching
from jishu.platform.workflow.designs import FLOWS, Design
from jishu.platform.workflow.models import Proxy, Task
from tests.cast import hire

CANARY = "狴犴睚眦"
PARTS = ("狴犴睚", "犴睚", "睚眦")  # what a stranger types who guesses at it; none of them is the whole word
SHARED = {  # rows of the platform, not of a unit
    "administration.Bundle", "asset.Category", "asset.NumberSeries", "exchange.Reader", "fleet.Place",
    "identity.Policy", "notify.Template", "outbox.Stream", "risk.Watch", "standards.Clause", "standards.Document",
    "standards.Edition", "standards.Revision", "standards.Rule", "workflow.Counter", "workflow.Definition",
}  # fmt: skip
KEYS = {  # texts that the platform reads itself
    "password", "session_key", "session_data", "role", "resource", "url", "query", "columns", "kind", "target",
    "stored_as", "items", "permissions", "types",
}  # fmt: skip
CHINESE = re.compile("[\u4e00-\u9fff]")


def seed(make, unit: Unit) -> Actor:
    """Rows of every resource and of every process, then the canary in all of them. Answers one of its people."""
    for resource in resources():
        if "scoped" not in resource.exempt:
            make(resource, unit)
    department = make_department(unit)
    head = hire("局长", unit)
    Appointment.objects.filter(person=head.person).update(is_head=True)
    someone = hire("经手人", unit, "asset.keeper", "workflow.designer", "workflow.manager", "archive.keeper")
    make_leader_scope(department, head.person)
    UnitPast.objects.create(
        unit=department, name="旧名", short_name="旧名", during=DateRange(SINCE, SINCE.replace(2021))
    )
    _cases(someone)
    _designs(someone, head)
    _files(someone)
    _lists(someone)
    _words_to_people(someone, head)
    arm()
    return actor_for(someone.person)


def carry_on(someone: Actor) -> None:
    """Deeds of the unit after the others have moved in: whoever is told of them, it is not the others."""
    tell([someone.person], title=CANARY, body=CANARY, link="/")
    _cases(someone, ended=(False,))
    store(someone, f"{CANARY}附件".encode(), name=f"{CANARY}又一份.txt")


def _cases(someone: Actor, ended: tuple[bool, ...] = (False, True)) -> None:
    category = make_category("台式计算机")
    for is_ended in ended:
        make_card(someone.own_agency, category=category)
        known = {"category": category, "quantity": 1, "user": someone.person, "place": CANARY, "reason": CANARY}
        stored = known | {"category": str(category.uid), "user": str(someone.uid)}
        shown = [{"name": "reason", "title": "事由", "text": CANARY}]
        filled = workflow.Filled(cleaned=known, values=stored, shown=shown)
        case = workflow.submit(someone, item=ITEM, filled=filled, key=uuid4())
        if is_ended:
            head = actor_for(Task.objects.get(case=case, turn="open").person)
            workflow.disagree(head, case=case.uid, key=uuid4(), opinion=f"{CANARY}不需要")
    archiving.keep_ended()


def _designs(someone: Actor, head: Actor) -> None:
    workflow.save_draft(someone, item=ITEM, entries={"reason": CANARY}, key=uuid4())
    Proxy.objects.create(
        person=someone.person, deputy=head.person, reason=CANARY, during=DateRange(now(), now().replace(year=2099))
    )
    design = Design(name=CANARY, short=CANARY, category="综合", summary=CANARY, flow=FLOWS["head"][1])
    drawing.begin(someone, unit=someone.own_agency, design=design)
    sketching.open_sketch(someone, item=ITEM, unit=someone.own_agency)


def _files(someone: Actor) -> None:
    store(someone, f"{CANARY}全文。".encode() * 20, name=f"{CANARY}.txt")


def _lists(someone: Actor) -> None:
    """What working with a list leaves behind."""
    by = {"resource": "asset.card", "person": someone.person}
    export = Export.objects.create(title="台账", conditions="条件", form="csv", count=1, **by)
    ExportJob.objects.create(form="csv", state="done", export=export, note="说明", **by)
    job = ImportJob.objects.create(file_name="台账.xlsx", file="x", state="preview", headers=["名称"], **by)
    ImportRow.objects.create(job=job, number=2, status="error", messages=["名称有误"], values={"name": "电脑"})
    bulk = BulkJob.objects.create(action="move", title="调整", conditions="所选", state="done", **by)
    BulkRow.objects.create(job=bulk, row=uuid4(), label="电脑", status="changed", after={"place": "新楼"})
    Amendment.objects.create(row=uuid4(), entry=-1, before={"name": "电脑"}, after={"name": "主机"}, **by)
    ListHabit.objects.create(columns="", **by)


def _words_to_people(someone: Actor, head: Actor) -> None:
    tell([someone.person, head.person], title=CANARY, body=CANARY, link="/")
    SecurityEvent.objects.create(person=someone.person, kind=SecurityEvent.Kind.choices[0][0], detail="说明")
    told(2, unit=someone.own_agency.uid)


def arm() -> None:
    """The canary in every text of every row there is, also where a trigger says that nothing changes."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        for model in apps.get_models():
            if is_of_units(model):
                for field in model._meta.concrete_fields:
                    _arm_field(cursor, model, field)
        cursor.execute("SET session_replication_role = DEFAULT")


def is_of_units(model) -> bool:
    return model.__module__.startswith("jishu.") and model._meta.label not in SHARED


def _arm_field(cursor, model, field) -> None:
    if field.name in KEYS or field.generated:
        return
    table, column = connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name(field.column or "")
    if isinstance(field, models.JSONField):
        cursor.execute(f"SELECT ctid, {column} FROM {table} WHERE {column} IS NOT NULL")
        for place, said in cursor.fetchall():
            words = Jsonb(_words_replaced(json.loads(said)))
            cursor.execute(f"UPDATE {table} SET {column} = %s WHERE ctid = %s", [words, place])
    elif isinstance(field, (models.CharField, models.TextField)) and not field.choices and field.db_collation != "C":
        room = field.max_length or 100
        if room >= len(CANARY):
            text = f"left('{CANARY}' || ctid::text, {room})"
            try:
                with transaction.atomic():
                    cursor.execute(f"UPDATE {table} SET {column} = {text} WHERE {column} <> ''")
            except IntegrityError:
                return  # a code after all: the database knows which texts may stand here


def _words_replaced(said):
    """Chinese is what people wrote; the rest are keys and codes."""
    if isinstance(said, dict):
        return {key: _words_replaced(one) for key, one in said.items()}
    if isinstance(said, list):
        return [_words_replaced(one) for one in said]
    return CANARY if isinstance(said, str) and CHINESE.search(said) and CANARY not in said else said
