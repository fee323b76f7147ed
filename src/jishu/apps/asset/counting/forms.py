"""Forms of a stocktake. What a field is called and may hold, the models say."""

from typing import Any

from django import forms

from jishu.apps.asset.models import Category
from jishu.platform.identity.api import Actor, Person, Unit, open_units, people_visible_to, written
from jishu.platform.web.api import NamedField, fields_of

from . import selectors
from .models import Campaign, CountLine, Surplus


class CampaignForm(forms.Form):
    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = open_units().filter(actor.scope(selectors.CHANGE).within("agency"))
        agencies = units.filter(kind=Unit.Kind.AGENCY)
        self.fields |= fields_of(
            Campaign,
            {
                "title": {},
                "unit": {"rows": agencies},
                "department": {"rows": units.filter(kind=Unit.Kind.DEPARTMENT)},
                "category": {"rows": Category.objects.all()},
                "place": {},
                "due_on": {},
                "self_check": {},
            },
        )
        self.initial.setdefault("self_check", True)
        if len(only := agencies[:2]) == 1:
            self.initial.setdefault("unit", only[0])


class LineForm(forms.Form):
    """What the keeper establishes about one thing."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= fields_of(CountLine, {"result": {}, "seen_place": {}, "reason": {}})


class ResultForm(forms.Form):
    """The same for many at once: there, or missing for one reason."""

    result = forms.ChoiceField(
        label="盘点结果", choices=[("found", "账实相符"), ("missing", "盘亏"), ("pending", "未盘")]
    )
    reason = forms.CharField(label="原因", max_length=200, required=False, help_text="盘亏须写明原因。")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("result") == "missing" and not values.get("reason"):
            self.add_error("reason", "盘亏须写明原因。")
        return values


class SurplusForm(forms.Form):
    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        counting = selectors.campaigns_managed_by(actor).filter(state=Campaign.State.COUNTING).order_by("-id")
        self.fields |= fields_of(
            Surplus,
            {
                "campaign": {"rows": counting},
                "name": {},
                "category": {"rows": Category.objects.all()},
                "spec": {},
                "code": {},
                "place": {},
                "value": {"minimum": 1},
                "reason": {},
            },
        )


class CountersForm(forms.Form):
    """Several people in one box, one a line, each by name or number."""

    people = forms.CharField(
        label="盘点人", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="每行一人，写姓名或人员编号。盘点人可以在手机上扫码盘点本单位这次的资产。",
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, people: list[Person] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.one = NamedField(rows=people_visible_to(actor), noun="人员", required=False)
        if people is not None:
            self.initial["people"] = "\n".join(written(person) for person in people)

    def clean_people(self) -> list[Person]:
        """Each line by the same rules as any other box that names a person."""
        lines = [line for line in self.cleaned_data["people"].splitlines() if line.strip()]
        found = [self.one.clean(line) for line in lines[:200]]
        return list({person.pk: person for person in found if person is not None}.values())
