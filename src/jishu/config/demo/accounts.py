"""Who may sign in to the demo, for people and for programs to read."""

from dataclasses import asdict, dataclass
from unicodedata import east_asian_width

from jishu.platform.identity.api import Account

from .district import District
from .organisation import PASSWORD


@dataclass(frozen=True)
class Known:
    """One account as it is printed."""

    username: str
    password: str
    role: str
    name: str
    unit: str
    post: str


def accounts(district: District) -> list[Known]:
    """Those that are in the database; none on one that holds a real organisation."""
    there = set(Account.objects.values_list("username", flat=True))
    return [
        Known(
            username=login.username,
            password=PASSWORD,
            role=login.title,
            name=login.employee.name,
            unit=login.employee.agency.short_name,
            post=f"{login.employee.department.name if login.employee.department else ''}{login.employee.post}",
        )
        for login in district.logins
        if login.username in there
    ]


def as_table(known: list[Known]) -> list[str]:
    """Lines with aligned columns; a Chinese character is as wide as two others."""
    rows = [("账号", "密码", "角色", "姓名", "单位", "职务"), *(tuple(asdict(one).values()) for one in known)]
    widths = [max(_width(row[at]) for row in rows) for at in range(len(rows[0]))]
    return [
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _width(text: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
