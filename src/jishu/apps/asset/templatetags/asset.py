"""What templates of the asset system may use: {% load asset %}."""

from django import template

register = template.Library()


@register.filter
def months(value: int) -> str:
    """72 → 6 年, 75 → 6 年 3 个月."""
    years, rest = divmod(value, 12)
    return " ".join(filter(None, (f"{years} 年" if years else "", f"{rest} 个月" if rest or not years else "")))
