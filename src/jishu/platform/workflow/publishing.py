"""Publishing flows: a definition that changed gets a new version, and cases under way keep theirs."""

from django.db.models import Max
from django.db.models.functions import Length

from jishu.platform.contract import BusinessItem, Flow, items
from jishu.platform.identity.api import Unit
from jishu.platform.lib.clock import now

from .engine import check, encode, flow_from, hash_of
from .models import Definition, Override


def published(item: BusinessItem) -> Definition:
    """The definition of the flow this item declares now; published on first use."""
    return definition_of(item.code, item.flow)


def definition_of(code: str, flow: Flow) -> Definition:
    """The same flow is the same definition, whoever drew it."""
    digest = hash_of(flow)
    found = Definition.objects.filter(item=code, hash=digest).first()
    if found is None:
        check(flow)
        last = Definition.objects.filter(item=code).aggregate(last=Max("version"))["last"] or 0
        new = Definition(item=code, version=last + 1, flow=encode(flow), hash=digest, published_at=now())
        Definition.objects.bulk_create([new], ignore_conflicts=True)
        found = Definition.objects.get(item=code, hash=digest)
    return found


def definition_for(item: BusinessItem, unit: Unit) -> Definition:
    """What holds for a case of this unit submitted now: what was drawn for it or above it, else the item's own."""
    drawn = override_for(item.code, unit)
    return drawn.definition if drawn else published(item)


def flow_for(item: BusinessItem, unit: Unit) -> Flow:
    drawn = override_for(item.code, unit)
    return flow_of(drawn.definition) if drawn else item.flow


def override_for(code: str, unit: Unit) -> Override | None:
    """The nearest one in force."""
    held = Override.objects.filter(item=code, ended_at=None, unit__path__in=_upwards(unit.path))
    return held.select_related("definition", "unit").order_by(Length("unit__path").desc()).first()


def _upwards(path: str) -> list[str]:
    keys = path.rstrip(".").split(".")
    return [".".join(keys[: depth + 1]) + "." for depth in range(len(keys))]


def publish_all() -> None:
    """Bring every item's definition up to date; repeatable."""
    for item in items():
        published(item)


def flow_of(definition: Definition) -> Flow:
    if definition.hash not in _flows:
        _flows[definition.hash] = flow_from(definition.flow)
    return _flows[definition.hash]


# Flows by hash: a definition never changes, and few are in use at a time.
_flows: dict[str, Flow] = {}
