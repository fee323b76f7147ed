"""The kinds of rules there are, and what a rule of each kind must say. A rule's code begins with its family's."""

from .asset import ASSET
from .conduct import CONDUCT
from .expense import EXPENSE
from .family import Family
from .office import OFFICE
from .vehicle import VEHICLE

__all__ = ["FAMILIES", "Family", "family_choices", "family_of"]

FAMILIES = {family.code: family for family in (*ASSET, *VEHICLE, *EXPENSE, *OFFICE, *CONDUCT)}


def family_of(code: str) -> Family:
    """KeyError for a rule code of no declared family: a slip of the pen, not a rule that is off."""
    return FAMILIES[".".join(code.split(".")[:2])]


def family_choices() -> list[tuple[str, str]]:
    return [(family.code, family.title) for family in FAMILIES.values()]
