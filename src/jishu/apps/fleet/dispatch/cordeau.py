"""Reads dial-a-ride instances in Cordeau's format: one line of five figures, then one line for each node."""

from math import hypot, inf, isfinite
from pathlib import Path

import numpy as np

from .problem import MOST_CARS, MOST_REQUESTS, Car, Driver, Problem, Request, Stop, Travel, Unsound

_MOST_BYTES = 1_000_000
_REFUSED = 20.0  # times the longest way: serving all comes first


def read(path: Path) -> Problem:
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
    except OSError as problem:
        raise Unsound(f"读不了文件{path}：{problem.strerror or problem}。") from problem
    if len(raw) > _MOST_BYTES:
        raise Unsound(f"文件{path.name}超过{_MOST_BYTES // 1_000_000} MB，不像派车实例。")
    try:
        return parse(raw.decode())
    except UnicodeDecodeError as problem:
        raise Unsound(f"文件{path.name}不是文本文件。") from problem


def parse(text: str) -> Problem:
    """A unit of length is a kilometre and as a minute; a kilometre costs one: the objective is the length."""
    lines = [line.split() for line in text.splitlines() if line.strip()]
    if not lines:
        raise Unsound("文件是空的。")
    cars, requests, longest, seats, ride = _figures(lines[0], 5, 1)
    count, fleet = _whole(requests, MOST_REQUESTS, "申请数"), _whole(cars, MOST_CARS, "车辆数")
    if count < 1 or fleet < 1:
        raise Unsound(f"第1行：车辆数为{fleet}，申请数为{count}，都应至少为1。")
    if any(value < 0 for value in (longest, seats, ride)):
        raise Unsound("第1行：路线时长、座位数和乘车时限都不能为负。")
    nodes = [_figures(line, 7, at) for at, line in enumerate(lines[1:], start=2)]
    if len(nodes) not in (2 * count + 1, 2 * count + 2):
        raise Unsound(f"第1行说有{count}个申请，应有{2 * count + 1}个节点，实有{len(nodes)}个；文件可能不完整。")
    if [node[0] for node in nodes] != list(range(len(nodes))):
        raise Unsound("节点编号应从0起依次递增。")
    return _problem(nodes, count, fleet, (longest, seats, ride))


def _problem(nodes: list[list[float]], count: int, fleet: int, limits: tuple[float, float, float]) -> Problem:
    longest, seats, ride = limits
    across = np.array([[hypot(a[1] - b[1], a[2] - b[2]) for b in nodes] for a in nodes])
    if not np.isfinite(across).all() or across.max() > 1e6:
        raise Unsound("节点坐标过大。")
    day, back = nodes[0], len(nodes) - 1 if len(nodes) == 2 * count + 2 else 0
    dear = max(500.0, _REFUSED * float(across.max()))
    requests = tuple(_request(nodes, number, count, ride, dear) for number in range(1, count + 1))
    room = _whole(seats, 60, "座位数")
    car_day = ((day[5], day[6]),)
    return Problem(
        requests,
        tuple(Car(str(n + 1), 0, back, room, available=car_day) for n in range(fleet)),
        tuple(
            Driver(str(n + 1), day[5], day[6], duty_limit=longest or inf, spell=inf) for n in range(fleet)
        ),
        Travel(across, across * 1000),
    )  # fmt: skip


def _request(nodes: list[list[float]], number: int, count: int, ride: float, dear: float) -> Request:
    up, down = nodes[number], nodes[number + count]
    return Request(str(number), (_stop(up), _stop(down)), ride_limit=ride, penalty=dear)


def _stop(node: list[float]) -> Stop:
    return Stop(int(node[0]), node[5], node[6], node[3], _whole(node[4], 60, "人数", -60))


def _figures(words: list[str], count: int, line: int) -> list[float]:
    if len(words) != count:
        raise Unsound(f"第{line}行应有{count}个数，实有{len(words)}个。")
    try:
        values = [float(word) for word in words]
    except ValueError as problem:
        raise Unsound(f"第{line}行里有不是数的内容。") from problem
    if not all(isfinite(value) for value in values):
        raise Unsound(f"第{line}行里有无穷大或不是数的值。")
    return values


def _whole(value: float, most: int, what: str, least: int = 0) -> int:
    if value != int(value) or not least <= value <= most:
        raise Unsound(f"{what}为{value:g}，应为{least}至{most}之间的整数。")
    return int(value)
