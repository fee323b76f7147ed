"""Where the pages of a resource stand."""

from typing import Any

from django.urls import reverse

from jishu.platform.contract import Resource


def address(resource: Resource, page: str, **key: Any) -> str:
    """``page``: list, detail, add, edit, export, choices, import, import-job, …"""
    return reverse(f"{resource.app}:{resource.name}-{page}", kwargs=key)
