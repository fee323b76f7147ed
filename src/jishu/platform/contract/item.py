"""A business item (业务事项): something a person can ask the office for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .fields import Check, Field
from .flow import Flow


@dataclass(frozen=True, kw_only=True)
class Handler:
    """What a 办理 step does.

    ``perform(actor, case, values)`` gets the case under lock and the cleaned values of ``fields``, inside the step's
    transaction; a DomainError refuses the step. ``initial(actor, case)`` proposes values.
    """

    perform: Callable[..., None]
    fields: tuple[Field, ...] = ()
    initial: Callable[..., Mapping[str, Any]] | None = None


@dataclass(frozen=True, kw_only=True)
class Automatic:
    """What a 自动 step does: ``run(actor, case)``, inside the transaction of the action that led to it.

    It may return ``{name: value}`` for the ``results`` it declares; conditions after the step may ask about them.
    A DomainError refuses the action. It is run again when the case comes by again, so it must be repeatable.
    """

    title: str
    run: Callable[..., Mapping[str, Any] | None]
    results: tuple[Field, ...] = ()


@dataclass(frozen=True, kw_only=True)
class BusinessItem:
    """One row of the 业务事项清单, and the code that makes it work.

    The callables run inside the transaction of the action that caused them and may refuse it by raising a
    DomainError:

    * ``prefill(actor) -> {field: value}`` — what the platform already knows;
    * ``opened_with(actor, given) -> {field: value}`` — what the link into the form names: ``?card=``, ``?cards=``;
    * ``findings(actor, values) -> [sentence]`` — rules and figures shown before submitting;
    * ``submitted(actor, case)`` — after submitting and after resubmitting;
    * ``stopped(actor, case)`` — after 不同意, 撤回 or 退回申请人: give back what was reserved;
    * ``completed(actor, case)`` — after the last step.
    """

    code: str
    name: str
    short: str
    """事项简称, the head of the case number: 资领〔2026〕00001号."""
    category: str
    summary: str
    audience: str
    fields: tuple[Field, ...]
    flow: Flow
    promised_days: Decimal
    """承诺时限 in working days."""
    permission: str
    basis: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    fee: str = "不收费"
    words: tuple[str, ...] = ()
    """What people call it when they search: 领电脑, 领椅子."""
    checks: tuple[Check, ...] = ()
    reach: str = ""
    """Path of the unit whose people, and those below it, it is meant for; empty: everyone's."""
    prefill: Callable[..., Mapping[str, Any]] | None = None
    opened_with: Callable[..., Mapping[str, Any]] | None = None
    findings: Callable[..., list[str]] | None = None
    subject: Callable[..., str] | None = None
    submitted: Callable[..., None] | None = None
    stopped: Callable[..., None] | None = None
    completed: Callable[..., None] | None = None
    handlers: Mapping[str, Handler] = field(default_factory=dict)
    automatics: Mapping[str, Automatic] = field(default_factory=dict)
    """What 自动 steps of a flow may call, by name."""
    events: Mapping[str, str] = field(default_factory=dict)
    """What a 等待 step may wait for: the name the item's code tells, and what people call it."""
