"""Money: yuan as Decimal, exact to the cent (分)."""

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from .text import Unreadable, normalise

CENT = Decimal("0.01")
LARGEST = Decimal("99999999999999.99")
SCALES = {
    "元": Decimal(1),
    "百元": Decimal(100),
    "千元": Decimal(1_000),
    "万元": Decimal(10_000),
    "百万元": Decimal(1_000_000),
    "亿元": Decimal(100_000_000),
}

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("仟", "佰", "拾", "")
_WRITTEN = re.compile(
    r"(?P<bracket>\()?(?P<sign>[-+])?(?:¥|RMB|CNY|人民币|\s)*(?P<sign2>[-+])?"
    r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+(?:\.\d*)?|\.\d+)"
    r"\s*(?P<unit>[百千万亿]*)(?:元|圆|块)?(?:整|正)?(?(bracket)\))",
    re.IGNORECASE,
)
_PUNCTUATION = str.maketrans("，（）￥−–—", ",()¥---")
_UNITS = {"": Decimal(1)} | {unit.removesuffix("元"): scale for unit, scale in SCALES.items()}


class NotMoney(Unreadable):
    """What was written is not an amount that can be kept."""


def parse_money(written: str | int | Decimal, *, scale: Decimal = SCALES["元"], negative: bool = False) -> Decimal:
    """Read ￥6,888.50元 or 1.2万元. ``scale`` applies to bare numbers in a column headed 万元."""
    if isinstance(written, int | Decimal):
        return to_the_cent(Decimal(written) * scale, negative=negative)
    text = normalise(written).translate(_PUNCTUATION)
    found = _WRITTEN.fullmatch(text)
    if not found or (found["unit"] not in _UNITS):
        raise NotMoney(f"“{written}”不是金额，请填写如 6888.50 的数字。")
    amount = Decimal(found["number"].replace(",", ""))
    amount *= _UNITS[found["unit"]] if found["unit"] or text.rstrip("整正)").endswith(("元", "圆", "块")) else scale
    if found["bracket"] or "-" in (found["sign"], found["sign2"]):
        amount = -amount
    return to_the_cent(amount, negative=negative)


def to_the_cent(amount: Decimal, *, negative: bool = False) -> Decimal:
    """The same amount with two decimals, or a sentence why it cannot be kept. Never rounds."""
    if not amount.is_finite() or abs(amount) > LARGEST:
        raise NotMoney("金额过大，最多到十万亿位。")
    exact = amount.quantize(CENT)
    if exact != amount:
        raise NotMoney(f"金额 {amount.normalize():f} 元超过两位小数，请精确到分。")
    if exact < 0 and not negative:
        raise NotMoney(f"金额 {exact} 元是负数，此处不能填负数。")
    return exact + 0  # -0.00 becomes 0.00


def format_money(amount: Decimal) -> str:
    return f"{'-' if amount < 0 else ''}¥{abs(amount):,.2f}"


def split_money(total: Decimal, among: int | Sequence[int | Decimal]) -> list[Decimal]:
    """Divide into equal parts, or by weights; the cents left over go to the largest remainders, earliest first."""
    weights = [Fraction(1)] * among if isinstance(among, int) else [Fraction(weight) for weight in among]
    whole = sum(weights)
    if not weights or whole <= 0 or min(weights) < 0:
        raise ValueError("Weights must not be negative and must add up to more than nothing.")
    cents = int(to_the_cent(abs(total)) / CENT)
    shares = [cents * weight / whole for weight in weights]
    parts = [int(share) for share in shares]
    by_remainder = sorted(range(len(parts)), key=lambda at: parts[at] - shares[at])
    for at in by_remainder[: cents - sum(parts)]:
        parts[at] += 1
    sign = -1 if total < 0 else 1
    return [sign * part * CENT for part in parts]


def money_in_words(amount: Decimal) -> str:
    """大写金额, as bills and receipts need it: 6888.50 → 陆仟捌佰捌拾捌元伍角整."""
    cents = int(to_the_cent(abs(amount)) / CENT)
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    words = "负" if amount < 0 else ""
    if yuan or not cents:
        words += (_whole_in_words(yuan) or "零") + "元"
    if jiao:
        words += _DIGITS[jiao] + "角"
    if not fen:
        return words + "整"
    return words + ("零" if yuan and not jiao else "") + _DIGITS[fen] + "分"


def _whole_in_words(number: int) -> str:
    for unit, size in (("亿", 10**8), ("万", 10**4)):
        if number >= size:
            high, low = divmod(number, size)
            gap = "零" if 0 < low < size // 10 else ""
            return _whole_in_words(high) + unit + gap + _whole_in_words(low)
    words = "".join(
        _DIGITS[int(digit)] + place if digit != "0" else "零"
        for digit, place in zip(f"{number:04}", _PLACES, strict=True)
    )
    return re.sub("零+", "零", words).strip("零")
