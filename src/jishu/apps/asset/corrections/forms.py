"""The guarded fields of one card as a form, filled with what it says now."""

from typing import Any

from django import forms

from jishu.apps.asset.models import GUARDED, Card, Category, Correction
from jishu.platform.web.api import fields_of


class CorrectionForm(forms.Form):
    def __init__(self, *args: Any, card: Card, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {name: getattr(card, name) for name in GUARDED})
        super().__init__(*args, **kwargs)
        options: dict[str, dict[str, Any]] = {name: {} for name in GUARDED}
        options |= {"category": {"rows": Category.objects.all()}, "value": {"minimum": 0}}
        self.fields |= fields_of(Card, options) | fields_of(Correction, {"reason": {}})
