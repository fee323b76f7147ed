"""Messages, as the platform's own system declares them."""

from jishu.platform.contract import INTERNAL, Catalogued, Column, Contract, Filter, Page, Resource, Role

from . import forms, panels, selectors, services, views
from .models import Dispatch, Template

TEMPLATES = Resource(
    model=Template,
    title="消息模板",
    purpose="消息发到平台之外时的措辞，按类别和渠道分别设定。",
    rows=selectors.templates_visible_to,
    columns=(
        Column(path="kind", sort=False),
        Column(path="channel", sort=False),
        Column(path="title", sort=False),
        Column(path="body", sort=False, shown=False),
    ),
    filters=(Filter(path="kind"), Filter(path="channel")),
    form=forms.TemplateForm,
    update=services.amend_template,
    catalogue=Catalogued(code="PT83", condition=INTERNAL, published="2026-11-23"),
    panels={"预览": panels.preview},
    exempt={"scoped": "模板由全平台共用，只有消息管理员可以查看。"},
)

DISPATCHES = Resource(
    model=Dispatch,
    title="消息外发",
    purpose="邮件和机器人消息送到了没有；看得到收件人和结果，看不到内容。",
    rows=selectors.dispatches_visible_to,
    columns=(
        Column(path="created_at", title="生成时间", sort=False),
        Column(path="message__person__name", title="收件人", sort=False),
        Column(path="message__kind", title="类别", sort=False),
        Column(path="channel", sort=False),
        Column(path="state", sort=False),
        Column(path="tries", sort=False),
        Column(path="reason", sort=False),
        Column(path="ended_at", sort=False, shown=False),
    ),
    filters=(Filter(path="state"), Filter(path="channel")),
    state="state",
    catalogue=Catalogued(code="PT84", condition=INTERNAL, published="2026-11-23"),
    panels={"重发": panels.again},
    sensitivity={"message__person__name": 2},
    personal=("message__person__name",),
)

CONTRACT = Contract(
    code="notify",
    title="消息",
    group="系统管理",
    owner="机关事务中心",
    version="0.2.0",
    roles=(
        Role(
            code="notify.staff",
            title="收件人",
            permissions=("notify.read_message", services.SET),
            everyone=True,
        ),
        Role(
            code="notify.manager",
            title="消息管理员",
            permissions=(
                "notify.view_template", "notify.change_template", "notify.view_dispatch", "notify.change_dispatch",
                "identity.view_person", "identity.view_unit",
            ),
        ),
    ),
    resources=(TEMPLATES, DISPATCHES),
    pages=(
        Page(title="接收设置", path="settings/", view=views.preferences, in_menu=False),
        Page(title="接收地址", path="address/", view=views.address, in_menu=False),
        Page(title="重发", path="again/", view=views.again, in_menu=False),
    ),
    sync=services.enlist_templates,
)  # fmt: skip
