"""Where the pages of a resource stand."""

from typing import Any

from django.urls import reverse

from jishu.platform.contract import Resource
from jishu.platform.web.api import address_of


def address(resource: Resource, page: str, **key: Any) -> str:
    """``page``: list, detail, add, edit, export, choices, import, import-job, …"""
    name = f"{resource.app}:{resource.name}-{page}"
    return reverse(name, kwargs=key) if key else address_of(name)
