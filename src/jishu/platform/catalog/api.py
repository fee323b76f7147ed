"""The front door: what can be asked for, and what data is kept, in words."""

from typing import Any

from django.db.models import Field

from jishu.platform.contract import Column, Resource, contracts

SENSITIVITY = {1: "L1 一般", 2: "L2 内部", 3: "L3 敏感", 4: "L4 重要"}


def item_list() -> list[dict[str, Any]]:
    """业务事项清单: one row per item, in the order the systems declare them."""
    return [
        {
            "code": item.code,
            "name": item.name,
            "category": item.category,
            "system": contract.title,
            "owner": contract.owner,
            "audience": item.audience,
            "promised_days": item.promised_days,
            "materials": item.materials,
            "outputs": item.outputs,
            "basis": item.basis,
            "steps": [step.title for step in item.flow.steps],
            "fee": item.fee,
        }
        for contract in contracts()
        for item in contract.items
    ]


def resource_list() -> list[dict[str, Any]]:
    """数据集成清单: one row per resource, each with its fields."""
    return [
        {
            "key": resource.key,
            "title": resource.title,
            "about": resource.purpose,
            "system": contract.title,
            "provider": contract.owner,
            "share": resource.share,
            "retention": resource.retention,
            "permission": resource.permission("view"),
            "fields": [_field(resource, column) for column in resource.columns],
        }
        for contract in contracts()
        for resource in contract.resources
    ]


def column_title(resource: Resource, column: Column) -> str:
    """What a column is called: as declared, else by the model field at the end of its path."""
    field = column_field(resource, column)
    return column.title or (str(field.verbose_name) if field is not None else column.key)


def column_field(resource: Resource, column: Column) -> "Field[Any, Any] | None":
    """The model field a column ends at; None for an annotation."""
    meta = resource.model._meta
    *way, last = column.path.split("__")
    for step in way:
        related = meta.get_field(step).related_model
        if related is None or isinstance(related, str):
            return None
        meta = related._meta
    return {field.name: field for field in meta.concrete_fields}.get(last)


def _field(resource: Resource, column: Column) -> dict[str, Any]:
    field = column_field(resource, column)
    return {
        "name": column.key,
        "title": column_title(resource, column),
        "type": field.get_internal_type() if field is not None else "Text",
        "hint": str(field.help_text) if field is not None else "",
        "codes": [str(title) for _, title in field.flatchoices] if field is not None and field.choices else [],
        "sensitivity": SENSITIVITY[resource.sensitivity.get(column.path, 1)],
        "personal": column.path in resource.personal,
    }
