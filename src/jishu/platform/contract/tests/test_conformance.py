"""Each rule lets a good declaration pass and catches the one fault it is there for."""

import json
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jishu.platform.contract import contracts, to_json
from jishu.platform.contract.conformance import RULES, Known, check

PEOPLE = {"path": "driver", "title": "驾驶员", "kind": "CharField"}
GOOD = {
    "code": "legacycar",
    "title": "老车管系统",
    "group": "公车",
    "owner": "机关事务中心车辆科",
    "version": "2.3.0",
    "kind": "external",
    "contact": "车辆科 0570-0000000",
    "address": "https://cars.example.gov.cn/api",
    "sign_on": {
        "client": "legacycar",
        "redirects": ["https://cars.example.gov.cn/back"],
        "logout": "https://cars.example.gov.cn/logout",
    },
    "todo": {
        "mode": "push",
        "action": "https://cars.example.gov.cn/act",
        "check": "https://cars.example.gov.cn/check",
    },
    "roles": [{"code": "legacycar.staff", "title": "人员",
               "permissions": ["legacycar.apply", "legacycar.view_trip", "risk.verify_alert"]}],
    "pages": [{"title": "看板", "path": "board/", "permission": "legacycar.apply"}],
    "items": [
        {
            "code": "LC-01",
            "name": "用车申请",
            "short": "老车",
            "category": "公车",
            "summary": "申请公务用车。",
            "audience": "在编人员",
            "promised_days": "0.5",
            "permission": "legacycar.apply",
            "basis": ["党政机关公务用车管理办法第十三条"],
            "outputs": ["派车单"],
            "fields": [
                {"name": "days", "title": "天数", "kind": "integer"},
                {"name": "kind", "title": "车型", "kind": "choice", "choices": [{"code": "car", "title": "轿车"}]},
                {"name": "trip", "title": "行程", "kind": "record", "record": "legacycar.trip"},
            ],
            "flow": {
                "steps": [
                    {
                        "type": "fork",
                        "key": "far",
                        "title": "远近",
                        "branches": [
                            {
                                "title": "三天以上",
                                "when": {"type": "compare", "field": "days", "op": ">", "value": "3"},
                                "steps": [
                                    {"type": "approve", "key": "head", "title": "科长",
                                     "who": {"kind": "role", "role": "legacycar.staff"}},
                                ],
                            }
                        ],
                    },
                    {"type": "handle", "key": "drive", "title": "出车", "who": {"kind": "applicant"}},
                    {"type": "child", "key": "pass", "title": "办证", "item": "LC-01"},
                ]
            },
            "handlers": {"drive": {"fields": []}},
        }
    ],
    "resources": [
        {
            "key": "legacycar.trip",
            "title": "出车记录",
            "purpose": "每次出车。",
            "columns": [{"path": "plate", "title": "车牌", "kind": "CharField"}, PEOPLE],
            "share": "有条件共享",
            "sensitivity": {"driver": 2},
            "personal": ["driver"],
            "catalogue": {"code": "GW09", "condition": "财政、审计部门使用。", "published": "2026-01-31"},
        }
    ],
    "risks": [
        {
            "code": "RV-01",
            "name": "无单出车",
            "level": "red",
            "summary": "有行程而没有派车单。",
            "basis": [{"document": "党政机关公务用车管理办法", "clause": "第二十五条"}],
            "subjects": ["legacycar.trip"],
            "verifier": "legacycar.staff",
        }
    ],
    "metrics": [
        {
            "code": "MV-01",
            "name": "百公里油耗",
            "measure": "升",
            "better": "down",
            "summary": "油量除以里程。",
            "permission": "legacycar.view_trip",
        }
    ],
}  # fmt: skip


def _set(document, where, value):
    *way, last = where
    for step in way:
        document = document[step]
    document[last] = value


