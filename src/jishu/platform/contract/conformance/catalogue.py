"""L1 目录: who the system is, what can be asked of it, what data it keeps."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from .rule import Document, Known, listed, repeated, rule

Offences = Iterator[tuple[str, str]]
GUIDE = "政务信息资源目录编制指南（试行） 发改高技〔2017〕1272号"
SHARING = "政务数据共享条例 国令第809号"
SHARES = ("无条件共享", "有条件共享", "不予共享")
MODES = ("共享平台-接口", "共享平台-库表", "共享平台-文件", "邮件", "介质", "其他")
FORMATS = ("电子文件", "电子表格", "数据库", "图形图像", "流媒体", "自描述格式", "服务接口")
OPENNESS = ("不予开放", "有条件开放", "无条件开放")
CYCLES = ("实时", "每日", "每周", "每月", "每季度", "每年", "其他")
_VERSION = re.compile(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?")
_CODE = re.compile(r"[a-z][a-z0-9_]{1,30}")


@rule("L1-01", "系统代码由小写字母、数字和下划线组成")
def system_code(document: Document, known: Known) -> Offences:
    if not _CODE.fullmatch(document["code"]):
        yield "code", f"“{document['code']}”不能作系统代码，请改为以小写字母开头、2 至 31 位的代码。"


@rule("L1-02", "系统写明名称、分组和主管单位", SHARING)
def named(document: Document, known: Known) -> Offences:
    for key, title in (("title", "名称"), ("group", "分组"), ("owner", "主管单位")):
        if not document[key].strip():
            yield key, f"请写明系统的{title}。"


@rule("L1-03", "版本按 主.次.修订 编号")
def versioned(document: Document, known: Known) -> Offences:
    if not _VERSION.fullmatch(document["version"]):
        yield "version", f"“{document['version']}”不是版本号，请写成 1.2.0 的样子；删去字段或事件须升主版本。"


@rule("L1-04", "平台之外的系统写明联系人")
def reachable(document: Document, known: Known) -> Offences:
    if document.get("kind", "app") != "app" and not document.get("contact", "").strip():
        yield "contact", "请写明联系人和电话。"


@rule("L1-05", "事项代码和简称不重复", "业务事项清单")
def items_apart(document: Document, known: Known) -> Offences:
    for key, title in (("code", "代码"), ("short", "简称")):
        held = [(f"{where}.{key}", item[key]) for where, item in listed(document, "items")]
        for where, value in repeated(held):
            yield where, f"事项{title}“{value}”用了不止一次。"
    for where, item in listed(document, "items"):
        if item["code"] in known.items:
            yield f"{where}.code", f"事项代码“{item['code']}”已由其他系统使用。"


@rule("L1-06", "事项写明名称、内容和办理对象", "业务事项清单")
def items_told(document: Document, known: Known) -> Offences:
    for where, item in listed(document, "items"):
        for key, title in (("name", "名称"), ("summary", "办理内容"), ("audience", "办理对象"), ("category", "类别")):
            if not item[key].strip():
                yield f"{where}.{key}", f"请写明事项“{item['code']}”的{title}。"


@rule("L1-07", "事项写明承诺时限", "业务事项清单")
def items_promised(document: Document, known: Known) -> Offences:
    for where, item in listed(document, "items"):
        try:
            days = Decimal(item["promised_days"])
        except InvalidOperation:
            days = Decimal(0)
        if days.is_nan() or not 0 < days <= 250:
            yield f"{where}.promised_days", f"请以工作日写明事项“{item['code']}”的承诺时限，如 0.5。"


@rule("L1-08", "事项写明办理依据", "业务事项清单")
def items_founded(document: Document, known: Known) -> Offences:
    for where, item in listed(document, "items"):
        if not any(one.strip() for one in item.get("basis", ())):
            yield f"{where}.basis", f"请写明事项“{item['code']}”依据的文件和条款。"


@rule("L1-09", "事项写明办理结果", "业务事项清单")
def items_give_something(document: Document, known: Known) -> Offences:
    for where, item in listed(document, "items"):
        if not item.get("outputs"):
            yield f"{where}.outputs", f"请写明事项“{item['code']}”办结后得到什么。"


@rule("L1-10", "资源代码以系统代码开头且不重复", GUIDE)
def resources_apart(document: Document, known: Known) -> Offences:
    held = [(f"{where}.key", one["key"]) for where, one in listed(document, "resources")]
    for where, key in repeated(held):
        yield where, f"资源代码“{key}”用了不止一次。"
    for where, key in held:
        if not key.startswith(f"{document['code']}."):
            yield where, f"资源代码“{key}”须以“{document['code']}.”开头。"


@rule("L1-11", "资源写明名称、摘要和信息项", GUIDE)
def resources_told(document: Document, known: Known) -> Offences:
    for where, one in listed(document, "resources"):
        for key, title in (("title", "名称"), ("purpose", "摘要")):
            if not one[key].strip():
                yield f"{where}.{key}", f"请写明资源“{one['key']}”的{title}。"
        if not one["columns"]:
            yield f"{where}.columns", f"资源“{one['key']}”没有信息项。"
        held = [(f"{where}.columns[{at}]", column.get("title", "")) for at, column in enumerate(one["columns"])]
        for at, title in repeated(held):
            yield at, f"信息项名称“{title}”用了不止一次。" if title else "请写明信息项名称。"


@rule("L1-12", "共享类型及其条件或依据齐全", SHARING)
def resources_shared(document: Document, known: Known) -> Offences:
    for where, one in listed(document, "resources"):
        share = one.get("share", "不予共享")
        condition = one.get("catalogue", {}).get("condition", "").strip()
        if share not in SHARES:
            yield f"{where}.share", f"共享类型须是{'、'.join(SHARES)}之一。"
        elif share == "有条件共享" and not condition:
            yield f"{where}.catalogue.condition", f"资源“{one['key']}”有条件共享，请写明共享条件和范围。"
        elif share == "不予共享" and not condition:
            yield (
                f"{where}.catalogue.condition",
                f"资源“{one['key']}”不予共享，请写明法律、行政法规或国务院决定的依据。",
            )


@rule("L1-13", "目录元数据取规定的值", GUIDE)
def metadata_coded(document: Document, known: Known) -> Offences:
    codes = {"mode": MODES, "format": FORMATS, "open": OPENNESS, "cycle": CYCLES}
    for where, one in listed(document, "resources"):
        entry = one.get("catalogue", {})
        for key, allowed in codes.items():
            if key in entry and entry[key] not in allowed:
                yield f"{where}.catalogue.{key}", f"“{entry[key]}”不在规定的取值内：{'、'.join(allowed)}。"
        if entry.get("open") == "有条件开放" and not entry.get("open_condition", "").strip():
            yield f"{where}.catalogue.open_condition", f"资源“{one['key']}”有条件开放，请写明开放条件。"


@rule("L1-14", "写明资源代码和列入目录的日期", GUIDE)
def catalogued(document: Document, known: Known) -> Offences:
    for where, one in listed(document, "resources"):
        entry = one.get("catalogue", {})
        if not entry.get("code", "").strip():
            yield f"{where}.catalogue.code", f"请写明资源“{one['key']}”的信息资源代码。"
        try:
            date.fromisoformat(entry.get("published", ""))
        except ValueError:
            yield f"{where}.catalogue.published", f"请以 2026-01-31 的样子写明资源“{one['key']}”列入目录的日期。"


@rule("L1-15", "个人信息和敏感级标在确有的信息项上，个人信息不低于 L2", "个人信息保护法第二十八条、第五十一条")
def graded(document: Document, known: Known) -> Offences:
    for where, one in listed(document, "resources"):
        paths = {column["path"] for column in one["columns"]}
        grades = one.get("sensitivity", {})
        for path in sorted({*one.get("personal", ()), *grades} - paths):
            yield f"{where}.sensitivity", f"资源“{one['key']}”没有信息项“{path}”，无从标注。"
        for path, grade in grades.items():
            if not 1 <= grade <= 4:
                yield f"{where}.sensitivity.{path}", "敏感级须在 1 至 4 之间。"
        for path in one.get("personal", ()):
            if grades.get(path, 1) < 2:
                yield f"{where}.personal", f"“{path}”是个人信息，敏感级不应低于 L2。"


@rule("L1-16", "写明保存期限", "个人信息保护法第十九条")
def kept(document: Document, known: Known) -> Offences:
    for where, one in listed(document, "resources"):
        if not one.get("retention", "长期").strip():
            yield f"{where}.retention", f"请写明资源“{one['key']}”的保存期限。"
