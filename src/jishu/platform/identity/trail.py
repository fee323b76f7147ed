"""What happened to accounts, from where: kept for their owners and for those who look after safety."""

import re
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

from jishu.platform.lib.clock import now

from .models import Person, SecurityEvent

Kind = SecurityEvent.Kind

# The first that fits; what calls itself Chrome may be something else, so others come first.
_BROWSERS = (
    ("wxwork/", "企业微信"), ("MicroMessenger/", "微信"), ("DingTalk/", "钉钉"), ("360SE", "360 浏览器"),
    ("QQBrowser/", "QQ 浏览器"), ("Edg/", "Edge"),
    ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("HarmonyOS", "鸿蒙"), ("Android", "安卓"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS X", "macOS"), ("UOS", "统信 UOS"), ("Kylin", "麒麟"), ("Linux", "Linux"),
)  # fmt: skip
# 网络安全法 asks for six months at least.
KEPT = timedelta(days=400)
_PRINTABLE = re.compile(r"[^\x20-\x7e]")


@dataclass(frozen=True)
class Whence:
    """Where somebody comes from, as far as we are told."""

    address: str | None = None
    device: str = ""


def whence_of(request: HttpRequest) -> Whence:
    return Whence(_address(request), _device(request.headers.get("User-Agent", "")))


def _address(request: HttpRequest) -> str | None:
    """Behind a proxy of ours the last address it added; never what the other side claims by itself."""
    given = request.META.get("REMOTE_ADDR", "")
    if getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
        given = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or given
    try:
        return str(ip_address(given))
    except ValueError:
        return None


def _device(agent: str) -> str:
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return " · ".join(filter(None, (browser, system))) or _PRINTABLE.sub("", agent)[:40]


def note(kind: SecurityEvent.Kind, person: Person | None, whence: Whence, detail: str = "") -> SecurityEvent:
    return SecurityEvent.objects.create(
        kind=kind, person=person, address=whence.address, device=whence.device, detail=detail
    )


def forget_old() -> int:
    return SecurityEvent.objects.filter(created_at__lt=now() - KEPT).delete()[0]
