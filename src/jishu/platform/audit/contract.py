"""The audit record as a data resource."""

from jishu.platform.contract import Column, Contract, Filter, Resource

from . import selectors
from .models import Entry

ENTRIES = Resource(
    model=Entry,
    title="审计记录",
    purpose="每一次改动都在这里留有记录,只增不改,可用 jishu audit verify 核验。",
    rows=selectors.entries_visible_to,
    columns=(
        Column(path="at", sort=False),
        Column(path="actor_name", sort=False),
        Column(path="verb", sort=False),
        Column(path="summary", sort=False),
        Column(path="request_id", sort=False),
        Column(path="chain_id", title="链", sort=False, shown=False),
        Column(path="seq", sort=False, shown=False),
    ),
    filters=(Filter(path="at"), Filter(path="verb")),
    share="不予共享",
    sensitivity={"actor_name": 2},
    personal=("actor_name",),
    retention="不少于六个月,按档案规定长期保存",
    exempt={"scoped": "审计记录不按单位划分,只有安全审计员可以查看。"},
)

CONTRACT = Contract(
    code="audit", title="安全审计", group="系统管理", owner="机关事务中心", version="0.1.0", resources=(ENTRIES,)
)
