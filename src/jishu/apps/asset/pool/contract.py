"""What the pool adds to the contract of the asset system."""

from jishu.platform.contract import Catalogued, Column, Filter, Page, Resource

from . import panels, selectors, views
from .applications import ASKING, LISTING
from .models import PoolListing

LISTINGS = Resource(
    model=PoolListing,
    title="公物仓",
    purpose="各单位闲置而还能用的资产，挂牌期内先申请的单位先得；新购之前先到这里找。",
    rows=selectors.listings_visible_to,
    columns=(
        Column(path="name", sort=False),
        Column(path="state", sort=False),
        Column(path="card__category__name", title="资产分类", sort=False),
        Column(path="card__spec", title="规格型号", sort=False),
        Column(path="unit__short_name", title="提供单位", sort=False),
        Column(path="condition", sort=False),
        Column(path="worth", sort=False),
        Column(path="place", sort=False),
        Column(path="until", sort=False),
        Column(path="form", sort=False, shown=False),
        Column(path="source", sort=False, shown=False),
        Column(path="card__acquired_on", title="取得日期", sort=False, shown=False),
        Column(path="allocated_to__short_name", title="调剂给", sort=False, shown=False),
        Column(path="allocated_on", sort=False, shown=False),
    ),
    filters=(
        Filter(path="state"), Filter(path="card__category", title="资产分类"), Filter(path="unit"),
        Filter(path="source"), Filter(path="allocated_to"), Filter(path="allocated_on"),
    ),
    state="state",
    panels={"申领与撤牌": panels.asking},
    opens_with="申领与撤牌",
    share="无条件共享",
    catalogue=Catalogued(code="GW14", cycle="实时", published="2026-11-23"),
    exempt={"scoped": "公物仓供各单位互相调剂，人人可以查看。"},
    retention="调剂后十年",
)  # fmt: skip

RESOURCES = (LISTINGS,)
ITEMS = (LISTING, ASKING)
PAGES = (
    Page(title="公物仓节约资金", path="pool/saved/", view=views.pool_saved),
    Page(title="公物仓撤牌", path="pool/withdraw/", view=views.pool_withdraw, in_menu=False),
)
EVERYONE = (selectors.VIEW,)
KEEP = (selectors.VIEW, selectors.CHANGE, ASKING.permission)
