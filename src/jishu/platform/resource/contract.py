"""What every serving person may do with what they see: take it with them, bring a ledger in, keep views of it."""

from jishu.platform.contract import Contract, Role

CONTRACT = Contract(
    code="resource",
    title="数据资源",
    group="系统管理",
    owner="机关事务中心",
    version="0.1.0",
    roles=(
        Role(
            code="resource.staff",
            title="数据使用人",
            # Only the door: which rows go out, and which ledgers come in, the permissions of each resource decide.
            permissions=("resource.export_rows", "resource.import_rows", "resource.keep_views", "resource.run_bulk"),
            everyone=True,
        ),
        Role(code="resource.sharer", title="视图共享人", permissions=("resource.share_view",)),
    ),
)
