"""Rules about assets (资产)."""

from jishu.platform.standards.parameters import Names, Number, Table, Words

from .family import HOW, RULE, Family, requirements

YEARS = Number(name="years_min", title="最低使用年限", unit="年")
ASSET = (
    requirements("asset", "资产"),
    Family(
        code="asset.equipment",
        title="办公设备配置标准",
        parameters=(
            Number(name="per_head", title="数量上限", unit="台/人"),
            Number(name="per_head_classified", title="涉密单位数量上限", unit="台/人"),
            Words(name="quantity_rule", title="数量："),
            Number(name="price_max", title="单价上限", unit="元", required=True),
            YEARS,
            Number(name="pages_max", title="或印量达到", unit="页"),
        ),
    ),
    Family(
        code="asset.equipment_pool",
        title="办公设备数量总控",
        parameters=(
            Number(name="per_head", title="合计数量上限", unit="台/人", required=True),
            Names(name="includes", title="包括"),
            Words(name="approver", title="审批人："),
        ),
    ),
    Family(
        code="asset.furniture",
        title="办公家具配置标准",
        parameters=(
            Words(name="quantity", title="数量："),
            Table(
                name="prices",
                title="单价上限",
                columns=(
                    Words(name="rank", title="职级", required=True),
                    Number(name="price_max", title="", unit="元", required=True),
                ),
            ),
            Table(
                name="prices_by_room",
                title="按会议室面积的单价上限",
                columns=(
                    Number(name="area_to", title="不超过", unit="㎡"),
                    Number(name="price_max", title="", unit="元/㎡", required=True),
                ),
            ),
            YEARS,
        ),
    ),
    Family(
        code="asset.depreciation",
        title="固定资产折旧年限",
        parameters=(
            Words(name="category", title="资产类别", required=True, said=False),
            Number(name="years_min", title="折旧年限不低于", unit="年", required=True),
            Number(name="years_max", title="不高于", unit="年"),
        ),
    ),
    Family(
        code="asset.category",
        title="资产分类管理规则",
        parameters=(
            Words(name="depreciation", title="折旧："),
            Words(name="holding", title="建卡方式："),
            Words(name="keeper", title="管理人："),
            Words(name="label", title="标签："),
        ),
    ),
    Family(
        code="asset.disposal",
        title="资产处置权限",
        parameters=(
            Names(name="modes", title="处置方式"),
            Number(name="threshold", title="限额", unit="元"),
            Words(name="counted_by", title="按"),
        ),
    ),
    Family(
        code="asset.risk",
        title="资产风险提示条件",
        parameters=(
            RULE,
            Number(name="days", title="超过", unit="日"),
            Number(name="share", title="比例", is_share=True),
            Number(name="count", title="数量达到", unit="件"),
            Number(name="within_days", title="查找最近", unit="日"),
        ),
    ),
    Family(
        code="asset.repair",
        title="资产维修权限",
        parameters=(Number(name="threshold", title="单次费用限额", unit="元", required=True),),
    ),
    Family(
        code="asset.public_warehouse",
        title="公物仓管理要求",
        parameters=(RULE, Number(name="days", title="期限", unit="日"), HOW),
    ),
)
