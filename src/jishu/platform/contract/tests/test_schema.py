"""A contract has exactly one JSON form, and the published schema describes it."""

import json
from decimal import Decimal

import pytest

from jishu.platform.contract import (
    AllOf,
    Approve,
    Branch,
    BusinessItem,
    Compare,
    Contract,
    Field,
    Flow,
    Fork,
    Handler,
    Kind,
    Op,
    Role,
    Who,
    WhoKind,
    json_schema,
    register,
    to_json,
)

HEAD = Who(kind=WhoKind.DEPARTMENT_HEAD)
ITEM = BusinessItem(
    code="T-01",
    name="试办",
    short="试",
    category="试",
    summary="试一试。",
    audience="所有人",
    fields=(Field(name="amount", title="金额", kind=Kind.MONEY),),
    flow=Flow(
        steps=(
            Fork(
                key="big",
                title="大额",
                branches=(
                    Branch(
                        title="一万以上",
                        when=AllOf(parts=(Compare(field="amount", op=Op.GE, value="10000"),)),
                        steps=(Approve(key="chief", title="负责人", who=Who(kind=WhoKind.UNIT_HEAD)),),
                    ),
                ),
            ),
            Approve(key="head", title="处室负责人", who=HEAD),
        )
    ),
    promised_days=Decimal("0.5"),
    permission="test.apply",
    prefill=lambda actor: {},
    handlers={"done": Handler(perform=lambda actor, case, values: None)},
)
CONTRACT = Contract(
    code="test",
    title="试验",
    group="试验",
    owner="机关事务中心",
    version="1",
    roles=(Role(code="test.staff", title="人员", permissions=("test.apply",)),),
    items=(ITEM,),
)


def test_code_is_not_declaration():
    told = to_json(CONTRACT)["items"][0]

    assert "prefill" not in told
    assert "perform" not in told["handlers"].get("done", {})


def test_the_form_survives_json():
    told = json.loads(json.dumps(to_json(CONTRACT), ensure_ascii=False))

    fork = told["items"][0]["flow"]["steps"][0]
    assert fork["type"] == "fork"
    assert fork["branches"][0]["when"]["parts"][0] == {
        "type": "compare",
        "field": "amount",
        "op": ">=",
        "value": "10000",
    }
    assert told["items"][0]["promised_days"] == "0.5"


def test_every_property_told_is_in_the_schema():
    schema = json_schema()

    def walk(value, node):
        node = schema["$defs"][node["$ref"].rsplit("/", 1)[1]] if "$ref" in node else node
        if isinstance(value, dict) and "properties" in node:
            assert set(value) <= set(node["properties"])
            for key, inner in value.items():
                walk(inner, node["properties"][key])
        elif isinstance(value, list):
            for inner in value:
                walk(inner, node.get("items", {}))

    walk(to_json(CONTRACT), {"$ref": "#/$defs/Contract"})


def test_a_system_joins_once():
    with pytest.raises(RuntimeError):
        register(Contract(code="audit", title="x", group="x", owner="x", version="1"))
