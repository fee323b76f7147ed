"""A whole declaration judged, and put into words."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from jsonschema import ValidationError
from jsonschema.validators import Draft202012Validator

from jishu.platform.contract.registry import contracts
from jishu.platform.contract.schema import json_schema

from .rule import LEVELS, RULES, Finding, Known, Rule

MOST = 200  # findings; a document that is wrong throughout is not told of every line
_SHAPE = Rule("L1-00", 1, "符合接入契约的 JSON Schema", "接入契约", lambda document, known: iter(()))
_TYPES = {"string": "文字", "integer": "整数", "boolean": "是或否", "array": "列表", "object": "对象"}


@dataclass(frozen=True)
class Report:
    """``level`` is the highest whose rules, and those of the levels below, are all kept; 0 when not even the first."""

    findings: tuple[Finding, ...]

    @property
    def level(self) -> int:
        broken = {finding.rule.level for finding in self.findings}
        return next((level - 1 for level in LEVELS if level in broken), max(LEVELS))


def check(document: Any, known: Known | None = None) -> Report:
    """Judge the JSON form of a contract, in-house or from outside."""
    shape = _shape_of(document)
    if shape:
        return Report(tuple(shape[:MOST]))
    known = _known_beside(document["code"]) if known is None else known
    found = [finding for each in RULES.values() for finding in each.findings(document, known)]
    return Report(tuple(sorted(found, key=lambda finding: finding.rule.id)[:MOST]))


def _known_beside(code: str) -> Known:
    """What the other systems in force declare."""
    others = [one for one in contracts() if one.code != code]
    return Known(
        roles=frozenset(role.code for one in others for role in one.roles),
        items=frozenset(item.code for one in others for item in one.items),
        resources=frozenset(resource.key for one in others for resource in one.resources),
        permissions=frozenset(each for one in others for role in one.roles for each in role.permissions),
        risks=frozenset(risk.code for one in others for risk in one.risks),
        holders={role.code: frozenset(role.permissions) for one in others for role in one.roles},
    )


@cache
def _validator() -> Any:  # the class is made at run time; type checkers cannot see into it
    return Draft202012Validator(json_schema())


def _shape_of(document: Any) -> list[Finding]:
    errors = sorted(_validator().iter_errors(document), key=lambda error: error.json_path)
    told = [Finding(_SHAPE, error.json_path.removeprefix("$.").removeprefix("$"), _said(error)) for error in errors]
    return list(dict.fromkeys(told))  # several things missing at one place are one error each, and one sentence


def _said(error: ValidationError) -> str:
    """What to do, in Chinese; the library speaks English."""
    match error.validator:
        case "required":
            missing = [name for name in error.validator_value if name not in error.instance]
            return f"缺少：{'、'.join(missing)}。"
        case "additionalProperties":
            known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
            extra = [name for name in error.instance if name not in known]
            return f"契约里没有这些项，请删去或改正：{'、'.join(extra)}。"
        case "type":
            return f"这里应当是{_TYPES.get(str(error.validator_value), str(error.validator_value))}。"
        case "enum":
            return f"只能是：{'、'.join(map(str, error.validator_value))}。"
        case "const" | "anyOf":
            return "不是契约中的任何一种写法，请对照 JSON Schema 检查 type 及各项。"
    return f"不符合要求：{error.validator} {error.validator_value}。"
