"""Showing what the systems count, as the platform's own system declares it."""

from jishu.platform.contract import Contract, Page, Role

from . import views

CONTRACT = Contract(
    code="insight",
    title="指标",
    group="风险与指标",
    owner="机关事务中心",
    version="0.1.0",
    roles=(Role(code="insight.reader", title="指标查阅人", permissions=("insight.view_metric",)),),
    pages=(Page(title="指标", path="", view=views.figures),),
)
