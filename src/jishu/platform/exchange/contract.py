"""Telling other systems of events, as the platform's own system declares it."""

from jishu.platform.contract import INTERNAL, Catalogued, Column, Contract, Filter, Page, Resource, Role

from . import forms, handling, panels, selectors, services, views
from .models import Delivery, Reader, Subscription

SUBSCRIPTIONS = Resource(
    model=Subscription,
    title="推送订阅",
    purpose="哪些系统在接收平台的事件：接收地址、单位范围、推送是否正常。",
    rows=selectors.subscriptions_visible_to,
    columns=(
        Column(path="system", sort=False),
        Column(path="name", sort=False),
        Column(path="state", sort=False),
        Column(path="unit__short_name", title="单位范围", sort=False),
        Column(path="url", sort=False),
        Column(path="algorithm", sort=False, shown=False),
        Column(path="reason", sort=False),
    ),
    filters=(Filter(path="state"), Filter(path="unit")),
    state="state",
    form=forms.SubscriptionForm,
    create=services.register_subscription,
    update=services.amend_subscription,
    catalogue=Catalogued(code="PT80", condition=INTERNAL, published="2026-11-23"),
    panels={"推送与密钥": panels.pushing, "最近投递": panels.deliveries},
)

DELIVERIES = Resource(
    model=Delivery,
    title="投递记录",
    purpose="每一条推送：送到了没有、试了几次、对方怎么应答。",
    rows=selectors.deliveries_visible_to,
    columns=(
        Column(path="subscription__name", title="接收系统", sort=False),
        Column(path="number", sort=False),
        Column(path="type", sort=False),
        Column(path="subject", sort=False, shown=False),
        Column(path="state", sort=False),
        Column(path="tries", sort=False),
        Column(path="created_at", title="生成时间", sort=False),
        Column(path="ended_at", title="结束时间", sort=False),
        Column(path="reason", sort=False, shown=False),
    ),
    filters=(Filter(path="state"), Filter(path="subscription__state", title="订阅状态"), Filter(path="type")),
    state="state",
    catalogue=Catalogued(code="PT81", condition=INTERNAL, published="2026-11-23"),
    panels={"投递经过": panels.attempts, "事件内容": panels.content},
    retention="事件到期后一并删除",
)

READERS = Resource(
    model=Reader,
    title="事件处理",
    purpose="平台自己的各个系统听到事件后做什么、做到哪里；停下的须查明原因后重试。",
    rows=selectors.readers_visible_to,
    columns=(
        Column(path="title", sort=False),
        Column(path="stream", sort=False),
        Column(path="state", sort=False),
        Column(path="seq", sort=False),
        Column(path="tries", sort=False),
        Column(path="handler", sort=False, shown=False),
        Column(path="due_at", sort=False, shown=False),
        Column(path="reason", sort=False, shown=False),
    ),
    filters=(Filter(path="state"),),
    state="state",
    catalogue=Catalogued(code="PT82", condition=INTERNAL, published="2026-11-23"),
    panels={"处理": panels.parked},
    exempt={"scoped": "事件处理是平台自身的运行状况，不按单位划分，只有共享交换管理员可以查看。"},
)

CONTRACT = Contract(
    code="exchange",
    title="共享交换",
    group="共享交换",
    owner="机关事务中心",
    version="0.1.0",
    roles=(
        Role(
            code=selectors.MANAGER,
            title="共享交换管理员",
            permissions=(
                "exchange.view_event", "exchange.view_reader", services.CHANGE_READER, "exchange.view_subscription",
                "exchange.add_subscription", services.CHANGE, "exchange.view_delivery", services.CHANGE_DELIVERY,
            ),
        ),
        Role(code="exchange.consumer", title="事件接入方", permissions=("exchange.view_event",)),
    ),
    resources=(SUBSCRIPTIONS, DELIVERIES, READERS),
    pages=(
        Page(title="投递失败", path="dead/", view=views.dead),
        Page(title="生成密钥", path="secret/", view=views.secret, in_menu=False),
        Page(title="推送启停与测试", path="switch/", view=views.switch, in_menu=False),
        Page(title="重试事件处理", path="retry/", view=views.retry, in_menu=False),
    ),
    calls={"exchange.view_event": "按序取事件"},
    sync=handling.enlist,
)  # fmt: skip
