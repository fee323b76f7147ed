"""Everything the platform needs to know about the asset system (资产)."""

from jishu.platform.contract import Catalogued, Column, Contract, EventHandler, Filter, Page, Resource, Role

from . import bulk, events, forms, handlers, imports, reference, requisition, selectors, services, views
from .counting import contract as counting
from .labels import contract as labels
from .models import Card, Category
from .supplies import contract as supplies

CATEGORIES = Resource(
    model=Category,
    title="资产分类",
    purpose="《固定资产等资产基础分类与代码》(GB/T 14885-2022)的分类;旧代码供历史台账对照。",
    rows=selectors.categories_visible_to,
    columns=(
        Column(path="code"),
        Column(path="name", sort=False),
        Column(path="parent__name", title="上级分类", sort=False),
        Column(path="measure", sort=False),
        Column(path="old_code", sort=False),
        Column(path="is_verified", sort=False),
    ),
    filters=(Filter(path="is_verified"),),
    order="code",
    share="无条件共享",
    catalogue=Catalogued(code="PT11", cycle="其他", published="2026-11-22"),
    exempt={"scoped": "分类是国家标准,各单位共用。"},
)

CARDS = Resource(
    model=Card,
    title="资产台账",
    purpose="一物一卡:查单位、地点、使用人和来历;没有管理职责的人员只看到自己名下的资产。",
    rows=selectors.cards_visible_to,
    columns=(
        Column(path="number"),
        Column(path="name", sort=False),
        Column(path="state", sort=False),
        Column(path="spec", sort=False),
        Column(path="unit__short_name", title="单位", sort=False),
        Column(path="place", sort=False),
        Column(path="user__name", title="使用人", sort=False),
        Column(path="keeper__name", title="管理人", sort=False),
        Column(path="value"),
        Column(path="acquired_on"),
        Column(path="category__name", title="资产分类", sort=False, shown=False),
        Column(path="category__code", title="分类代码", sort=False, shown=False),
        Column(path="department__short_name", title="使用处室", sort=False, shown=False),
        Column(path="serial_number", sort=False, shown=False),
        Column(path="source", sort=False, shown=False),
        Column(path="remark", sort=False, shown=False),
    ),
    filters=(
        Filter(path="state"),
        Filter(path="category"),
        Filter(path="unit"),
        Filter(path="department"),
        Filter(path="user"),
        Filter(path="keeper"),
        Filter(path="place"),
        Filter(path="value"),
        Filter(path="acquired_on"),
    ),
    search="search",
    state="state",
    form=forms.CardForm,
    create=services.register_card,
    update=services.amend_card,
    imports=imports.LEDGER,
    bulk=(*bulk.ACTIONS, *labels.BULK),
    sensitivity={"user__name": 2, "keeper__name": 2},
    personal=("user__name", "keeper__name"),
    share="有条件共享",
    catalogue=Catalogued(
        code="GW12",
        condition="本级财政部门为国有资产管理和年报使用,限本级各单位的卡片,不含使用人和管理人。",
        cycle="每日",
        published="2026-11-22",
    ),
    retention="资产处置后十年",
)

CONTRACT = Contract(
    code="asset",
    title="资产管理",
    group="资产",
    owner="机关事务中心资产科",
    version="0.1.0",
    roles=(
        Role(
            code="asset.staff",
            title="申请人",
            permissions=(
                "asset.view_card",
                "asset.view_category",
                "asset.apply_requisition",
                *counting.EVERYONE,
                *supplies.EVERYONE,
            ),
            everyone=True,
        ),
        Role(
            code="asset.keeper",
            title="资产管理员",
            permissions=(
                "asset.view_card",
                "asset.add_card",
                "asset.change_card",
                "asset.import_card",
                *counting.KEEP,
                *labels.KEEP,
                *supplies.KEEP,
            ),
        ),
        Role(code="asset.leader", title="单位负责人", permissions=("asset.view_card", *counting.LOOK, *supplies.LOOK)),
        Role(
            code="asset.office",
            title="机关事务资产科",
            # The units and people of the whole district are theirs to name on a card and to filter by.
            permissions=(
                "asset.view_card",
                "asset.add_card",
                "asset.change_card",
                "asset.import_card",
                "identity.view_unit",
                "identity.view_person",
                *counting.KEEP,
                *labels.KEEP,
                *supplies.KEEP,
            ),
        ),
    ),
    items=(requisition.ITEM, *counting.ITEMS, *supplies.ITEMS),
    resources=(CARDS, CATEGORIES, *counting.RESOURCES, *supplies.RESOURCES),
    pages=(Page(title="扫码查资产", path="scan/", view=views.scan), *counting.PAGES, *labels.PAGES, *supplies.PAGES),
    events=events.TYPES,
    handlers=(
        EventHandler(
            key="asset.handing_over",
            title="人员离岗时提醒交接资产",
            types=("identity.person_left",),
            handle=handlers.ask_for_handing_over,
        ),
    ),
    sync=reference.sync,
)
