"""Publishing flows: a definition that changed gets a new version, and cases under way keep theirs."""

from django.db.models import Max

from jishu.platform.contract import BusinessItem, Flow, items
from jishu.platform.lib.clock import now

from .engine import check, encode, flow_from, hash_of
from .models import Definition


def published(item: BusinessItem) -> Definition:
    """The definition of the flow this item declares now; published on first use."""
    digest = hash_of(item.flow)
    found = Definition.objects.filter(item=item.code, hash=digest).first()
    if found is None:
        check(item.flow)
        last = Definition.objects.filter(item=item.code).aggregate(last=Max("version"))["last"] or 0
        new = Definition(item=item.code, version=last + 1, flow=encode(item.flow), hash=digest, published_at=now())
        Definition.objects.bulk_create([new], ignore_conflicts=True)
        found = Definition.objects.get(item=item.code, hash=digest)
    return found


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
