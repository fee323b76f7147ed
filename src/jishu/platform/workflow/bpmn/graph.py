"""A BPMN file as nodes and arrows: parsed within limits, what we cannot use told as losses."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from jishu.platform.lib.errors import DomainError

from . import names
from .names import BPMN, OURS

LARGEST = 2 * 1024 * 1024
MOST_ELEMENTS = 20_000
DEEPEST = 40
MOST_NODES = 1_000


class Unreadable(DomainError):
    """这不是可以读取的 BPMN 2.0 文件。"""


@dataclass(frozen=True, kw_only=True)
class Loss:
    """What of an element could not be carried over."""

    element: str
    what: str


@dataclass
class Node:
    id: str
    kind: str
    name: str
    settings: dict[str, Any]
    element: Element
    default: str = ""
    outgoing: list["Arrow"] = field(default_factory=list)
    incoming: list["Arrow"] = field(default_factory=list)

    @property
    def called(self) -> str:
        return f"{self.name}（{self.id}）" if self.name else self.id


@dataclass
class Arrow:
    id: str
    source: str
    target: str
    name: str
    settings: dict[str, Any]
    condition: str = ""


@dataclass
class Graph:
    name: str
    settings: dict[str, Any]
    nodes: dict[str, Node]
    losses: list[Loss]
    signals: dict[str, str]


NODES = frozenset({
    "startEvent", "endEvent", "task", "userTask", "manualTask", "sendTask", "receiveTask", "serviceTask", "scriptTask",
    "businessRuleTask", "callActivity", "intermediateCatchEvent", "exclusiveGateway", "inclusiveGateway",
    "parallelGateway", "eventBasedGateway", "complexGateway", "intermediateThrowEvent",
})  # fmt: skip
QUIET = frozenset({"extensionElements", "documentation", "sequenceFlow", "incoming", "outgoing"})
TOLD = {
    "laneSet": "泳道不带入，办理人请在各环节设置",
    "subProcess": "嵌入式子流程不带入，请改为引用另一事项",
    "transaction": "事务子流程不带入",
    "adHocSubProcess": "临时子流程不带入",
    "boundaryEvent": "边界事件不带入，超时请在环节的超时处理中设置",
    "dataObject": "数据对象不带入",
    "dataObjectReference": "数据对象不带入",
    "dataStoreReference": "数据存储不带入",
    "textAnnotation": "批注不带入",
    "association": "批注连线不带入",
    "group": "分组框不带入",
}


def parsed(data: bytes) -> Graph:
    root = _tree(data)
    if root.tag != f"{{{BPMN}}}definitions":
        raise Unreadable("文件不是 BPMN 2.0 流程图（缺少 definitions）。请从建模工具导出 BPMN 2.0 XML。")
    processes = [one for one in root.findall(names.bpmn("process")) if _flow_nodes(one)]
    if not processes:
        raise Unreadable("文件里没有带环节的流程（process）。")
    losses = [Loss(element=_id(one), what="只读取第一个流程，其余流程不带入") for one in processes[1:]]
    losses += [
        Loss(element=_id(one), what="参与者之间的协作和消息不带入") for one in root.findall(names.bpmn("collaboration"))
    ]
    process = processes[0]
    signals = {_id(one): one.get("name", "") for one in root if one.tag in _SIGNALS}
    graph = Graph(process.get("name", ""), _ours(process, names.FLOW), {}, losses, signals)
    _read_nodes(graph, process)
    if len(graph.nodes) > MOST_NODES:
        raise Unreadable(f"流程图超过 {MOST_NODES} 个元素，请拆分后再导入。")
    _read_arrows(graph, process)
    return graph


_SIGNALS = (names.bpmn("signal"), names.bpmn("message"))


def _tree(data: bytes) -> Element:
    """No document type, no entities, so many elements, so deep: judged while it is read."""
    if len(data) > LARGEST:
        raise Unreadable(f"文件超过 {LARGEST // 1024 // 1024} MB，流程图不会这么大，请检查是否选错了文件。")
    depth = count = 0
    root: Element | None = None
    try:
        for happened, element in iterparse(BytesIO(data), events=("start", "end"), forbid_dtd=True):
            root = element if root is None else root
            depth += 1 if happened == "start" else -1
            count += happened == "start"
            if depth > DEEPEST or count > MOST_ELEMENTS:
                raise Unreadable("文件的层次或元素过多，不能作为流程读取。")
    except DefusedXmlException as error:
        raise Unreadable("文件含有外部实体或文档类型声明，为安全起见不读取。请用建模工具重新导出。") from error
    except (ParseError, ValueError, LookupError) as error:
        raise Unreadable("文件不是格式正确的 XML，请用建模工具重新导出。") from error
    assert root is not None
    return root


def _flow_nodes(process: Element) -> list[Element]:
    return [one for one in process if _local(one) in NODES]


def _read_nodes(graph: Graph, process: Element) -> None:
    for element in process:
        kind = _local(element)
        if kind in NODES:
            node = Node(
                _id(element), kind, element.get("name", "").strip(), _ours(element, names.STEP), element,
                element.get("default", ""),
            )  # fmt: skip
            if node.id in graph.nodes:
                raise Unreadable(f"两个元素的标识同为“{node.id}”，请在建模工具中改正。")
            graph.nodes[node.id] = node
        elif kind not in QUIET:
            graph.losses.append(Loss(element=_called(element), what=TOLD.get(kind, f"{kind} 不带入")))


def _read_arrows(graph: Graph, process: Element) -> None:
    for element in process.findall(names.bpmn("sequenceFlow")):
        source, target = element.get("sourceRef", ""), element.get("targetRef", "")
        if source not in graph.nodes or target not in graph.nodes:
            graph.losses.append(Loss(element=_called(element), what="连线的一端没有带入，连线一并略去"))
            continue
        condition = element.findtext(names.bpmn("conditionExpression"), "").strip()
        name = element.get("name", "").strip()
        arrow = Arrow(_id(element), source, target, name, _ours(element, names.BRANCH), condition)
        graph.nodes[source].outgoing.append(arrow)
        graph.nodes[target].incoming.append(arrow)
    for node in graph.nodes.values():
        node.outgoing.sort(key=lambda one: one.settings.get("at", 0) if _is_place(one) else 0)


def _is_place(arrow: Arrow) -> bool:
    return isinstance(arrow.settings.get("at"), int)


def _ours(element: Element, tag: str) -> dict[str, Any]:
    """What we wrote beside an element; anything else there is none of our business."""
    told = element.findtext(f"{names.bpmn('extensionElements')}/{tag}", "")
    if not told:
        return {}
    try:
        found = json.loads(told)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def foreign(element: Element) -> Iterator[str]:
    """The names of settings other products put beside an element."""
    for one in element.find(names.bpmn("extensionElements")) or ():
        if not one.tag.startswith(f"{{{OURS}}}"):
            yield one.tag.rpartition("}")[2]


def _local(element: Element) -> str:
    return element.tag.removeprefix(f"{{{BPMN}}}") if isinstance(element.tag, str) else ""


def _id(element: Element) -> str:
    return element.get("id", "")[:80]


def _called(element: Element) -> str:
    name = element.get("name", "").strip()
    return f"{name}（{_id(element)}）" if name else _id(element) or _local(element)
