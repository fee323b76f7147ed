"""Two editions side by side: what each says, and where they differ."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .families import family_of
from .models import Edition
from .parameters import Parameter, Table, typed
from .ruling import Severity


@dataclass(frozen=True)
class Line:
    """One thing both editions say, in words."""

    title: str
    left: str
    right: str

    @property
    def differs(self) -> bool:
        return self.left != self.right


def compared(left: Edition, right: Edition) -> list[Line]:
    """Parameters first, in the order of the family, then source and validity."""
    lines = [Line(title, _facts(left)[title], _facts(right)[title]) for title in _facts(left)]
    return [*_parameters(_family(left), left.parameters, right.parameters), *lines]


def proposed(edition: Edition, parameters: Mapping[str, Any], severity: str) -> list[Line]:
    """What an adjustment would change."""
    told = Line("约束程度", Severity(edition.severity).label, Severity(severity).label)
    return [*_parameters(_family(edition), edition.parameters, parameters), told]


@dataclass(frozen=True)
class Sheet:
    """A table among the parameters, for people."""

    title: str
    titles: list[str]
    rows: list[list[str]]


def said(edition: Edition) -> list[Line]:
    """The parameters of one edition with their titles, except tables."""
    plain = tuple(one for one in _family(edition) if not isinstance(one, Table))
    return _parameters(plain, edition.parameters, edition.parameters)


def sheets(edition: Edition) -> list[Sheet]:
    tables = [one for one in _family(edition) if isinstance(one, Table) and one.name in edition.parameters]
    return [_sheet(one, one.typed(edition.parameters[one.name])) for one in tables]


def _sheet(table: Table, rows: Iterable[Mapping[str, Any]]) -> Sheet:
    cells = [[column.shown(row[column.name]) if column.name in row else "" for column in table.columns] for row in rows]
    return Sheet(table.title, [column.title or table.title for column in table.columns], cells)


def in_words(edition: Edition) -> str:
    """2016年7月1日起；2016年7月1日至2026年1月1日（不含）."""
    began, ends = edition.during.lower, edition.during.upper
    start = f"{began:%Y年%-m月%-d日}" if began else "起始日期未载明"
    return f"{start}至{ends:%Y年%-m月%-d日}（不含当日）" if ends else f"{start}起" if began else start


def _family(edition: Edition) -> tuple[Parameter, ...]:
    return family_of(edition.rule.code).parameters


def _parameters(declared: tuple[Parameter, ...], left: Mapping[str, Any], right: Mapping[str, Any]) -> list[Line]:
    here, there = typed(declared, left), typed(declared, right)
    return [
        Line((one.title or "说明").rstrip(":"), _shown(one, here), _shown(one, there))
        for one in declared
        if one.name in here or one.name in there
    ]


def _shown(one: Parameter, values: Mapping[str, Any]) -> str:
    return one.shown(values[one.name]) if one.name in values else ""


def _facts(edition: Edition) -> dict[str, str]:
    return {
        "约束程度": edition.get_severity_display(),
        "依据": edition.basis,
        "适用范围": edition.scope,
        "有效期间": in_words(edition),
        "核对情况": edition.get_verification_display(),
        "状态": edition.get_state_display(),
        "来源说明": edition.note,
    }