RESOURCE, ITEM = ("resources", 0), ("items", 0)
STEPS = (*ITEM, "flow", "steps")
FAULTS = [
    ("L1-00", [(("flow",), {})]),
    ("L1-00", [(("items", 0, "promised_days"), 1)]),
    ("L1-01", [(("code",), "Legacy Car")]),
    ("L1-02", [(("owner",), " ")]),
    ("L1-03", [(("version",), "2")]),
    ("L1-04", [(("contact",), "")]),
    ("L1-05", [(("items",), [GOOD["items"][0], GOOD["items"][0]])]),
    ("L1-06", [((*ITEM, "summary"), "")]),
    ("L1-07", [((*ITEM, "promised_days"), "很快")]),
    ("L1-07", [((*ITEM, "promised_days"), "NaN")]),
    ("L1-08", [((*ITEM, "basis"), [])]),
    ("L1-09", [((*ITEM, "outputs"), [])]),
    ("L1-10", [((*RESOURCE, "key"), "other.trip")]),
    ("L1-11", [((*RESOURCE, "columns", 1, "title"), "车牌")]),
    ("L1-12", [((*RESOURCE, "catalogue", "condition"), "")]),
    ("L1-12", [((*RESOURCE, "share"), "看情况")]),
    ("L1-13", [((*RESOURCE, "catalogue", "cycle"), "偶尔")]),
    ("L1-14", [((*RESOURCE, "catalogue", "published"), "去年")]),
    ("L1-15", [((*RESOURCE, "sensitivity", "driver"), 1)]),
    ("L1-15", [((*RESOURCE, "sensitivity", "ghost"), 2)]),
    ("L1-16", [((*RESOURCE, "retention"), "")]),
    ("L2-01", [(("sign_on", "client"), "")]),
    ("L2-01", [(("sign_on", "logout"), "")]),
    ("L2-02", [(("sign_on", "redirects"), ["https://*.example.gov.cn/"])]),
    ("L2-02", [(("address",), "http://cars.example.gov.cn")]),
    ("L2-02", [(("address",), "https://[broken")]),
    ("L2-03", [(("todo", "check"), "")]),
    ("L2-03", [(("todo", "mode"), "native")]),
    ("L2-04", [(("roles", 0, "code"), "staff")]),
    ("L2-05", [(("pages", 0, "permission"), "")]),
    ("L2-06", [(("roles", 0, "permissions"), ["legacycar.apply"])]),
    ("L3-01", [((*RESOURCE, "columns", 0, "kind"), "")]),
    ("L3-02", [(("address",), "")]),
    ("L3-03", [((*RESOURCE, "share"), "不予共享"), ((*RESOURCE, "catalogue", "open"), "有条件开放")]),
    ("L3-04", [((*RESOURCE, "share"), "无条件共享")]),
    ("L3-07", [(("risks", 0, "basis"), [])]),
    ("L3-07", [(("risks", 0, "summary"), "")]),
    ("L3-08", [(("risks", 0, "subjects"), ["other.thing"])]),
    ("L3-08", [(("risks", 0, "verifier"), "nobody")]),
    ("L3-08", [(("roles", 0, "permissions"), ["legacycar.apply", "legacycar.view_trip"])]),
    ("L3-09", [(("metrics", 0, "summary"), " ")]),
    ("L3-09", [(("metrics", 0, "permission"), "legacycar.ghost")]),
    ("L4-01", [(STEPS, [])]),
    ("L4-02", [((*STEPS, 1, "key"), "far")]),
    ("L4-03", [((*STEPS, 0, "branches", 0, "steps", 0, "who", "role"), "nobody")]),
    ("L4-04", [((*STEPS, 0, "branches", 0, "when", "field"), "ghost")]),
    ("L4-05", [((*ITEM, "handlers"), {}), (("kind",), "app"), (("todo", "mode"), "native")]),
    ("L4-06", [((*STEPS, 2, "item"), "XX-99")]),
    ("L4-07", [((*ITEM, "fields", 1, "choices"), [])]),
    ("L4-07", [((*ITEM, "fields", 2, "record"), "other.thing")]),
]


def test_a_good_declaration_reaches_the_top():
    report = check(GOOD, Known())

    assert (report.findings, report.level) == ((), 4)


@pytest.mark.parametrize(("rule", "faults"), FAULTS, ids=lambda value: value if isinstance(value, str) else "")
def test_each_rule_catches_its_fault(rule, faults):
    document = deepcopy(GOOD)
    for where, value in faults:
        _set(document, where, value)

    report = check(document, Known())

    assert rule in {finding.rule.id for finding in report.findings}
    assert report.level < int(rule[1])


def test_every_rule_has_its_fault():
    caught = {rule for rule, _ in FAULTS}

    assert set(RULES) - {"L3-05", "L3-06"} <= caught


def test_what_others_use_already_is_not_free():
    report = check(GOOD, Known(items=frozenset({"LC-01"})))

    assert [finding.rule.id for finding in report.findings] == ["L1-05"]


def _places(value, here=()):
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*here, key)
        yield from _places(one, (*here, key))


SIMPLE = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.just("\x00")
ANYTHING = st.recursive(SIMPLE, lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(), one, max_size=3))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(list(_places(GOOD))), ANYTHING), min_size=1, max_size=3))
def test_no_declaration_breaks_the_judge(changes):
    document = deepcopy(GOOD)
    for where, value in changes:
        try:
            _set(document, where, value)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away

    assert 0 <= check(document, Known()).level <= 4


@pytest.mark.parametrize("document", [None, [], "契约", 7, {}, {"code": None}])
def test_what_is_no_declaration_at_all_is_told_so(document):
    report = check(document)

    assert report.level == 0
    assert all(finding.said for finding in report.findings)


@pytest.mark.parametrize("contract", contracts(), ids=lambda contract: contract.code)
def test_every_system_of_the_house_runs_on_the_platform_altogether(contract):
    report = check(json.loads(json.dumps(to_json(contract))))

    assert report.level == 4, [(one.rule.id, one.where, one.said) for one in report.findings]
