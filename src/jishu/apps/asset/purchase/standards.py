"""What the standards (配置标准) say of so many things of a class for so many people. No database."""

import re
from collections.abc import Mapping
from decimal import Decimal

from jishu.platform.lib.money import format_money
from jishu.platform.standards.api import Ruling

EQUIPMENT, FURNITURE, POOL = "asset.equipment", "asset.furniture", "asset.equipment_pool"
# Which printers count towards which of the joint limits (财资〔2016〕27号).
POOLS: Mapping[str, tuple[str, ...]] = {
    f"{POOL}.printer_all": tuple(
        f"{EQUIPMENT}.printer_{one}" for one in ("a4_mono", "a4_color", "a3_mono", "a3_color")
    ),
    f"{POOL}.printer_a3": (f"{EQUIPMENT}.printer_a3_mono", f"{EQUIPMENT}.printer_a3_color"),
    f"{POOL}.printer_color": (f"{EQUIPMENT}.printer_a4_color", f"{EQUIPMENT}.printer_a3_color"),
}
_A_HEAD = re.compile(r"(\d+)\s*\w?/人")


def pools_of(code: str) -> list[str]:
    return [pool for pool, members in POOLS.items() if code in members]


def members_of(code: str) -> tuple[str, ...]:
    """The standards whose things are counted together under this one."""
    return POOLS.get(code, (code,))


def most_for(ruling: Ruling, heads: int) -> int | None:
    """数量上限; less than one counts as one. None where the standard sets no number one could work out."""
    each = ruling.parameters.get("per_head")
    if each is None and (said := _A_HEAD.fullmatch(str(ruling.parameters.get("quantity") or ""))):
        each = Decimal(said[1])
    return max(int(each * heads), 1) if each is not None else None


def dearest(ruling: Ruling) -> Decimal | None:
    """单价上限; where ranks have their own, the highest: whose desk it will be is not known yet."""
    if (price := ruling.parameters.get("price_max")) is not None:
        return Decimal(price)
    return max((row["price_max"] for row in ruling.parameters.get("prices") or ()), default=None)


def over_price(ruling: Ruling, name: str, price: Decimal) -> str:
    limit = dearest(ruling)
    if limit is None or price <= limit:
        return ""
    return f"{name}单价 {format_money(price)}，超过上限 {format_money(limit)}。{ruling.sentence}"


def over_number(ruling: Ruling, *, heads: int, held: int, pending: int, asked: int) -> str:
    most = most_for(ruling, heads)
    if most is None or held + pending + asked <= most:
        return ""
    beyond = held + pending + asked - most
    return (
        f"{ruling.title}按在岗 {heads} 人最多 {most}，现有 {held}、申购在办和待到货 {pending}、本次 {asked}，"
        f"超出 {beyond}。{ruling.sentence}"
    )
