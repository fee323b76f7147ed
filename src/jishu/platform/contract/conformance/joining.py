"""L2 统一登录与待办: one sign-on, one list of to-dos, and rights that the system itself declared."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from .rule import Document, Known, listed, repeated, rule

Offences = Iterator[tuple[str, str]]
LEVEL_PROTECTION = "网络安全等级保护基本要求 GB/T 22239-2019 8.1.4"


@rule("L2-01", "平台之外的系统接入统一登录", LEVEL_PROTECTION)
def signs_on(document: Document, known: Known) -> Offences:
    if document.get("kind", "app") == "app":
        return
    declared = document.get("sign_on")
    if not declared or not declared["client"].strip():
        yield "sign_on", "请写明统一登录的客户端标识和回跳地址。"
    elif not declared.get("logout", "").strip():
        yield "sign_on.logout", "请写明接收退出通知的地址：在平台退出后，本系统的会话须一并结束。"


@rule("L2-02", "地址写全，走加密通道，不用通配符", LEVEL_PROTECTION)
def addressed(document: Document, known: Known) -> Offences:
    sign_on = document.get("sign_on") or {}
    todo = document.get("todo", {})
    given = [(f"sign_on.redirects[{at}]", one) for at, one in enumerate(sign_on.get("redirects", ()))]
    given += [("sign_on.logout", sign_on.get("logout", "")), ("address", document.get("address", ""))]
    given += [(f"todo.{key}", todo.get(key, "")) for key in ("action", "check")]
    for where, address in given:
        if address and not _is_safe(address):
            yield where, f"“{address}”须是不带通配符的完整 https 地址。"


@rule("L2-03", "待办由平台保存，或由系统推送并可对账")
def todos_gathered(document: Document, known: Known) -> Offences:
    todo = document.get("todo", {})
    mode = todo.get("mode", "native")
    if mode not in ("native", "push"):
        yield "todo.mode", "待办方式须是 native（平台保存）或 push（系统推送）。"
    elif mode == "push":
        for key, title in (("action", "接收办理结果"), ("check", "核对未办事项")):
            if not todo.get(key, "").strip():
                yield f"todo.{key}", f"请写明{title}的地址。"
    elif document.get("kind", "app") != "app":
        yield "todo.mode", "平台之外的系统须推送待办。"


@rule("L2-04", "角色代码以系统代码开头且不重复", LEVEL_PROTECTION)
def roles_apart(document: Document, known: Known) -> Offences:
    held = [(f"{where}.code", role["code"]) for where, role in listed(document, "roles")]
    for where, code in repeated(held):
        yield where, f"角色代码“{code}”用了不止一次。"
    for where, code in held:
        if not code.startswith(f"{document['code']}."):
            yield where, f"角色代码“{code}”须以“{document['code']}.”开头。"


@rule("L2-05", "平台之外的系统写明每个页面要求的权限", LEVEL_PROTECTION)
def pages_guarded(document: Document, known: Known) -> Offences:
    if document.get("kind", "app") == "app":
        return  # our own pages stand behind the platform's door; without a permission they show one's own things only
    for where, page in listed(document, "pages"):
        if not page["permission"].strip():
            yield f"{where}.permission", f"页面“{page['title']}”未写明需要的权限。"


@rule("L2-06", "要求的权限都有角色持有", LEVEL_PROTECTION)
def rights_held(document: Document, known: Known) -> Offences:
    held = known.permissions | {each for role in document.get("roles", ()) for each in role["permissions"]}
    for name in ("pages", "items"):
        for where, one in listed(document, name):
            if one["permission"] and one["permission"] not in held:
                yield f"{where}.permission", f"没有任何角色持有权限“{one['permission']}”，谁也办不了。"
    app = document["code"]
    for where, one in listed(document, "resources"):
        kind = one["key"].partition(".")[2]
        if f"{app}.view_{kind}" not in held:
            yield f"{where}.key", f"没有任何角色持有权限“{app}.view_{kind}”，资源“{one['key']}”无人能看。"


def _is_safe(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and "*" not in address and "@" not in parts.netloc
