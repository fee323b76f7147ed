"""The components other packages put into their pages."""

import pytest
from django import forms
from django.template.loader import render_to_string

from jishu.platform.portal.templatetags.portal import named_reasons, reasons, thousands


class Asked(forms.Form):
    reason = forms.CharField(label="申领事由", max_length=30, help_text="写明用途。")
    kind = forms.ChoiceField(label="类别", choices=[("", "请选择"), ("a", "甲")])
    amount = forms.IntegerField(label="数量", max_value=5, required=False)
    agreed = forms.BooleanField(label="已核对", required=False)


def shown(field: str, form: forms.Form | None = None) -> str:
    return render_to_string("portal/_field.html", {"field": (form or Asked())[field]})


def test_label_and_hint_come_before_the_control():
    html = shown("reason")

    assert html.index("申领事由") < html.index("写明用途。") < html.index("<input")
    assert 'aria-describedby="id_reason_helptext"' in html


def test_a_missing_value_is_asked_for_by_name():
    form = Asked({})

    assert reasons(form["reason"]) == ["请填写“申领事由”。"]
    assert reasons(form["kind"]) == ["请选择“类别”。"]


def test_a_limit_is_told_with_the_name_of_what_is_limited():
    form = Asked({"reason": "长" * 40, "kind": "a", "amount": "9"})
    assert reasons(form["reason"]) == ["“申领事由”最多 30 个字，现在有 40 个。"]
    assert reasons(form["amount"]) == ["“数量”不能大于 5。"]

    assert named_reasons(Asked({"amount": "九"})["amount"]) == ["数量：输入整数。"]


def test_an_error_is_tied_to_its_control():
    html = shown("amount", Asked({"amount": "9"}))

    assert 'aria-invalid="true"' in html
    assert 'id="id_amount_error"' in html
    assert "id_amount_error" in html.split("aria-describedby=")[1].split(">")[0]


def test_what_the_platform_knows_is_marked():
    form = Asked(initial={"reason": "更换"})
    form.fields["reason"].prefilled_from = "登录人"

    assert "自动带出" in shown("reason", form)


def test_the_summary_leads_to_each_field():
    html = render_to_string("portal/_form_errors.html", {"form": Asked({})})

    assert "还有 2 处需要修改" in html
    assert 'href="#id_reason"' in html


def test_a_form_without_errors_has_no_summary():
    assert render_to_string("portal/_form_errors.html", {"form": Asked()}).strip() == ""


@pytest.mark.parametrize(("count", "told"), [(0, "共 0 条"), (10_000, "共 10\u202f000+ 条")])
def test_counts_are_honest(count, told):
    html = render_to_string("portal/_pager.html", {"count": count, "capped": count >= 10_000, "next": "?after=x"})

    assert told in html


def test_thousands_stand_apart():
    assert thousands(1234567) == "1\u202f234\u202f567"
