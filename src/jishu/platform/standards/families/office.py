"""Rules about office buildings and rooms (办公用房)."""

from jishu.platform.standards.parameters import Names, Number, Table, Words

from .family import HOW, LEVEL, Family, deadlines, requirements

UP_TO = Number(name="up_to", title="不超过", unit="人（辆）")
OFFICE = (
    Family(
        code="office.area_per_person",
        title="办公室使用面积标准",
        parameters=(LEVEL, Number(name="area_max", title="使用面积上限", unit="㎡/人", required=True)),
    ),
    Family(
        code="office.service_area",
        title="服务用房面积标准",
        parameters=(
            LEVEL,
            Table(
                name="pieces",
                title="人均使用面积",
                required=True,
                columns=(
                    Number(name="headcount_to", title="编制不超过", unit="人"),
                    Number(name="area", title="", unit="㎡/人"),
                    Words(name="formula", title="公式"),
                ),
            ),
        ),
    ),
    Family(
        code="office.share",
        title="办公用房面积系数",
        parameters=(
            Number(name="share", title="比例", is_share=True, required=True),
            Words(name="of", title="基数："),
        ),
    ),
    Family(
        code="office.ancillary_area",
        title="附属用房面积标准",
        parameters=(
            Table(
                name="steps",
                title="单位面积",
                required=True,
                columns=(UP_TO, Number(name="area", title="", unit="㎡", required=True)),
            ),
            Words(name="of", title="基数："),
        ),
    ),
    Family(
        code="office.room",
        title="办公室配置",
        parameters=(
            Words(name="wording", title=""),
            Number(name="area_max", title="面积上限", unit="㎡"),
            Number(name="rooms_max", title="安排办公用房不超过", unit="处"),
            Number(name="rooms_max_permitted", title="经批准不超过", unit="处"),
            Names(name="applies_to", title="适用对象"),
            HOW,
        ),
    ),
    Family(
        code="office.temperature",
        title="室内温度提醒",
        parameters=(
            Number(name="summer_min", title="夏季不低于", unit="℃", required=True),
            Number(name="winter_max", title="冬季不高于", unit="℃", required=True),
        ),
    ),
    requirements("office", "办公用房"),
    deadlines("office", "办公用房"),
)
