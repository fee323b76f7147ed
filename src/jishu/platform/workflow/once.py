"""The same request twice has the same answer, and leaves its traces once."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from .models import Case

P = ParamSpec("P")


class AlreadyDone(Exception):
    """The same request came before; ``case`` is what it answered. The transaction is given up, nothing is written."""

    def __init__(self, case: Case) -> None:
        self.case = case
        super().__init__(str(case.uid))


def once(service: Callable[P, Case]) -> Callable[P, Case]:
    """Outside of ``command``, so that a repeated request leaves no audit entry either."""

    @wraps(service)
    def run(*args: P.args, **kwargs: P.kwargs) -> Case:
        try:
            return service(*args, **kwargs)
        except AlreadyDone as repeated:
            return repeated.case

    return run
