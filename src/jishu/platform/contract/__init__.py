"""What a system declares about itself. Pure values: no queries, no HTTP."""

from .fields import Choice, Field, ImportField, Kind
from .flow import (
    AllOf,
    AnyOf,
    Approve,
    Branch,
    Compare,
    Condition,
    Empty,
    Flow,
    Fork,
    Handle,
    Mode,
    Op,
    Step,
    Who,
    WhoKind,
)
from .item import BusinessItem, Handler
from .registry import contract, contracts, item, items, register, resource, resources, roles
from .resource import Column, Filter, Import, Resource
from .schema import json_schema, to_json
from .system import Contract, Page, Role

__all__ = [
    "AllOf", "AnyOf", "Approve", "Branch", "BusinessItem", "Choice", "Column", "Compare", "Condition", "Contract",
    "Empty", "Field", "Filter", "Flow", "Fork", "Handle", "Handler", "Import", "ImportField", "Kind", "Mode", "Op",
    "Page", "Resource", "Role", "Step", "Who", "WhoKind", "contract", "contracts", "item", "items", "json_schema",
    "register", "resource", "resources", "roles", "to_json",
]  # fmt: skip
