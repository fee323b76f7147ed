"""What an examination finds: how bad it is, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    GOOD = "正常"
    CARE = "注意"
    BAD = "异常"


@dataclass(frozen=True)
class Finding:
    """``remedy`` is empty when all is well."""

    title: str
    state: State
    said: str
    remedy: str = ""
