"""Addresses without parameters are worked out once: a page names some thirty of them, and ``reverse`` takes 0.1 ms."""

from functools import cache
from typing import Any

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as parse_url
from django.urls import reverse

register = template.Library()


@cache
def address_of(name: str) -> str:
    """The address of ``name``, which must take no parameters."""
    return reverse(name)


class _Fixed(template.Node):
    def __init__(self, name: str) -> None:
        self.name = name

    def render(self, context: Context) -> str:
        return address_of(self.name)


@register.tag
def url(parser: Parser, token: Token) -> template.Node:
    """Django's own ``url``, but for a name written out and alone."""
    node: Any = parse_url(parser, token)
    name = node.view_name.var if isinstance(node, URLNode) else None
    is_alone = isinstance(name, str) and not (node.args or node.kwargs or node.asvar)
    return _Fixed(str(name)) if is_alone else node
