"""Smallest valid requests, bundles and plans."""

from datetime import timedelta
from itertools import count

from jishu.platform.administration.models import Bundle, GrantRequest, Reorganisation
from jishu.platform.identity.models import Person, Unit
from jishu.platform.identity.tests.makers import make_person
from jishu.platform.lib.clock import today

_numbers = count(1)


def make_request(
    unit: Unit, person: Person | None = None, proposed_by: Person | None = None, role: str = "asset.keeper"
):
    return GrantRequest.objects.create(
        person=person or make_person(unit), role="asset.keeper", unit=unit, since=today(), reason="新到岗",
        proposed_by=make_person(unit),
    )  # fmt: skip


def make_bundle() -> Bundle:
    return Bundle.objects.create(name=f"第{next(_numbers)}岗位", roles=["asset.keeper"])


def make_plan(unit: Unit, proposed_by: Person | None = None) -> Reorganisation:
    return Reorganisation.objects.create(
        title=f"第{next(_numbers)}号调整方案", basis="某文件", unit=unit, on=today() + timedelta(days=30),
        proposed_by=proposed_by or make_person(unit),
    )  # fmt: skip


MAKERS = {
    "administration.grantrequest": make_request,
    "administration.bundle": lambda agency: make_bundle(),
    "administration.reorganisation": make_plan,
}
