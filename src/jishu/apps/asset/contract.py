"""Everything the platform needs to know about the asset system (资产)."""

from jishu.platform.contract import INTERNAL, Catalogued, Column, Contract, EventHandler, Filter, Page, Resource, Role

from . import bulk, events, forms, handlers, imports, reference, requisition, selectors, services, views, waiting
from .acceptance.contract import ACCEPTANCES, ACCEPTED
from .acceptance.views import accept, settle_acceptance
from .annual import contract as annual
from .categories import panels
from .corrections import contract as corrections
from .corrections import panels as correction_panels
from .counting import contract as counting
from .depreciation import panels as depreciation_panels
from .depreciation.reading import closings_visible_to
from .depreciation.views import depreciation
from .disposal import item as disposal
from .disposal.contract import DISPOSALS
from .disposal.views import disposal_certificate, pay_disposal
from .handover import item as handover
from .labels import contract as labels
from .lending.contract import LOANS
from .lending.views import loan_calendar
from .menu import MENU
from .metrics import METRICS
from .models import Card, Category, Closing, OldCode
from .photos import contract as photos
from .photos import panels as photo_panels
from .pool import contract as pool
from .purchase import contract as purchase
from .repair import contract as repair
from .repair import panels as repair_panels
from .reports import contract as reports
from .risks.contract import RISKS
from .supplies import contract as supplies
from .transfer import contract as transfer
from .transfer import panels as transfer_panels

CATEGORIES = Resource(
    model=Category,
    title="资产分类",
    purpose="《固定资产等资产基础分类与代码》（GB/T 14885-2022）的分类；旧代码供历史台账对照。",
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
    panels={"管理规则": panels.rules, "2010版代码": panels.old_codes},
    exempt={"scoped": "分类是国家标准，各单位共用。"},
)

OLD_CODES = Resource(
    model=OldCode,
    title="新旧代码对照",
    purpose="GB/T 14885-2010 的代码在2022版中归入哪一类；旧台账按此导入。",
    rows=selectors.old_codes_visible_to,
    columns=(
        Column(path="code", sort=False),
        Column(path="name", sort=False),
        Column(path="category__code", title="2022版代码", sort=False),
        Column(path="category__name", title="2022版分类", sort=False),
        Column(path="note", sort=False),
    ),
    filters=(Filter(path="category"),),
    order="id",
    share="无条件共享",
    catalogue=Catalogued(code="PT14", cycle="其他", published="2026-11-23"),
    exempt={"scoped": "分类是国家标准，各单位共用。"},
)

CARDS = Resource(
    model=Card,
    title="资产台账",
    purpose="一物一卡：查单位、地点、使用人和来历；没有管理职责的人员只看到自己名下的资产。",
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
        Column(path="funding", sort=False, shown=False),
        Column(path="voucher_number", sort=False, shown=False),
        Column(path="finance_number", sort=False, shown=False),
        Column(path="warranty_until", sort=False, shown=False),
        Column(path="life_months", sort=False, shown=False),
        Column(path="use_months", sort=False, shown=False),
        Column(path="idle_since", sort=False, shown=False),
        Column(path="photo", sort=False, shown=False, is_picture=True),
        Column(path="accumulated", title="累计折旧（上月末，元）", sort=False, shown=False),
        Column(path="net", title="净值（上月末，元）", sort=False, shown=False),
    ),
    filters=(
        Filter(path="state"),
        Filter(path="category"),
        Filter(path="category__code", title="分类代码"),
        Filter(path="unit"),
        Filter(path="department"),
        Filter(path="user"),
        Filter(path="keeper"),
        Filter(path="place"),
        Filter(path="value"),
        Filter(path="acquired_on"),
        Filter(path="source"),
        Filter(path="idle_since"),
    ),
    search="search",
    state="state",
    form=forms.CardForm,
    create=services.register_card,
    update=services.amend_card,
    imports=imports.LEDGER,
    bulk=(*bulk.ACTIONS, *labels.BULK),
    applies=("ZC-05", "ZC-07", "ZC-01"),
    panels={
        "照片": photo_panels.of_card,
        "折旧": depreciation_panels.of_card,
        "调拨": transfer_panels.of_card,
        "维修": repair_panels.of_card,
        "变更申请": correction_panels.of_card,
    },
    sensitivity={"user__name": 2, "keeper__name": 2},
    personal=("user__name", "keeper__name"),
    share="有条件共享",
    catalogue=Catalogued(
        code="GW12",
        condition="本级财政部门为国有资产管理和年报使用，限本级各单位的卡片，不含使用人和管理人。",
        cycle="每日",
        published="2026-11-22",
    ),
    retention="资产处置后十年",
)

