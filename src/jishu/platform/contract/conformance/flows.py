"""L4: items run on the platform's own flow, and everything a flow speaks of exists."""

from collections.abc import Iterator

from jishu.platform.contract.flow import FROM_AGENCY, FROM_DEPARTMENT, WHO_APPLIES

from .rule import Document, Known, listed, repeated, rule

Offences = Iterator[tuple[str, str]]
_INNER = ("branches", "lanes")


@rule("L4-01", "每个事项都有办理环节")
def has_steps(document: Document, known: Known) -> Offences:
    for where, item in listed(document, "items"):
        if not item["flow"]["steps"]:
            yield f"{where}.flow.steps", f"事项“{item['code']}”没有办理环节。"


@rule("L4-02", "环节代码在事项内不重复")
def steps_apart(document: Document, known: Known) -> Offences:
    for where, item in listed(document, "items"):
        held = [(at, step["key"]) for at, step in _steps(f"{where}.flow.steps", item["flow"]["steps"])]
        for at, key in repeated(held):
            yield f"{at}.key", f"环节代码“{key}”用了不止一次。"


@rule("L4-03", "环节中写的角色确有其人可任")
def roles_exist(document: Document, known: Known) -> Offences:
    held = known.roles | {role["code"] for role in document.get("roles", ())}
    for where, item in listed(document, "items"):
        for at, step in _steps(f"{where}.flow.steps", item["flow"]["steps"]):
            who = step.get("who") or {}
            if who.get("kind") == "role" and who.get("role") not in held:
                yield f"{at}.who.role", f"没有角色“{who.get('role', '')}”。"


@rule("L4-04", "编辑和隐藏只说到表单里有的项，条件另可说到自动环节得出的结果")
def fields_exist(document: Document, known: Known) -> Offences:
    for where, item in listed(document, "items"):
        names = {one["name"] for one in item["fields"]}
        found = {one["name"] for each in item.get("automatics", {}).values() for one in each.get("results", ())}
        for at, step in _steps(f"{where}.flow.steps", item["flow"]["steps"]):
            spoken = [*step.get("edits", ()), *step.get("hidden", ())]
            spoken += [(step.get("who") or {}).get("field", "").partition(".")[0]]
            asked = [name for branch in step.get("branches", ()) for name in _compared(branch["when"])]
            spoken += [name for name in asked if name not in found]
            for name in dict.fromkeys(one for one in spoken if one and one not in names):
                yield at, f"环节“{step['title']}”说到的“{name}”不在表单里。"


@rule("L4-05", "平台内的办理环节有程序可执行")
def handlers_exist(document: Document, known: Known) -> Offences:
    if document.get("kind", "app") != "app":
        return
    for where, item in listed(document, "items"):
        for at, step in _steps(f"{where}.flow.steps", item["flow"]["steps"]):
            if step["type"] == "handle" and step["key"] not in item.get("handlers", {}):
                yield at, f"办理环节“{step['title']}”没有对应的处理程序。"


@rule("L4-06", "子流程的事项确已接入")
def children_exist(document: Document, known: Known) -> Offences:
    codes = known.items | {item["code"] for item in document.get("items", ())}
    for where, item in listed(document, "items"):
        for at, step in _steps(f"{where}.flow.steps", item["flow"]["steps"]):
            if step["type"] == "child" and step["item"] not in codes:
                yield f"{at}.item", f"没有代码为“{step['item']}”的事项。"


@rule("L4-07", "表单项名称不重复，选项和所选记录齐全")
def forms_whole(document: Document, known: Known) -> Offences:
    resources = known.resources | {one["key"] for one in document.get("resources", ())}
    for where, item in listed(document, "items"):
        held = [(f"{where}.fields[{at}]", one["name"]) for at, one in enumerate(item["fields"])]
        for at, name in repeated(held):
            yield f"{at}.name", f"表单项“{name}”用了不止一次。"
        for (at, _), one in zip(held, item["fields"], strict=True):
            if one.get("kind") in ("choice", "choices") and not one.get("choices"):
                yield f"{at}.choices", f"“{one['title']}”没有可选项。"
            if one.get("kind") == "record" and one.get("record") not in resources:
                yield f"{at}.record", f"“{one['title']}”要选的资源“{one.get('record', '')}”并未接入。"


def _steps(where: str, steps: list[Document]) -> Iterator[tuple[str, Document]]:
    """Every step of the tree with its place."""
    for number, step in enumerate(steps):
        at = f"{where}[{number}]"
        yield at, step
        for name in _INNER:
            for inner, way in enumerate(step.get(name, ())):
                yield from _steps(f"{at}.{name}[{inner}].steps", way["steps"])
        yield from _steps(f"{at}.otherwise", step.get("otherwise", []))


def _compared(condition: Document) -> Iterator[str]:
    """The form fields a condition looks at."""
    if "field" in condition and condition["field"] not in (WHO_APPLIES, FROM_DEPARTMENT, FROM_AGENCY):
        yield condition["field"]
    for part in condition.get("parts", ()):
        yield from _compared(part)
