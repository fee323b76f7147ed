"""Where the arrows of a graph lead: without going round in circles, and where several ways meet again."""

from collections.abc import Callable

from .graph import Arrow, Graph

END = ""
"""Beyond every last node; ways that meet nowhere else meet here."""


class Paths:
    """``dropped`` is told of every arrow that leads back to where one has been."""

    def __init__(self, graph: Graph, dropped: Callable[[Arrow], None]) -> None:
        self._out: dict[str, list[Arrow]] = {key: list(node.outgoing) for key, node in graph.nodes.items()}
        self._meet: dict[str, str] = {}
        self._depth: dict[str, int] = {END: 0}
        for node in self._last_first(graph, dropped):
            self._place(node)

    def out(self, node: str) -> list[Arrow]:
        return self._out[node]

    def meeting(self, node: str) -> str:
        """The first place every way out of ``node`` comes to, whichever is taken."""
        return self._meet[node]

    def reachable(self, start: str) -> set[str]:
        found, left = {start}, [start]
        while left:
            for arrow in self._out[left.pop()]:
                if arrow.target not in found:
                    found.add(arrow.target)
                    left.append(arrow.target)
        return found

    def _place(self, node: str) -> None:
        """The nearest common place of what follows, all of which is placed already."""
        targets = [arrow.target for arrow in self._out[node]]
        meet = targets[0] if targets else END
        for other in targets[1:]:
            meet = self._common(meet, other)
        self._meet[node], self._depth[node] = meet, self._depth[meet] + 1

    def _common(self, one: str, other: str) -> str:
        while one != other:
            if self._depth[one] < self._depth[other]:
                one, other = other, one
            one = self._meet[one]
        return one

    def _last_first(self, graph: Graph, dropped: Callable[[Arrow], None]) -> list[str]:
        """Every node after all that follow it; arrows back to a node on the way here are cut."""
        done: dict[str, None] = {}
        for root in sorted(graph.nodes, key=lambda key: graph.nodes[key].kind != "startEvent"):
            if root not in done:
                self._walk(root, done, dropped)
        return list(done)

    def _walk(self, root: str, done: dict[str, None], dropped: Callable[[Arrow], None]) -> None:
        here, ahead = [root], {root: list(self._out[root])}
        while here:
            at = here[-1]
            if not ahead[at]:
                done[here.pop()] = None
                continue
            arrow = ahead[at].pop(0)
            if arrow.target in done:
                continue
            if arrow.target in ahead:
                self._out[at].remove(arrow)
                dropped(arrow)
            else:
                here.append(arrow.target)
                ahead[arrow.target] = list(self._out[arrow.target])
