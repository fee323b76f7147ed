"""Chooses among known routes the cheapest set that serves everybody: set partitioning by HiGHS."""

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Column:
    """A route: whom it serves, which kind of car and crew it takes."""

    cost: float
    requests: tuple[int, ...]
    kind: int
    crew: int
    nodes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """What the columns share: each request once, so many cars of a kind, so many drivers of a crew."""

    penalty: NDArray[np.float64]
    kinds: NDArray[np.int64]
    crews: NDArray[np.int64]
    begun: frozenset[int] = frozenset()
    """Kinds that are one car each, already on its way: their route cannot be left out."""


@dataclass(frozen=True, slots=True)
class Relaxed:
    value: float
    requests: NDArray[np.float64]
    kinds: NDArray[np.float64]
    crews: NDArray[np.float64]


class Master:
    """The linear or whole programme over a growing set of columns."""

    def __init__(self, rows: Rows, seconds: float = 1e9) -> None:
        self.rows, self.columns = rows, list[Column]()
        self._requests, self._kinds = len(rows.penalty), len(rows.kinds)
        self._solver = highspy.Highs()
        self._solver.setOptionValue("output_flag", False)
        self._solver.setOptionValue("threads", 1)
        self._solver.setOptionValue("time_limit", seconds)
        for _ in range(self._requests):
            self._solver.addRow(1.0, 1.0, 0, np.array([], np.int32), np.array([], np.float64))
        for kind, count in enumerate(rows.kinds):
            least = float(count) if kind in rows.begun else 0.0
            self._solver.addRow(least, float(count), 0, np.array([], np.int32), np.array([], np.float64))
        for count in rows.crews:
            self._solver.addRow(0.0, float(count), 0, np.array([], np.int32), np.array([], np.float64))
        for request, penalty in enumerate(rows.penalty):
            self._solver.addCol(float(penalty), 0.0, 1.0, 1, np.array([request], np.int32), np.ones(1))

    def add(self, columns: Sequence[Column]) -> None:
        for column in columns:
            at = [*column.requests, self._requests + column.kind]
            if column.crew >= 0:
                at.append(self._requests + self._kinds + column.crew)
            self._solver.addCol(column.cost, 0.0, 1.0, len(at), np.array(at, np.int32), np.ones(len(at)))
        self.columns.extend(columns)

    def relax(self) -> Relaxed | None:
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self._solver.getSolution()
        duals = np.array(solution.row_dual)
        first, second = self._requests, self._requests + self._kinds
        value = float(self._solver.getInfo().objective_function_value)
        return Relaxed(value, duals[:first], duals[first:second], duals[second:])

    def whole(self, seconds: float) -> tuple[list[Column], float, float]:
        """The best choice found, its cost and a bound on every choice among these columns."""
        solver, count = self._solver, self._requests + len(self.columns)
        at = np.arange(count, dtype=np.int32)
        solver.changeColsIntegrality(count, at, np.full(count, highspy.HighsVarType.kInteger))
        solver.setOptionValue("time_limit", max(seconds, 0.05))
        solver.setOptionValue("mip_rel_gap", 1e-9)
        solver.setOptionValue("mip_abs_gap", 1e-7)
        solver.run()
        info = solver.getInfo()
        bound = float(info.mip_dual_bound)
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return [], float("inf"), bound
        values = np.array(solver.getSolution().col_value)[self._requests :]
        chosen = [self.columns[k] for k in np.flatnonzero(values > 0.5)]
        return chosen, float(info.objective_function_value), bound
