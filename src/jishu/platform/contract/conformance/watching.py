"""L3 风险与指标: what is watched is founded, somebody verifies it, and figures can be followed to their rows."""

from collections.abc import Iterator

from .rule import Document, Known, listed, repeated, rule

Offences = Iterator[tuple[str, str]]
AUDIT = "行政事业性国有资产管理条例 国令第738号"
VERIFY = "risk.verify_alert"
MOST_DAYS = 60


@rule("L3-07", "风险代码不重复，写明名称、内容和依据", AUDIT)
def risks_founded(document: Document, known: Known) -> Offences:
    held = [(f"{where}.code", one["code"]) for where, one in listed(document, "risks")]
    for where, code in repeated(held):
        yield where, f"风险代码“{code}”用了不止一次。"
    for where, one in listed(document, "risks"):
        if one["code"] in known.risks:
            yield f"{where}.code", f"风险代码“{one['code']}”已由其他系统使用。"
        for key, title in (("name", "名称"), ("summary", "查找内容")):
            if not one[key].strip():
                yield f"{where}.{key}", f"请写明风险“{one['code']}”的{title}。"
        if not any(basis["document"].strip() for basis in one["basis"]):
            yield f"{where}.basis", f"请写明风险“{one['code']}”依据的文件和条款。"


@rule("L3-08", "风险落在已声明的资源上，有人在期限内核实", AUDIT)
def risks_verified(document: Document, known: Known) -> Offences:
    resources = known.resources | {one["key"] for one in document.get("resources", ())}
    roles = dict(known.holders) | {role["code"]: frozenset(role["permissions"]) for role in document.get("roles", ())}
    for where, one in listed(document, "risks"):
        if not one["subjects"]:
            yield f"{where}.subjects", f"请写明风险“{one['code']}”在哪些资源中查找。"
        for missing in sorted(set(one["subjects"]) - resources):
            yield f"{where}.subjects", f"没有声明资源“{missing}”，风险“{one['code']}”无从查看。"
        role = one.get("verifier", "risk.verifier")
        if role not in roles:
            yield f"{where}.verifier", f"没有声明核实角色“{role}”。"
        elif VERIFY not in roles[role]:
            yield f"{where}.verifier", f"角色“{role}”没有权限“{VERIFY}”，不能核实。"
        if not 1 <= one.get("verify_within", 5) <= MOST_DAYS:
            yield f"{where}.verify_within", f"核实期限须在 1 至 {MOST_DAYS} 个工作日之间。"


@rule("L3-09", "指标代码不重复，写明口径、单位和查看权限", "政务数据共享条例 国令第809号")
def metrics_told(document: Document, known: Known) -> Offences:
    held = [(f"{where}.code", one["code"]) for where, one in listed(document, "metrics")]
    for where, code in repeated(held):
        yield where, f"指标代码“{code}”用了不止一次。"
    permissions = known.permissions | {each for role in document.get("roles", ()) for each in role["permissions"]}
    for where, one in listed(document, "metrics"):
        for key, title in (("name", "名称"), ("summary", "统计口径"), ("measure", "计量单位")):
            if not one[key].strip():
                yield f"{where}.{key}", f"请写明指标“{one['code']}”的{title}。"
        if one["permission"] not in permissions:
            yield f"{where}.permission", f"没有任何角色持有权限“{one['permission']}”，指标“{one['code']}”无人能看。"
