"""The ways out of the platform: mail, and robots in the shape of DingTalk and WeCom. Each is off until set up."""

import base64
import hmac
import json
import smtplib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from urllib.parse import quote_plus, urlsplit

from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import DomainError
from jishu.platform.lib.outgoing import NoAnswer, checked_url, post
from jishu.runtime.environment import Environment, Smtp

from .kinds import Channel
from .wording import one_line

_SECONDS = 10
_FOR_GOOD = 500  # of the answers of a mail server; below that it may do so later


class NotSent(DomainError):
    """没有发出，可以再试。"""


class Uncertain(DomainError):
    """已经交给对方，但没有收到应答，可能已送达，不再重复发送。"""


class Hopeless(DomainError):
    """地址不可用，请本人重新设置并验证。"""


@dataclass(frozen=True)
class Letter:
    """What is said to one address. ``key`` signs what goes to a robot that asks for it."""

    to: str
    title: str
    body: str
    key: str = ""


def open_channels(environment: Environment) -> frozenset[Channel]:
    """Those the operator has set up."""
    found = {Channel.MAIL} if environment.smtp else set()
    if environment.robot_hosts:
        found |= {Channel.DINGTALK, Channel.WECOM}
    return frozenset(found)


def send(channel: Channel, letter: Letter) -> None:
    """NotSent, Uncertain or Hopeless say what became of it otherwise."""
    environment = Environment.read()
    if channel not in open_channels(environment):
        raise NotSent("该渠道已被运维人员关闭。")
    if channel is Channel.MAIL:
        assert environment.smtp is not None
        _mail(environment.smtp, letter)
    else:
        _robot(environment, channel, letter)


def _mail(smtp: Smtp, letter: Letter) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = smtp.sender, letter.to, one_line(letter.title)
    mail["Date"], mail["Auto-Submitted"] = now(), "auto-generated"
    mail.set_content(letter.body)
    try:
        with _connected(smtp) as line:
            line.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        refused = f"邮件服务器拒收：{code} {said.decode(errors='replace')}"[:200]
        raise (Hopeless if code >= _FOR_GOOD else NotSent)(refused) from error
    except (TimeoutError, smtplib.SMTPServerDisconnected) as error:
        raise Uncertain from error
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(f"邮件没有发出：{error}"[:200]) from error


def knock(smtp: Smtp) -> None:
    """Is the mail server there, and does it let us in? NotSent says why not."""
    with _connected(smtp):
        pass


def _connected(smtp: Smtp) -> smtplib.SMTP:
    try:
        if smtp.security == "smtps":
            line: smtplib.SMTP = smtplib.SMTP_SSL(smtp.host, smtp.port, timeout=_SECONDS)
        else:
            line = smtplib.SMTP(smtp.host, smtp.port, timeout=_SECONDS)
        if smtp.security == "smtp+tls":
            line.starttls()
        if smtp.user:
            line.login(smtp.user, smtp.password)
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(f"连不上邮件服务器：{error}"[:200]) from error
    return line


def check_robot(url: str, environment: Environment) -> None:
    """A robot stands on one of the hosts the operator named, nowhere else."""
    host = checked_url(url).hostname or ""
    if host.lower() not in environment.robot_hosts:
        hosts = "、".join(environment.robot_hosts)
        raise Hopeless(f"机器人地址应在 {hosts} 上，请在群设置中复制完整的 Webhook 地址。", field="value")


def _robot(environment: Environment, channel: Channel, letter: Letter) -> None:
    check_robot(letter.to, environment)
    body = json.dumps(_shape(channel, letter), ensure_ascii=False).encode()
    url = _signed(letter.to, letter.key) if letter.key else letter.to
    headers = {"Content-Type": "application/json; charset=utf-8"}
    try:
        answer = post(url, body, headers, networks=environment.outgoing_networks)
    except NoAnswer as error:
        late = isinstance(error.__cause__, TimeoutError)
        raise (Uncertain() if late else NotSent(error.message)) from error
    if not answer.accepted or (wrong := _objection(answer.text)):
        raise NotSent(f"对方应答 {answer.status}：{answer.text if not answer.accepted else wrong}"[:200])


def _shape(channel: Channel, letter: Letter) -> Mapping[str, Any]:
    title = one_line(letter.title)
    if channel is Channel.DINGTALK:
        return {"msgtype": "markdown", "markdown": {"title": title, "text": f"**{title}**\n\n{letter.body}"}}
    return {"msgtype": "markdown", "markdown": {"content": f"**{title}**\n{letter.body}"}}


def _signed(url: str, key: str) -> str:
    """DingTalk's 加签: time in milliseconds and an HMAC over time and key, in the address."""
    at = str(round(time.time() * 1000))
    signature = base64.b64encode(hmac.digest(key.encode(), f"{at}\n{key}".encode(), "sha256"))
    mark = "&" if urlsplit(url).query else "?"
    return f"{url}{mark}timestamp={at}&sign={quote_plus(signature)}"


def _objection(text: str) -> str:
    """Robots answer 200 to everything and say in the body what was wrong."""
    try:
        told = json.loads(text)
        return "" if told.get("errcode") == 0 else f"{told.get('errcode')} {told.get('errmsg')}"
    except (ValueError, AttributeError):
        return "应答无法识别"
