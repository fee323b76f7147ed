"""A flow as a BPMN 2.0 file any modeller opens: laid out, executable as far as BPMN can say it, our settings beside."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from typing import Any

from jishu.platform.contract import (
    WHO_APPLIES,
    AllOf,
    AnyOf,
    Approve,
    Auto,
    Branch,
    Child,
    Compare,
    Condition,
    Flow,
    Handle,
    Mode,
    Op,
    Step,
    Wait,
)
from jishu.platform.workflow.engine import encode

from . import names
from .drawing import Arrow, Drawing, Shape, drawn
from .names import bpmn

PROCESS = "process"


def written(flow: Flow, *, code: str, name: str) -> bytes:
    """The file, in UTF-8. The same flow is always the same bytes."""
    drawing = drawn(flow)
    root = ET.Element(
        bpmn("definitions"), {"id": "definitions", "targetNamespace": names.OURS, "exporter": "Jishu"}
    )  # fmt: skip
    _signals(root, drawing)
    process = ET.SubElement(root, bpmn("process"), {"id": PROCESS, "name": _plain(name), "isExecutable": "true"})
    settings = {key: value for key, value in encode(flow).items() if key != "steps"} | {"item": code}
    _told(process, names.FLOW, settings)
    for shape in drawing.shapes:
        _write_shape(process, shape, drawing.arrows)
    for arrow in drawing.arrows:
        _write_arrow(process, arrow)
    _write_diagram(root, drawing)
    for prefix, address in names.PREFIXES.items():
        ET.register_namespace(prefix, address)
    ET.indent(root)
    told: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return told


def _signals(root: ET.Element, drawing: Drawing) -> None:
    waits = [shape.step for shape in drawing.shapes if isinstance(shape.step, Wait)]
    for event in sorted({wait.event for wait in waits if wait.event and not _has_time(wait)}):
        ET.SubElement(root, bpmn("signal"), {"id": f"signal_{event}", "name": event})


def _write_shape(process: ET.Element, shape: Shape, arrows: Iterable[Arrow]) -> None:
    element = ET.SubElement(process, bpmn(shape.kind), {"id": shape.id})
    if shape.name:
        element.set("name", _plain(shape.name))
    if shape.step is not None:
        _told(element, names.STEP, _settings(shape.step))
    arrows = list(arrows)
    incoming = [arrow.id for arrow in arrows if arrow.target is shape]
    outgoing = [arrow.id for arrow in arrows if arrow.source is shape]
    for direction, ids in (("incoming", incoming), ("outgoing", outgoing)):
        for one in ids:
            ET.SubElement(element, bpmn(direction)).text = one
    if "Gateway" in shape.kind:
        element.set("gatewayDirection", "Diverging" if shape.step is not None else "Converging")
        default = next((arrow.id for arrow in arrows if arrow.source is shape and arrow.is_default), None)
        if default:
            element.set("default", default)
    if shape.step is not None:
        _specify(element, shape.step)


def _settings(step: Step) -> dict[str, Any]:
    """Everything the step says of itself; what lies inside it is drawn."""
    inside = {"steps", "branches", "otherwise", "lanes"}
    return {key: value for key, value in encode(step).items() if key not in inside}


def _told(element: ET.Element, tag: str, settings: dict[str, Any]) -> None:
    extension = ET.SubElement(element, bpmn("extensionElements"))
    ET.SubElement(extension, tag).text = json.dumps(settings, ensure_ascii=False, sort_keys=True)


def _specify(element: ET.Element, step: Step) -> None:
    """What BPMN itself can say of a step, so that another engine or a reader understands it without us."""
    match step:
        case Approve():
            _people(element, step.who.kind.value, step.who.role)
            _several(element, step)
        case Handle():
            _people(element, step.who.kind.value, step.who.role)
        case Child():
            element.set("calledElement", step.item)
        case Auto():
            element.set("implementation", step.action)
        case Wait():
            _awaited(element, step)


def _people(element: ET.Element, kind: str, role: str) -> None:
    owner = ET.SubElement(element, bpmn("potentialOwner"))
    expression = ET.SubElement(owner, bpmn("resourceAssignmentExpression"))
    _formal(expression, "formalExpression", f"${{{kind}('{role}')}}" if role else f"${{{kind}}}")


def _several(element: ET.Element, step: Approve) -> None:
    sequential = "true" if step.mode is Mode.SEQUENCE else "false"
    loop = ET.SubElement(element, bpmn("multiInstanceLoopCharacteristics"), {"isSequential": sequential})
    _formal(loop, "loopCardinality", "${nrOfApprovers}")
    more, parts, whole = ">" if step.share.more else ">=", step.share.parts, step.share.whole
    enough = {
        Mode.ANY: "${nrOfAgreed >= 1}",
        Mode.CLAIM: "${nrOfAgreed >= 1}",
        Mode.RATIO: f"${{nrOfAgreed * {whole} {more} nrOfApprovers * {parts}}}",
        Mode.VOTE: f"${{votesAgreed * {whole} {more} votes * {parts}}}",
    }.get(step.mode)
    if enough:
        _formal(loop, "completionCondition", enough)


def _awaited(element: ET.Element, step: Wait) -> None:
    if not _has_time(step):
        ET.SubElement(element, bpmn("signalEventDefinition"), {"signalRef": f"signal_{step.event}"})
        return
    timer = ET.SubElement(element, bpmn("timerEventDefinition"))
    if step.days:
        _formal(timer, "timeDuration", f"P{step.days}D")
    else:
        _formal(timer, "timeDate", f"${{{step.until}}}")


def _has_time(step: Wait) -> bool:
    return bool(step.days or step.until)


def _formal(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, bpmn(tag), {f"{{{names.XSI}}}type": "bpmn:tFormalExpression"}).text = _plain(text)


def _write_arrow(process: ET.Element, arrow: Arrow) -> None:
    told = {"id": arrow.id, "sourceRef": arrow.source.id, "targetRef": arrow.target.id}
    element = ET.SubElement(process, bpmn("sequenceFlow"), told)
    title = "其他情况" if arrow.is_default else arrow.branch.title if arrow.branch else ""
    if title:
        element.set("name", _plain(title))
    if arrow.at is None:
        return
    settings = encode(arrow.branch) if arrow.branch else {"type": "otherwise"}
    _told(element, names.BRANCH, {key: value for key, value in settings.items() if key != "steps"} | {"at": arrow.at})
    if isinstance(arrow.branch, Branch):
        _formal(element, "conditionExpression", f"${{{spelt(arrow.branch.when)}}}")


def spelt(condition: Condition) -> str:
    """A condition in the expression language most engines read."""
    match condition:
        case AllOf(parts=parts):
            return " && ".join(_grouped(part) for part in parts) or "true"
        case AnyOf(parts=parts):
            return " || ".join(_grouped(part) for part in parts) or "false"
        case Compare(op=Op.IN):
            values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
            return " || ".join(f"{_spoken(condition.field)} == {_constant(one)}" for one in values) or "false"
        case Compare() if condition.op in _CALLED:
            values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
            negated, word = _CALLED[condition.op]
            called = " || ".join(f"{word}({_spoken(condition.field)}, {_constant(one)})" for one in values)
            return f"{negated}({called})" if called else "false"
        case Compare():
            op = {Op.EQ: "=="}.get(condition.op, condition.op.value)
            return f"{_spoken(condition.field)} {op} {_constant(str(condition.value))}"


# Engines have no word for these; ours reads what stands beside (ADR 0025).
_CALLED = {
    Op.UNDER: ("", "within"), Op.OUTSIDE: ("!", "within"), Op.HAS: ("", "contains"), Op.LACKS: ("!", "contains"),
}  # fmt: skip


def _spoken(name: str) -> str:
    """``@agency`` is no name elsewhere."""
    return name.replace("@", "applicant.") if name != WHO_APPLIES else "applicant"


def _grouped(part: Condition) -> str:
    simple = isinstance(part, Compare) and part.op is not Op.IN
    return spelt(part) if simple else f"({spelt(part)})"


def _constant(text: str) -> str:
    return text if _NUMBER.fullmatch(text) else "'" + text.replace("'", "’") + "'"


_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_CONTROLS = dict.fromkeys(one for one in range(32) if one not in (9, 10, 13))


def _plain(text: str) -> str:
    """Without what XML cannot hold; the exact text stands in our settings."""
    return text.translate(_CONTROLS)


def _write_diagram(root: ET.Element, drawing: Drawing) -> None:
    diagram = ET.SubElement(root, f"{{{names.BPMNDI}}}BPMNDiagram", {"id": "diagram"})
    plane = ET.SubElement(diagram, f"{{{names.BPMNDI}}}BPMNPlane", {"id": "plane", "bpmnElement": PROCESS})
    for shape in drawing.shapes:
        told = {"id": f"{shape.id}_di", "bpmnElement": shape.id}
        if shape.kind == "exclusiveGateway":
            told["isMarkerVisible"] = "true"
        drawn_shape = ET.SubElement(plane, f"{{{names.BPMNDI}}}BPMNShape", told)
        width, height = shape.size
        bounds = {"x": shape.left, "y": shape.top, "width": width, "height": height}
        ET.SubElement(drawn_shape, f"{{{names.DC}}}Bounds", {key: str(value) for key, value in bounds.items()})
    for arrow in drawing.arrows:
        edge = ET.SubElement(
            plane, f"{{{names.BPMNDI}}}BPMNEdge", {"id": f"{arrow.id}_di", "bpmnElement": arrow.id}
        )  # fmt: skip
        for x, y in arrow.points:
            ET.SubElement(edge, f"{{{names.DI}}}waypoint", {"x": str(x), "y": str(y)})
