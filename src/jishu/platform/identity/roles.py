"""The roles people may be granted, by their titles."""

from jishu.platform.contract import Role, contracts, roles


def role_choices() -> list[tuple[str, str]]:
    """Every role that is given by grant; those everyone holds are nobody's to give."""
    return [(role.code, role.title) for role in roles() if not role.everyone]


def roles_by_system() -> list[tuple[str, list[Role]]]:
    """The same under the title of the system that declares them."""
    found = [(one.title, [role for role in one.roles if not role.everyone]) for one in contracts()]
    return [(title, held) for title, held in found if held]


def permitting(permission: str) -> list[str]:
    """The roles that carry a permission."""
    return [role.code for role in roles() if permission in role.permissions]
