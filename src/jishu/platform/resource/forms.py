"""Forms of what a person keeps about a list."""

from typing import Any

from django import forms

from jishu.platform.identity.api import Actor, Unit
from jishu.platform.web.api import fields_of

from .habits import units_to_share_with
from .models import SavedView


class ViewForm(forms.Form):
    """Sharing is offered to those alone who may share."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = [unit.pk for unit in units_to_share_with(actor)]
        options: dict[str, dict[str, Any]] = {"title": {}}
        if units:
            options["unit"] = {"rows": Unit.objects.filter(pk__in=units), "empty_label": "只给自己用"}
        self.fields |= fields_of(SavedView, options)
