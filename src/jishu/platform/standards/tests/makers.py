"""Smallest valid rules. Say only what the test is about."""

from datetime import date
from itertools import count
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from jishu.platform.identity.models import Unit
from jishu.platform.identity.tests.makers import make_person
from jishu.platform.standards.models import Clause, Document, Edition, Proposal, Rule
from jishu.platform.standards.reference import worded

SINCE = date(2016, 7, 1)
FAMILY = "asset.equipment"
_numbers = count(1)


def make_document() -> Document:
    number = next(_numbers)
    return Document.objects.create(
        code=f"document_{number}", name=f"配置标准{number}", number=f"财资〔2016〕{number}号"
    )


def make_rule(title: str = "", *, family: str = FAMILY, code: str = "") -> Rule:
    number = next(_numbers)
    code = code or f"test_{number}"
    return Rule.objects.create(code=f"{family}.{code}", family=family, title=title or f"测试设备{number}")


def make_edition(
    rule: Rule | None = None, *, price: str = "5000", since: date = SINCE, until=None, **values: Any
) -> Edition:
    """National, verified and in force, unless told otherwise."""
    clause = Clause.objects.create(document=make_document(), label="第九条")
    defaults = {
        "rule": rule or make_rule(),
        "clause": clause,
        "during": DateRange(since, until),
        "parameters": {"price_max": price},
        "severity": "explain",
        "verification": "full",
        "state": "in_force",
    }
    edition = worded(Edition(**(defaults | values)))
    edition.save()
    edition.refresh_from_db()
    return edition


def make_local_edition(unit: Unit, rule: Rule | None = None, **values: Any) -> Edition:
    """What a unit decided for itself, by two people."""
    two = {"proposed_by": make_person(unit), "confirmed_by": make_person(unit)}
    return make_edition(rule, unit=unit, verification="local", reason="本级文件", **(two | values))


def make_proposal(unit: Unit, edition: Edition | None = None, **values: Any) -> Proposal:
    defaults = {
        "kind": "adjust",
        "edition": edition or make_edition(),
        "unit": unit,
        "parameters": {"price_max": "4000"},
        "severity": "block",
        "since": date(2027, 1, 1),
        "reason": f"第{next(_numbers)}次会议纪要",
        "proposed_by": values.pop("proposed_by", None) or make_person(unit),
    }
    return Proposal.objects.create(**(defaults | values))


MAKERS = {
    "standards.edition": lambda agency: make_edition(),
    "standards.document": lambda agency: make_document(),
    "standards.proposal": lambda agency: make_proposal(agency),
}