CLOSINGS = Resource(
    model=Closing,
    title="折旧结账记录",
    purpose="各单位各月折旧的结账和反结账；金额与折旧表、资产卡片出自同一算法。",
    rows=closings_visible_to,
    columns=(
        Column(path="month", sort=False),
        Column(path="unit__short_name", title="单位", sort=False),
        Column(path="state", sort=False),
        Column(path="cards", sort=False),
        Column(path="amount", sort=False),
        Column(path="accumulated", sort=False),
        Column(path="closed_by__name", title="结账人", sort=False),
        Column(path="created_at", title="结账时间", sort=False),
    ),
    filters=(Filter(path="unit"), Filter(path="month"), Filter(path="state")),
    state="state",
    panels={"凭证": depreciation_panels.of_closing},
    sensitivity={"closed_by__name": 2},
    personal=("closed_by__name",),
    catalogue=Catalogued(code="GW18", condition=INTERNAL, published="2026-11-23"),
    retention="三十年",
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
                "asset.view_oldcode",
                "asset.view_loan",
                "asset.apply_requisition",
                *counting.EVERYONE,
                *supplies.EVERYONE,
                *pool.EVERYONE,
                *purchase.EVERYONE,
                handover.APPLY,
                *repair.EVERYONE,
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
                "asset.view_depreciation",
                "asset.view_closing",
                "asset.close_depreciation",
                "asset.view_acceptance",
                "asset.add_acceptance",
                "insight.view_metric",
                *counting.KEEP,
                *labels.KEEP,
                *supplies.KEEP,
                *reports.LOOK,
                *annual.KEEP,
                *corrections.KEEP,
                "asset.apply_disposal",
                "asset.view_disposal",
                "asset.pay_disposal",
                "asset.view_loan",
                "asset.add_loan",
                "asset.change_loan",
                *pool.KEEP,
                *purchase.KEEP,
                *transfer.KEEP,
                *repair.LOOK,
            ),
        ),
        Role(
            code="asset.leader",
            title="单位负责人",
            permissions=(
                "asset.view_card",
                "asset.view_depreciation",
                "asset.view_closing",
                "asset.view_disposal",
                "asset.confirm_reopening",
                "risk.view_alert",
                "risk.view_watch",
                "insight.view_metric",
                *counting.LOOK,
                *supplies.LOOK,
                *purchase.KEEP,
                *transfer.LOOK,
                *repair.LOOK,
                *reports.LOOK,
                *annual.LOOK,
                *corrections.LOOK,
            ),
        ),
        Role(
            code="asset.verifier",
            title="资产风险核实人",
            # Whoever verifies must be able to open what the evidence leads to.
            permissions=(
                "risk.view_alert",
                "risk.view_watch",
                "risk.verify_alert",
                "risk.close_alert",
                "asset.view_card",
                "asset.view_acceptance",
                "asset.view_disposal",
                "insight.view_metric",
                *counting.LOOK,
            ),
        ),
        Role(
            code="asset.office",
            title="机关事务资产科",
            # The units and people of the whole district are theirs to name on a card and to filter by.
            permissions=(
                "asset.view_card",
                "asset.add_card",
                "asset.change_card",
                "asset.import_card",
                "asset.view_depreciation",
                "asset.view_closing",
                "asset.close_depreciation",
                "asset.view_acceptance",
                "asset.add_acceptance",
                "asset.apply_disposal",
                "asset.view_disposal",
                "asset.pay_disposal",
                "asset.view_loan",
                "asset.add_loan",
                "asset.change_loan",
                "asset.confirm_reopening",
                "identity.view_unit",
                "identity.view_person",
                "risk.view_alert",
                "risk.view_watch",
                "insight.view_metric",
                *counting.KEEP,
                *labels.KEEP,
                *supplies.KEEP,
                *reports.LOOK,
                *annual.OFFICE,
                *corrections.KEEP,
                *pool.KEEP,
                *purchase.KEEP,
                *transfer.KEEP,
                *repair.LOOK,
            ),
        ),
    ),
    items=(
        *purchase.ITEMS,
        requisition.ITEM,
        *transfer.ITEMS,
        handover.ITEM,
        *repair.ITEMS,
        disposal.ITEM,
        *counting.ITEMS,
        *supplies.ITEMS,
        *pool.ITEMS,
    ),
    resources=(
        CARDS,
        CATEGORIES,
        OLD_CODES,
        CLOSINGS,
        ACCEPTANCES,
        DISPOSALS,
        LOANS,
        *counting.RESOURCES,
        *supplies.RESOURCES,
        *pool.RESOURCES,
        *purchase.RESOURCES,
        *transfer.RESOURCES,
        *repair.RESOURCES,
        *reports.RESOURCES,
        *corrections.RESOURCES,
    ),
    pages=(
        Page(title="扫码查资产", path="scan/", view=views.scan),
        Page(title="验收入库", path="acceptance/new/", view=accept, fields=ACCEPTED),
        Page(title="验收单办理", path="acceptance/settle/", view=settle_acceptance, in_menu=False),
        Page(title="处置凭证", path="disposal/certificate/", view=disposal_certificate, in_menu=False),
        Page(title="上缴处置收入", path="disposal/pay/", view=pay_disposal, in_menu=False),
        Page(title="折旧", path="depreciation/", view=depreciation),
        Page(title="借用日历", path="loan/calendar/", view=loan_calendar),
        *counting.PAGES,
        *labels.PAGES,
        *supplies.PAGES,
        *pool.PAGES,
        *reports.PAGES,
        *annual.PAGES,
        *corrections.PAGES,
        *photos.PAGES,
    ),
    menu=MENU,
    events=events.TYPES,
    handlers=(
        EventHandler(
            key="asset.handing_over",
            title="人员离岗时提醒交接资产",
            types=("identity.person_left",),
            handle=handlers.ask_for_handing_over,
        ),
    ),
    left_with=selectors.left_with,
    risks=RISKS,
    metrics=METRICS,
    waiting=waiting.waiting,
    sync=reference.sync,
)
