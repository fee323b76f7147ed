"""The rules that ship with the package, read from ``data/*.yaml`` into values. No database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

import yaml

from .families import family_of
from .models import NATIONAL, Document, Verification
from .parameters import stored
from .ruling import Severity

VERIFIED = {True: Verification.FULL, "part": Verification.PART, False: Verification.NONE}
OWN = {
    "code", "title", "document", "clause", "severity", "verified", "note", "since", "until", "region", "enabled",
}  # fmt: skip
YEAR_ONLY = "施行日期只核到年份"


@dataclass(frozen=True, kw_only=True)
class Region:
    """A place by its GB/T 2260 code without trailing zeros; empty: the whole country."""

    code: str = ""
    name: str = NATIONAL


@dataclass(frozen=True, kw_only=True)
class Released:
    """One edition as the package ships it."""

    code: str
    title: str
    document: str
    clause: str
    severity: Severity
    verification: Verification
    parameters: Mapping[str, Any]
    region: Region
    since: date | None
    until: date | None
    note: str
    is_sample: bool
    """Another region's rule, shipped for comparison: off until somebody agrees to it."""


@dataclass(frozen=True, kw_only=True)
class Release:
    documents: tuple[Document, ...]
    """Not saved; compared with those that are."""
    editions: tuple[Released, ...]


def read_release() -> Release:
    """Everything under ``data/``. KeyError or BadParameters name what is wrong in a file: that is a bug."""
    folder = files(__package__).joinpath("data")
    texts = {one.name: one.read_text(encoding="utf-8") for one in folder.iterdir() if one.name.endswith(".yaml")}
    documents = yaml.safe_load(texts.pop("documents.yaml"))["documents"]
    return compose(documents, [group for text in texts.values() for group in yaml.safe_load(text)["rules"]])


def compose(documents: Mapping[str, Mapping[str, Any]], groups: list[Mapping[str, Any]]) -> Release:
    editions = tuple(one for group in groups for one in _editions(group, documents))
    return Release(documents=tuple(_document(code, facts) for code, facts in documents.items()), editions=editions)


def _document(code: str, facts: Mapping[str, Any]) -> Document:
    note = "。".join(filter(None, (facts.get("note", ""), YEAR_ONLY if "year" in facts else "")))
    return Document(
        code=code,
        name=facts["name"],
        number=facts.get("number", ""),
        issuer=facts.get("issuer", ""),
        issued_on=facts.get("issued"),
        effective_on=_effective(facts),
        verification=VERIFIED[facts["verified"]],
        note=note,
    )


def _effective(facts: Mapping[str, Any]) -> date | None:
    """Where only the year is known its first day stands for it, and the note says so."""
    return date(facts["year"], 1, 1) if "year" in facts else facts.get("effective")


def _editions(group: Mapping[str, Any], documents: Mapping[str, Mapping[str, Any]]) -> Iterator[Released]:
    for row in group["editions"]:
        facts = {**group, **row}
        code = f"{group['family']}.{row['code']}"
        document = facts["document"]
        yield Released(
            code=code,
            title=row["title"],
            document=document,
            clause=facts.get("clause", "") if "clause" in row or "document" not in row else "",
            severity=Severity(facts["severity"]),
            verification=VERIFIED[row["verified"]],
            parameters=stored(family_of(code).parameters, {k: v for k, v in row.items() if k not in OWN}),
            region=Region(**row["region"]) if "region" in row else Region(),
            since=row.get("since", _effective(documents[document])),
            until=row.get("until"),
            note=row.get("note", ""),
            is_sample=not row.get("enabled", True),
        )
