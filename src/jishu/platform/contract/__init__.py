"""What a system declares about itself. Pure values: no queries, no HTTP."""

from .fields import Choice, Field, ImportField, Kind
from .flow import (
    AllOf,
    AnyOf,
    Approve,
    Auto,
    Branch,
    Carried,
    Child,
    ChildRefused,
    Compare,
    Condition,
    Dedupe,
    Empty,
    Flow,
    Fork,
    Handle,
    Inclusive,
    Lane,
    Mode,
    Notice,
    Op,
    Own,
    Parallel,
    Refusal,
    Returning,
    Share,
    Step,
    Then,
    Timeout,
    Votes,
    Wait,
    Who,
    WhoKind,
    Withdrawal,
)
from .item import Automatic, BusinessItem, Handler
from .registry import contract, contracts, item, items, register, resource, resources, roles
from .resource import INTERNAL, BulkAction, Catalogued, Column, Filter, Import, Resource
from .schema import json_schema, to_json
from .system import Contract, Page, Role, SignOn, SystemKind, ToDo

__all__ = [
    "AllOf", "AnyOf", "Approve", "Auto", "Automatic", "Branch", "BulkAction", "BusinessItem", "Carried", "Catalogued",
    "Child", "ChildRefused", "Choice", "Column", "Compare", "Condition", "Contract", "Dedupe", "Empty", "Field",
    "Filter", "Flow", "Fork", "Handle", "Handler", "INTERNAL", "Import", "ImportField", "Inclusive", "Kind", "Lane",
    "Mode", "Notice", "Op", "Own", "Page", "Parallel", "Refusal", "Resource", "Returning", "Role", "Share", "SignOn",
    "Step", "SystemKind", "Then", "Timeout", "ToDo", "Votes", "Wait", "Who", "WhoKind", "Withdrawal", "contract",
    "contracts", "item", "items", "json_schema", "register", "resource", "resources", "roles", "to_json",
]  # fmt: skip
