"""Rules about official vehicles (公务用车)."""

from jishu.platform.standards.parameters import Names, Number, Table, Words

from .family import RULE, Family, requirements

VEHICLE = (
    Family(
        code="vehicle.category",
        title="公务用车类别",
        parameters=(Words(name="quota_by", title="编制核定："), Words(name="applies_to", title="适用：")),
    ),
    Family(
        code="vehicle.price_limit",
        title="公务用车配备标准",
        parameters=(
            Names(name="categories", title="适用类别"),
            Words(name="body", title="车型："),
            Words(name="energy", title="能源类型："),
            Number(name="price_max", title="价格上限", unit="元", required=True),
            Number(name="displacement_max", title="排气量上限", unit="升"),
            Words(name="condition", title="条件："),
        ),
    ),
    Family(
        code="vehicle.new_energy",
        title="新能源汽车配备比例",
        parameters=(
            Number(name="share_min", title="占比不低于", is_share=True, required=True),
            Words(name="wording", title="措辞："),
        ),
    ),
    Family(
        code="vehicle.service_life",
        title="公务用车更新年限",
        parameters=(RULE, Number(name="years_min", title="更新年限", unit="年", required=True)),
    ),
    Family(
        code="vehicle.scrap_age",
        title="机动车强制报废年限",
        parameters=(
            Number(name="years_max", title="使用年限不超过", unit="年"),
            Words(name="counted_from", title="起算："),
            Words(name="unlimited", title=""),
        ),
    ),
    Family(
        code="vehicle.inspection",
        title="机动车安全技术检验周期",
        parameters=(
            Table(
                name="intervals",
                title="检验周期",
                required=True,
                columns=(
                    Number(name="age_to", title="车龄不超过", unit="年"),
                    Number(name="months", title="每", unit="个月一次", required=True),
                ),
            ),
        ),
    ),
    Family(
        code="vehicle.driving",
        title="驾驶安全",
        parameters=(
            Number(name="hours_max", title="连续驾驶不超过", unit="小时", required=True),
            Number(name="rest_min", title="停车休息不少于", unit="分钟", required=True),
        ),
    ),
    Family(
        code="vehicle.dispatch",
        title="派车管理",
        parameters=(
            RULE,
            Number(name="km", title="单程或往返超过", unit="公里"),
            Number(name="hours", title="补办期限", unit="小时"),
            Number(name="per_km", title="每公里", unit="元"),
        ),
    ),
    requirements("vehicle", "公务用车"),
    Family(code="vehicle.violation", title="公务用车禁止情形", parameters=(RULE,)),
)
