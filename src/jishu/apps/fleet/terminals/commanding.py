"""Telling terminals something, and taking back the code they sign in with: deeds of people, recorded as such."""

from typing import Any

from jishu.apps.fleet.jt808 import messages, parameters
from jishu.apps.fleet.models import Terminal
from jishu.apps.fleet.selectors import terminals_managed_by
from jishu.platform.command import claim, command
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError

from .models import Downlink, TerminalLink

COMMAND = "fleet.command_terminal"
LONGEST_TEXT = 200
SHORTEST_EVERY, LONGEST_EVERY = 1, 3600
MOST_WAITING = 20
_TEXT, _PARAMETERS, _LOCATE = 0x8300, 0x8103, 0x8201
# Shown on the terminal's screen and read out, as a notice.
_SHOWN_AND_READ, _NOTICE = 0b1100, 1


class TooMuchWaiting(DomainError):
    """该终端还有二十条指令没有下发，请等它上线后再发。"""


class NotInUse(DomainError):
    """该终端不是在用状态，不能下发指令。"""


class Unwritable(DomainError):
    """文字里有终端不能显示的字符（如表情符号），请删去后再发。"""


@command(COMMAND, audited_as="terminal.told", titled="向终端下发文字")
def send_text(actor: Actor, /, *, terminal: Terminal, text: str) -> Downlink:
    text = text.strip()
    if not 0 < len(text) <= LONGEST_TEXT:
        raise DomainError(f"请填写 1—{LONGEST_TEXT} 字的内容。", field="text")
    values = {"flag": _SHOWN_AND_READ, "type": _NOTICE, "text": text}
    try:
        messages.write(_TEXT, 2019, values)
    except UnicodeEncodeError:
        raise Unwritable(field="text") from None
    return _queued(actor, terminal, _TEXT, values, f"文字：{text}")


@command(COMMAND, audited_as="terminal.set", titled="设置终端上报间隔")
def set_interval(actor: Actor, /, *, terminal: Terminal, seconds: int) -> Downlink:
    """How often it reports while it is signed in and the car runs."""
    if not SHORTEST_EVERY <= seconds <= LONGEST_EVERY:
        raise DomainError(f"上报间隔须在 {SHORTEST_EVERY}—{LONGEST_EVERY} 秒之间。", field="seconds")
    values = {"parameters": [parameters.named("report_s", seconds)]}
    return _queued(actor, terminal, _PARAMETERS, values, f"上报间隔设为 {seconds} 秒")


@command(COMMAND, audited_as="terminal.asked", titled="查询终端位置")
def ask_position(actor: Actor, /, *, terminal: Terminal) -> Downlink:
    return _queued(actor, terminal, _LOCATE, {}, "立即上报位置")


@command(COMMAND, audited_as="terminal.code_withdrawn", titled="作废终端鉴权码")
def withdraw(actor: Actor, /, *, terminal: Terminal) -> Terminal:
    """It must register again; the gateway ends its session within half a minute."""
    terminal = claim(terminals_managed_by(actor, COMMAND), terminal)
    terminal.auth_hash = ""
    terminal.save(update_fields=["auth_hash"])
    TerminalLink.objects.filter(terminal=terminal).update(authenticated_at=None)
    return terminal


def _queued(actor: Actor, terminal: Terminal, message_id: int, values: dict[str, Any], said: str) -> Downlink:
    terminal = claim(terminals_managed_by(actor, COMMAND), terminal)
    if terminal.status != Terminal.Status.ACTIVE:
        raise NotInUse
    if terminal.downlinks.filter(sent_at=None).count() >= MOST_WAITING:
        raise TooMuchWaiting
    return Downlink.objects.create(terminal=terminal, message_id=message_id, values=values, said=said[:200])
