"""`jishu fleet solve FILE`: a dial-a-ride instance in Cordeau's format, solved; one JSON object out."""

import json
import sys
from argparse import ArgumentParser
from math import isfinite
from pathlib import Path
from typing import NoReturn

from . import cordeau
from .problem import Outcome, Problem, Unsound
from .searching import Limits, solve

_MOST_SECONDS = 3600.0


class _Words(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        _refuse("用法：jishu fleet solve 文件 [--seconds 秒数] [--seed 整数] [--json]。")


def main(words: list[str]) -> None:
    parser = _Words(prog="jishu fleet solve", add_help=False)
    parser.add_argument("file", type=Path)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")  # the only form there is
    asked = parser.parse_args(words)
    if not (isfinite(asked.seconds) and 0 < asked.seconds <= _MOST_SECONDS):
        _refuse(f"--seconds应大于0，不超过{_MOST_SECONDS:.0f}。")
    if not 0 <= asked.seed < 2**32:
        _refuse("--seed应为0至4294967295之间的整数。")
    try:
        problem = cordeau.read(asked.file)
    except Unsound as complaint:
        _refuse(str(complaint))
    outcome = solve(problem, Limits(seconds=asked.seconds), seed=asked.seed)
    json.dump(as_json(problem, outcome), sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")
    if outcome.plan.unserved:
        numbers = "、".join(problem.requests[one].key for one in outcome.plan.unserved)
        sys.stderr.write(f"有{len(outcome.plan.unserved)}个申请没有排上：{numbers}。\n")


def as_json(problem: Problem, outcome: Outcome) -> dict[str, object]:
    """Routes as nodes of the file. With requests left out the objective is of the routes alone and has no bound."""
    count, unserved = len(problem.requests), outcome.plan.unserved
    penalties = sum(problem.requests[one].penalty for one in unserved)
    bound = None if unserved or outcome.lower_bound is None else round(outcome.lower_bound, 6)
    found: dict[str, object] = {
        "objective": round(outcome.objective - penalties, 6),
        "lower_bound": bound,
        "routes": [[1 + request + stop * count for request, stop in route.visits] for route in outcome.plan.routes],
        "seconds": round(outcome.seconds, 3),
    }
    if unserved:
        found["unserved"] = [1 + one for one in unserved]
    return found


def _refuse(message: str) -> NoReturn:
    sys.stderr.write(message + "\n")
    sys.exit(2)
