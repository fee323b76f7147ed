"""The columns of an asset ledger, and the many names offices give them and their codes."""

from jishu.platform.contract import Choice, ImportField, Kind

STATES = {
    "在用": "in_use",
    "使用中": "in_use",
    "正常使用": "in_use",
    "在库": "idle",
    "闲置": "idle",
    "库存": "idle",
    "未使用": "idle",
    "借出": "lent",
    "出借": "lent",
    "在修": "repair",
    "维修": "repair",
    "待处置": "retiring",
    "待报废": "retiring",
    "已处置": "retired",
    "已报废": "retired",
    "报废": "retired",
}
SOURCES = {
    "购置": "purchase",
    "采购": "purchase",
    "新购": "purchase",
    "购入": "purchase",
    "调剂": "transfer",
    "调拨": "transfer",
    "调入": "transfer",
    "接受捐赠": "donation",
    "捐赠": "donation",
    "盘盈": "surplus",
    "自建": "built",
    "自行建造": "built",
    "无偿划转": "allocated",
    "划转": "allocated",
}
FIELDS = (
    ImportField(
        name="number",
        title="资产编号",
        max_length=40,
        aliases=("资产编码", "编号", "资产代码", "卡片编号", "固定资产编号", "卡号"),
    ),
    ImportField(name="name", title="资产名称", max_length=80, aliases=("名称", "品名", "设备名称", "物品名称")),
    ImportField(
        name="category",
        title="资产分类",
        required=False,
        aliases=("分类代码", "类别", "资产类别", "分类", "国标分类", "分类编码", "资产分类代码", "类别名称"),
    ),
    ImportField(
        name="spec", title="规格型号", required=False, max_length=120, aliases=("规格", "型号", "品牌型号", "规格/型号")
    ),
    ImportField(
        name="serial_number",
        title="出厂编号",
        required=False,
        max_length=60,
        aliases=("序列号", "SN", "机身号", "出厂号"),
    ),
    ImportField(
        name="unit", title="单位", required=False, aliases=("使用单位", "单位名称", "所属单位", "权属单位", "资产单位")
    ),
    ImportField(
        name="department",
        title="使用处室",
        required=False,
        aliases=("使用部门", "部门", "处室", "科室", "使用科室", "所在部门"),
    ),
    ImportField(
        name="place",
        title="存放地点",
        required=False,
        max_length=80,
        aliases=("地点", "存放位置", "位置", "房间", "存放处", "房间号"),
    ),
    ImportField(
        name="user", title="使用人", required=False, personal=True, aliases=("领用人", "使用者", "责任人", "保管使用人")
    ),
    ImportField(
        name="keeper",
        title="管理人",
        required=False,
        personal=True,
        aliases=("保管人", "管理员", "资产管理员", "保管员"),
    ),
    ImportField(
        name="value",
        title="原值",
        kind=Kind.MONEY,
        minimum=0,
        aliases=("资产原值", "账面原值", "价值", "金额", "单价", "购置金额", "入账价值"),
    ),
    ImportField(
        name="acquired_on",
        title="取得日期",
        kind=Kind.DATE,
        aliases=("购置日期", "入账日期", "购入日期", "启用日期", "购买日期", "取得时间", "购置时间"),
    ),
    ImportField(
        name="source",
        title="取得方式",
        kind=Kind.CHOICE,
        required=False,
        aliases=("来源", "资产来源", "增加方式"),
        choices=tuple(Choice(code=code, title=title) for title, code in SOURCES.items()),
    ),
    ImportField(
        name="state",
        title="使用状况",
        kind=Kind.CHOICE,
        required=False,
        aliases=("状态", "使用状态", "资产状态", "现状"),
        choices=tuple(Choice(code=code, title=title) for title, code in STATES.items()),
    ),
    ImportField(name="remark", title="备注", required=False, max_length=200, aliases=("说明", "附注")),
)
