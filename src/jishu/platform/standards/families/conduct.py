"""Rules about procurement, budget, disclosure, records, secrecy, safety and security (采购、预算、公开、档案、安全)."""

from jishu.platform.standards.parameters import Names, Number, Words

from .family import Family, deadlines, requirements

CONDUCT = (
    Family(
        code="procurement.threshold",
        title="采购限额标准",
        parameters=tuple(
            Number(name=name, title=title, unit="元")
            for name, title in (
                ("dispersed_goods_services", "分散采购货物服务限额"),
                ("dispersed_works", "分散采购工程限额"),
                ("open_tender_goods_services", "公开招标货物服务数额"),
                ("tender_works", "必须招标施工"),
                ("tender_goods", "必须招标货物"),
                ("tender_services", "必须招标服务"),
            )
        ),
    ),
    Family(
        code="procurement.share",
        title="采购合同比例",
        parameters=(Number(name="share_max", title="不超过", is_share=True, required=True),),
    ),
    requirements("procurement", "采购"),
    deadlines("procurement", "采购"),
    requirements("budget", "预算"),
    deadlines("budget", "预算公开"),
    requirements("disclosure", "政府信息公开"),
    deadlines("disclosure", "政府信息公开"),
    Family(
        code="secrecy.term",
        title="国家秘密保密期限",
        parameters=(Number(name="years_max", title="保密期限不超过", unit="年", required=True),),
    ),
    requirements("secrecy", "保密"),
    requirements("archive", "电子文件与档案"),
    deadlines("archive", "档案保管"),
    deadlines("construction", "建设项目"),
    requirements("safety", "消防与治安"),
    deadlines("safety", "消防检查"),
    requirements("energy", "公共机构节能"),
    deadlines("sharing", "政务数据共享"),
    requirements("sharing", "政务数据共享"),
    requirements("security", "网络与数据安全"),
    Family(
        code="security.control",
        title="等级保护控制点",
        parameters=(Names(name="musts", title="要求"), Names(name="measures", title="平台措施", required=True)),
    ),
    Family(
        code="security.crypto",
        title="密码应用要求",
        parameters=(Words(name="strength", title="要求程度：", required=True),),
    ),
)
