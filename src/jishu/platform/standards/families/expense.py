"""Rules about meetings, training, travel and receptions (会议、培训、差旅、接待)."""

from jishu.platform.standards.parameters import Names, Number, Table, Words

from .family import Family, requirements

PER_DAY = (
    Number(name="lodging", title="住宿费", unit="元", required=True),
    Number(name="meals", title="伙食费", unit="元", required=True),
)
TOTAL = Number(name="total", title="综合定额", unit="元/人天", required=True)
EXPENSE = (
    Family(
        code="expense.meeting_class",
        title="会议分类",
        parameters=(
            Words(name="definition", title="范围：", required=True),
            Number(name="people_max", title="参会人数不超过", unit="人"),
            Number(name="days_max", title="会期不超过", unit="天"),
        ),
    ),
    Family(
        code="expense.meeting_quota",
        title="会议费综合定额",
        parameters=(*PER_DAY, Number(name="other", title="其他费用", unit="元", required=True), TOTAL),
    ),
    Family(
        code="expense.training_quota",
        title="培训费综合定额",
        parameters=(
            Words(name="definition", title="参训人员：", required=True),
            *PER_DAY,
            Number(name="venue", title="场地、资料和交通费", unit="元", required=True),
            Number(name="other", title="其他费用", unit="元", required=True),
            TOTAL,
        ),
    ),
    Family(
        code="expense.training_share",
        title="长期培训定额折算",
        parameters=(
            Table(
                name="shares",
                title="折算比例",
                required=True,
                columns=(
                    Number(name="days_to", title="不超过", unit="天的部分"),
                    Number(name="share", title="按", is_share=True, required=True),
                ),
            ),
        ),
    ),
    Family(
        code="expense.lecture_fee",
        title="讲课费标准",
        parameters=(
            Number(name="fee_max", title="税后每学时不超过", unit="元", required=True),
            Words(name="wording", title="措辞："),
        ),
    ),
    Family(
        code="expense.travel_class",
        title="差旅交通工具等级",
        parameters=tuple(
            Words(name=name, title=title, required=True)
            for name, title in (("train", "火车："), ("ship", "轮船："), ("air", "飞机："))
        ),
    ),
    Family(
        code="expense.travel_allowance",
        title="差旅补助",
        parameters=(
            Number(name="amount", title="每人每天", unit="元", required=True),
            Table(
                name="exceptions",
                title="例外",
                columns=(
                    Words(name="region", title="地区", required=True),
                    Number(name="amount", title="", unit="元", required=True),
                ),
            ),
        ),
    ),
    Family(
        code="expense.lodging_cap",
        title="差旅住宿费限额",
        parameters=(
            Table(
                name="caps",
                title="每人每天住宿费上限",
                required=True,
                columns=(
                    Words(name="city", title="城市", required=True),
                    Number(name="minister", title="部级", unit="元", required=True),
                    Number(name="bureau", title="司局级", unit="元", required=True),
                    Number(name="other", title="其他", unit="元", required=True),
                ),
            ),
        ),
    ),
    Family(
        code="expense.companions",
        title="接待陪餐人数",
        parameters=(
            Number(name="small_party_to", title="接待对象", unit="人以内", required=True),
            Number(name="companions_max", title="陪餐不超过", unit="人", required=True),
            Number(name="guests_per_companion", title="超过时每名陪餐对应接待对象不少于", unit="人", required=True),
        ),
    ),
    Family(
        code="expense.list",
        title="经费列支与单据清单",
        parameters=(Names(name="entries", title="清单", required=True),),
    ),
    requirements("expense", "经费"),
)
