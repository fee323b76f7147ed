"""What a system declares about itself. Pure values: no queries, no HTTP."""

from .condition import base_of, compared, facts_of, fields_of, holds, within
from .event import DAY, KEY, TEXT, WHOLE, Event, EventHandler, EventType, data_of
from .fields import Check, Choice, Field, ImportField, Kind, Pattern, Source
from .flow import (
    FROM_AGENCY,
    FROM_DEPARTMENT,
    WHO_APPLIES,
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
from .registry import (
    ItemSource,
    contract,
    contracts,
    entrance,
    event_handlers,
    event_types,
    item,
    items,
    metrics,
    register,
    register_source,
    resource,
    resources,
    risk,
    risks,
    roles,
)
from .resource import INTERNAL, BulkAction, Catalogued, Column, Filter, Import, Resource
from .risk import Basis, Better, Fact, Figure, Level, Metric, Period, Risk, RiskFinding, Subject
from .schema import json_schema, to_json
from .system import Contract, Matter, MenuSection, Page, Role, SignOn, SystemKind, ToDo
from .todo import Waiting

__all__ = [
    "FROM_AGENCY", "FROM_DEPARTMENT", "WHO_APPLIES", "base_of", "facts_of", "within",
    "DAY", "INTERNAL", "KEY", "TEXT", "WHOLE", "AllOf", "AnyOf", "Approve", "Auto", "Automatic", "Branch",
    "BulkAction", "BusinessItem", "Carried", "Catalogued", "Check", "Child", "ChildRefused", "Choice", "Column",
    "Compare", "Condition", "Contract", "Dedupe", "Empty", "Event", "EventHandler", "EventType", "Field", "Filter",
    "Flow", "Fork", "Handle", "Handler", "Import", "ImportField", "Inclusive", "ItemSource", "Kind", "Lane", "Matter",
    "MenuSection",
    "Mode", "Notice", "Op", "Own", "Page", "Parallel", "Pattern", "Refusal", "Resource", "Returning", "Role", "Share",
    "SignOn", "Source", "Step", "SystemKind", "Then", "Timeout", "ToDo", "Votes", "Wait", "Who", "WhoKind",
    "Basis", "Better", "Fact", "Figure", "Level", "Metric", "Period", "Risk", "RiskFinding", "Subject", "Waiting",
    "metrics", "risk", "risks",
    "Withdrawal", "compared", "contract", "contracts", "data_of", "entrance", "event_handlers", "event_types",
    "fields_of", "holds", "item", "items", "json_schema", "register", "register_source", "resource", "resources",
    "roles", "to_json",
]  # fmt: skip
