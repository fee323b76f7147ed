"""入职, 调动, 离岗, accounts: one page a deed, opened from the page of the person."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jishu.platform.administration import forms, leaving
from jishu.platform.identity.api import (
    Actor,
    Person,
    amend_person,
    disable_account,
    enable_account,
    factors,
    open_account,
    passwords,
    people_kept_by,
    sessions,
    take_on,
    transfer,
    unlock_account,
)
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.web.api import page


@dataclass(frozen=True, kw_only=True)
class Deed:
    """Something done to a person: by a form, or, without one, by asking once."""

    title: str
    permission: str
    do: Callable[[Actor, Person, dict[str, Any], Any], str]
    form: Callable[..., django_forms.Form] | None = None
    asks: str = ""
    button: str = "确定"


@page("identity.add_person")
def join(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Somebody new: number, name, post."""
    form = forms.JoinForm(actor, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        try:
            person = take_on(actor, code=told["code"], name=told["name"], posting=form.posting, mobile=told["mobile"])
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, f"已登记{person.name}。接下来可以开立账号，并请安全保密管理员授权。")
            return redirect("identity:person-detail", uid=person.uid)
    return render(request, "administration/join.html", {"form": form}, status=422 if form.errors else 200)


@page("identity.view_person")
def person_deed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """?person=…&do=…; Missing for whoever does not look after the person in that respect."""
    deed = DEEDS.get(request.GET.get("do", ""))
    if deed is None:
        raise Missing("没有这个操作。")
    person = _person(actor, deed.permission, request.GET.get("person", ""))
    form = deed.form(actor, request.POST if request.method == "POST" else None) if deed.form else None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            said = deed.do(actor, person, form.cleaned_data if form else {}, form)
        except Refused:
            raise
        except DomainError as error:
            if form is None:
                messages.error(request, error.message)
                return redirect("identity:person-detail", uid=person.uid)
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, said)
            return redirect("identity:person-detail", uid=person.uid)
    context = {"form": form, "person": person, "deed": deed}
    return render(request, "administration/deed.html", context, status=422 if form and form.errors else 200)


def _person(actor: Actor, permission: str, text: str) -> Person:
    if not actor.may(permission):
        raise Refused
    try:
        found = people_kept_by(actor, permission).filter(uid=UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise Missing
    return found


def _transfer(actor: Actor, person: Person, told: dict[str, Any], form: Any) -> str:
    transfer(actor, person=person, posting=form.posting)
    return f"已办理{person.name}的调动；离开原单位的，原单位的授权和分管同时终止。"


def _leave(actor: Actor, person: Person, told: dict[str, Any], form: Any) -> str:
    left = leaving.depart(actor, person=person, on=told["on"])
    if left.frozen_at is not None:
        return f"{person.name}的离岗已经办结，账号已停用，授权已收回。"
    return f"已登记：{person.name}自 {told['on']:%Y年%-m月%-d日} 零时起离岗；接任者已收到“离职交接”待办。"


def _stay(actor: Actor, person: Person, told: dict[str, Any], form: Any) -> str:
    leaving.stay(actor, person=person)
    return f"已取消{person.name}的离岗。"


def _open_account(actor: Actor, person: Person, told: dict[str, Any], form: Any) -> str:
    """The first password is told once, here; nobody can read it afterwards."""
    password = passwords.one_time_password()
    open_account(actor, person=person, username=told["username"], password=password)
    return f"账号 {told['username']} 已开立，初始密码 {password} 只显示这一次，请当面交给本人，并请其登录后立即修改。"


def _reset(actor: Actor, person: Person, told: dict[str, Any], form: Any) -> str:
    _, password = passwords.reset_password(actor, person=person)
    return f"{person.name}的一次性密码 {password} 只显示这一次，请当面交给本人；登录后须立即修改。"


def _remove_factor(actor: Actor, person: Person, told: dict[str, Any], form: Any) -> str:
    factors.remove_factor(actor, person=person, reason=told["reason"])
    return f"{person.name}的动态口令已解除。"


def _mobile(actor: Actor, person: Person, told: dict[str, Any], form: Any) -> str:
    amend_person(actor, person=person, mobile=told["mobile"])
    return "联系方式已保存。"


def _plainly(command: Callable[..., Any], said: str) -> Callable[[Actor, Person, dict[str, Any], Any], str]:
    def do(actor: Actor, person: Person, told: dict[str, Any], form: Any) -> str:
        command(actor, person=person)
        return said.format(person.name)

    return do


DEEDS = {
    "transfer": Deed(
        title="调动", permission="identity.change_person", do=_transfer, form=forms.PostingForm, button="办理调动"
    ),
    "leave": Deed(
        title="登记离岗", permission="identity.change_person", do=_leave, form=forms.LeaveForm, button="登记离岗"
    ),
    "stay": Deed(
        title="取消离岗", permission="identity.change_person", do=_stay, button="取消离岗",
        asks="取消后该人员照常在岗，任职、授权不变。",
    ),
    "mobile": Deed(
        title="登记手机号码", permission="identity.change_person", do=_mobile, form=forms.MobileForm, button="保存"
    ),
    "account": Deed(
        title="开立账号", permission="identity.add_account", do=_open_account, form=forms.AccountForm, button="开立账号"
    ),
    "reset": Deed(
        title="重置密码", permission="identity.reset_password", do=_reset, button="重置密码",
        asks="原密码立即作废，已登录的设备全部退出；请先确认是本人要求。",
    ),
    "sign-out": Deed(
        title="强制退出登录", permission="identity.end_sessions", button="强制退出",
        do=_plainly(sessions.end_sessions_of, "{}已登录的设备已全部退出。"), asks="本人可以用原来的密码重新登录。",
    ),
    "factor": Deed(
        title="解除动态口令", permission="identity.remove_factor", do=_remove_factor, form=forms.ReasonForm,
        button="解除动态口令",
    ),
    "disable": Deed(
        title="停用账号", permission="identity.change_account", do=_plainly(disable_account, "{}的账号已停用。"),
        asks="停用后该人员立即不能使用平台；授权保留，启用后恢复。", button="停用账号",
    ),
    "enable": Deed(
        title="启用账号", permission="identity.change_account", do=_plainly(enable_account, "{}的账号已启用。"),
        asks="启用后该人员可以用原来的密码登录。", button="启用账号",
    ),
    "unlock": Deed(
        title="解除锁定", permission="identity.change_account", do=_plainly(unlock_account, "{}的账号已解除锁定。"),
        asks="账号因连续输错密码而锁定；请先确认是本人操作。", button="解除锁定",
    ),
}  # fmt: skip
