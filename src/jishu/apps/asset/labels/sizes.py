"""The sizes labels come in, read from the data that ships with the package."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Size:
    """Lengths in millimetres."""

    code: str
    title: str
    kind: str
    page: tuple[float, float]
    label: tuple[float, float]
    columns: int
    rows: int
    margin: tuple[float, float]
    gap: tuple[float, float]

    @property
    def per_page(self) -> int:
        return self.columns * self.rows

    @property
    def fits(self) -> bool:
        """Whether so many labels find room on the page."""
        across = self.margin[0] + self.columns * self.label[0] + (self.columns - 1) * self.gap[0]
        down = self.margin[1] + self.rows * self.label[1] + (self.rows - 1) * self.gap[1]
        return across <= self.page[0] and down <= self.page[1]


@cache
def sizes() -> dict[str, Size]:
    text = files(__package__).joinpath("data/sizes.toml").read_text(encoding="utf-8")
    return {code: Size(code=code, **_tuples(told)) for code, told in tomllib.loads(text).items()}


def _tuples(told: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
