"""借用单 as the platform knows it: form, list, and what can be done to many at once."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet

from jishu.apps.asset import selectors
from jishu.apps.asset.models import Card, Loan
from jishu.platform.contract import INTERNAL, BulkAction, Catalogued, Column, Filter, Resource
from jishu.platform.identity.api import Actor, people_visible_to
from jishu.platform.web.api import fields_of

from . import services


class LoanForm(forms.Form):
    """The thing by its number, as it is read off the label."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._cards = selectors.cards_managed_by(actor, services.ADD)
        people = {"rows": people_visible_to(actor), "is_typed": True, "help_text": "姓名或人员编号。"}
        number = forms.CharField(label="资产编号", max_length=40, help_text="可扫描标签；须是在库的资产。")
        self.fields |= {"card": number} | fields_of(
            Loan, {"borrower": people, "lent_on": {}, "due_on": {}, "purpose": {}}
        )

    def clean_card(self) -> Card:
        found = list(self._cards.filter(number=self.cleaned_data["card"].strip())[:2])
        if len(found) != 1:
            raise forms.ValidationError("您管理的资产中没有这个编号，或有几个单位同用这个编号。")
        return found[0]


class _ReturnForm(forms.Form):
    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= fields_of(Loan, {"condition": {"required": True}})


def _managed(actor: Actor) -> QuerySet[Loan]:
    return services.loans_managed_by(actor)


def _is_out(loan: Loan, values: Mapping[str, Any]) -> str:
    return "" if loan.state == Loan.State.OUT else "不是借出状态。"


def _is_booked(loan: Loan, values: Mapping[str, Any]) -> str:
    return "" if loan.state == Loan.State.BOOKED else "不是预约状态。"


LOANS = Resource(
    model=Loan,
    title="借用归还",
    purpose="谁借了什么、何时应还；预约和借出的时间不会重叠，到期前和超期后自动提醒。",
    rows=services.loans_visible_to,
    columns=(
        Column(path="card__number", title="资产编号", sort=False),
        Column(path="card__name", title="资产名称", sort=False),
        Column(path="state", sort=False),
        Column(path="unit__short_name", title="单位", sort=False),
        Column(path="borrower__name", title="借用人", sort=False),
        Column(path="lent_on", sort=False),
        Column(path="due_on", sort=False),
        Column(path="returned_on", sort=False),
        Column(path="purpose", sort=False),
        Column(path="condition", sort=False, shown=False),
    ),
    filters=(
        Filter(path="state"),
        Filter(path="unit"),
        Filter(path="borrower"),
        Filter(path="lent_on"),
        Filter(path="due_on"),
        Filter(path="card", title="资产"),
    ),
    state="state",
    form=LoanForm,
    create=services.book_loan,
    bulk=(
        BulkAction(name="hand-out", title="交付", run=services.hand_out, rows=_managed, check=_is_booked),
        BulkAction(name="return", title="归还", run=services.take_back, rows=_managed, form=_ReturnForm, check=_is_out),
        BulkAction(name="cancel", title="取消预约", run=services.cancel, rows=_managed, check=_is_booked),
    ),
    sensitivity={"borrower__name": 2},
    personal=("borrower__name",),
    catalogue=Catalogued(code="GW21", condition=INTERNAL, published="2026-11-23"),
    retention="五年",
    exempt={"undo": "借用是已经发生的事，用归还或取消结束。"},
)
