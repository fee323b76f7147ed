"""The audit record, and the heads that seal it, as data resources."""

from jishu.platform.contract import INTERNAL, Catalogued, Column, Contract, Filter, Resource

from . import panels, selectors
from .models import Entry, Head

NOT_BY_UNIT = "审计记录不按单位划分，只有安全审计员可以查看。"

ENTRIES = Resource(
    model=Entry,
    title="审计记录",
    purpose="每一次办理和每一次查阅个人信息都在这里留有记录，只增不改，每分钟封存签名。",
    rows=selectors.entries_visible_to,
    columns=(
        Column(path="at", sort=False),
        Column(path="actor_name", sort=False),
        Column(path="summary", sort=False),
        Column(path="kind", sort=False),
        Column(path="verb", sort=False, shown=False),
        Column(path="request_id", sort=False),
        Column(path="actor_uid", sort=False, shown=False),
        Column(path="agency_uid", title="操作人单位标识", sort=False, shown=False),
        Column(path="chain_id", title="链", sort=False, shown=False),
        Column(path="seq", sort=False, shown=False),
    ),
    filters=(
        Filter(path="at"),
        Filter(path="verb"),
        Filter(path="kind"),
        Filter(path="actor_name"),
        Filter(path="subjects"),
        Filter(path="request_id"),
    ),
    panels={"变更": panels.changes, "证明": panels.proof},
    share="不予共享",
    sensitivity={"actor_name": 2},
    catalogue=Catalogued(code="PT02", condition=INTERNAL, published="2026-11-22"),
    personal=("actor_name",),
    retention="不少于六个月，按档案规定长期保存",
    exempt={"scoped": NOT_BY_UNIT},
)

HEADS = Resource(
    model=Head,
    title="签名树头",
    purpose="每个树头为它以前的全部审计记录作保；抄存树头，便能发现日后对记录的任何改动。",
    rows=selectors.heads_visible_to,
    columns=(
        Column(path="size"),
        Column(path="at", sort=False),
        Column(path="root", sort=False),
        Column(path="algorithm", sort=False),
        Column(path="key_id", sort=False),
        Column(path="signature", sort=False, shown=False),
    ),
    filters=(Filter(path="at"),),
    order="-size",
    share="不予共享",
    catalogue=Catalogued(code="PT03", condition=INTERNAL, published="2026-11-22"),
    retention="与审计记录相同",
    exempt={"scoped": NOT_BY_UNIT},
)

CONTRACT = Contract(
    code="audit",
    title="安全审计",
    group="系统管理",
    owner="机关事务中心",
    version="0.1.0",
    resources=(ENTRIES, HEADS),
)
