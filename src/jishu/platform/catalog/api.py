"""The front door: what can be asked for, and what data is kept, in words."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from jishu.platform.contract import BusinessItem, Column, Resource, contracts
from jishu.platform.identity.api import open_units

DESIGNED = "事项设计"
SENSITIVITY = {1: "L1 一般", 2: "L2 内部", 3: "L3 敏感", 4: "L4 重要"}


def item_list(designed: Iterable[BusinessItem] = ()) -> list[dict[str, Any]]:
    """业务事项清单: one row per item, in the order the systems declare them; then those ``designed`` without code,
    which belong to the unit they were designed for."""
    told = [_item(item, contract.title, contract.owner) for contract in contracts() for item in contract.items]
    drawn = list(designed)
    owners = (
        dict(open_units().filter(path__in=[one.reach for one in drawn]).values_list("path", "name")) if drawn else {}
    )
    return told + [_item(one, DESIGNED, owners.get(one.reach, "")) for one in drawn]


def _item(item: BusinessItem, system: str, owner: str) -> dict[str, Any]:
    return {
        "code": item.code,
        "name": item.name,
        "category": item.category,
        "system": system,
        "owner": owner,
        "audience": item.audience,
        "promised_days": item.promised_days,
        "materials": item.materials,
        "outputs": item.outputs,
        "basis": item.basis,
        "steps": [step.title for step in item.flow.steps],
        "fee": item.fee,
    }


def resource_list() -> list[dict[str, Any]]:
    """数据集成清单: one row per resource, each with its fields."""
    return [
        {
            "key": resource.key,
            "title": resource.title,
            "about": resource.purpose,
            "system": contract.title,
            "provider": settings.PROVIDER_NAME or contract.owner,
            "provider_code": settings.PROVIDER_CODE,
            "owner": contract.owner,
            "share": resource.share,
            "retention": resource.retention,
            "code": resource.catalogue.code,
            "condition": resource.catalogue.condition,
            "mode": resource.catalogue.mode,
            "format": resource.catalogue.format,
            "open": resource.catalogue.open,
            "open_condition": resource.catalogue.open_condition,
            "cycle": resource.catalogue.cycle,
            "published": resource.catalogue.published,
            "related": resource.catalogue.related,
            "permission": resource.permission("view"),
            "fields": [_field(resource, column) for column in resource.columns],
        }
        for contract in contracts()
        for resource in contract.resources
    ]


def _field(resource: Resource, column: Column) -> dict[str, Any]:
    field = resource.field_of(column)
    return {
        "name": column.key,
        "title": resource.title_of(column),
        "type": field.get_internal_type() if field is not None else "Text",
        "hint": str(field.help_text) if field is not None else "",
        "codes": [str(title) for _, title in field.flatchoices] if field is not None and field.choices else [],
        "sensitivity": SENSITIVITY[resource.sensitivity.get(column.path, 1)],
        "personal": column.path in resource.personal,
    }
