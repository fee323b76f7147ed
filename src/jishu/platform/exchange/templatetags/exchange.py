"""What the templates of the exchange use: {% load exchange %}."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def entry(known: Mapping[str, str], key: str) -> str:
    """The title of a type, or its name when the system that told of it is gone."""
    return known.get(key, key)
