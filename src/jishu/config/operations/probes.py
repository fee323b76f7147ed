"""Checks of `jishu doctor` that try a thing out: mail, paper, the fence around files, the queue, the record."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from django.apps import apps
from django.conf import settings as chosen
from django.db import connection

from jishu.config.operations.findings import Finding, State
from jishu.platform.lib.clock import now, today
from jishu.platform.lib.typesetting import CannotTypeset, FontMissing, typeset
from jishu.platform.notify.api import NotSent, knock
from jishu.platform.risk.api import failing_watches, last_look
from jishu.runtime.environment import Environment, Unsafe, must_be_safe

_SHEET = Path(__file__).with_name("probe.typ")
_TAKEN_UP_WITHIN = timedelta(minutes=10)
_EXAMINED_EVERY = timedelta(days=2)
# A child that may have 256 MB asks for 1 GB. Where it gets them, files from outside are read without a fence.
_GREEDY = """
import resource
resource.setrlimit(resource.RLIMIT_AS, (2**28, 2**28))
try:
    bytearray(2**30)
except MemoryError:
    print("fenced")
"""


def queue(environment: Environment) -> Finding:
    """A worker that lives but is stuck, or too few of them: what is due is not taken up."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), min(coalesce(job.scheduled_at, told.at)) FROM procrastinate_jobs job "
            "JOIN procrastinate_events told ON told.job_id = job.id AND told.type = 'deferred' "
            "WHERE job.status = 'todo' AND coalesce(job.scheduled_at, told.at) <= now()"
        )
        waiting, since = cursor.fetchone()
    if since is not None and now() - since > _TAKEN_UP_WITHIN:
        told = f"{waiting} 个任务到时未办，最早的从 {since.astimezone():%m-%d %H:%M} 起"
        return Finding("任务排队", State.BAD, told, "请查明后台任务为什么停住，或者多启动几个 jishu worker。")
    return Finding("任务排队", State.GOOD, f"{waiting} 个任务在等" if waiting else "没有积压")


def record(environment: Environment) -> Finding:
    """What the examination of every night has found last; going through millions of entries is not for here."""
    last = apps.get_model("oversight.Examination").objects.exclude(state__in=("waiting", "running")).first()
    if last is None or now() - last.created_at > _EXAMINED_EVERY:
        return Finding(
            "审计核验", State.CARE, "最近两天没有核验", "请运行 jishu audit verify，并查明每晚的核验为什么没有做。"
        )
    when = f"{last.created_at.astimezone():%m-%d %H:%M}"
    if last.state != "ok":
        told = f"{when} 核验{last.get_state_display()}"
        return Finding("审计核验", State.BAD, told, "请保护现场，在“审计核验”页查看逐条异常，并与最近一份备份比对。")
    return Finding("审计核验", State.GOOD, f"{when} 核验全部完好")


def risks(environment: Environment) -> Finding:
    """Looked for every night; a rule that fails is told by name."""
    if failing := failing_watches():
        told = f"{'、'.join(failing[:5])} 检查出错"
        return Finding(
            "风险检查", State.CARE, told, "请运行 jishu risk run 查看原因；规则参数有误的请在标准规则库改正。"
        )
    last = last_look()
    if last is None or (today() - last).days > _EXAMINED_EVERY.days:
        said = "从未检查" if last is None else f"{last:%m-%d} 以后没有检查"
        return Finding("风险检查", State.CARE, said, "请运行 jishu risk run，并查明每晚的检查为什么没有做。")
    return Finding("风险检查", State.GOOD, f"{last:%m-%d} 检查完成")


def settings(environment: Environment) -> Finding:
    """JISHU_UNSAFE=1 lets the platform start in spite of them; it does not make them safe."""
    try:
        must_be_safe(environment)
    except Unsafe as problem:
        return Finding("安全设置", State.BAD, str(problem), "请按说明改正，并去掉 JISHU_UNSAFE。")
    if environment.debug:
        return Finding("安全设置", State.CARE, "开着 JISHU_DEBUG", "只用于开发；正式使用请去掉。")
    return Finding("安全设置", State.GOOD, "没有放宽")


def mail(environment: Environment) -> Finding:
    if environment.smtp is None:
        return Finding("邮件", State.GOOD, "没有启用（JISHU_SMTP）")
    try:
        knock(environment.smtp)
    except NotSent as problem:
        return Finding("邮件", State.BAD, problem.message, "请核对 JISHU_SMTP 的地址、端口、用户和密码，以及防火墙。")
    return Finding("邮件", State.GOOD, f"{environment.smtp.host} 可以登录")


def fonts(environment: Environment) -> Finding:
    try:
        typeset(_SHEET, {}, at=now(), fonts=chosen.HOME / "fonts")
    except FontMissing:
        return Finding("中文字体", State.BAD, "没有，不能生成 PDF，水印只能用拼音",
                       "请安装 fonts-noto-cjk 或 fonts-wqy-microhei，或把字体文件放进数据目录的 fonts。")  # fmt: skip
    except CannotTypeset as problem:
        return Finding(
            "中文字体", State.BAD, f"试排一页没有成功：{problem.__cause__}"[:200], "请把这一行交给开发人员。"
        )
    return Finding("中文字体", State.GOOD, "试排一页成功")


def sandbox(environment: Environment) -> Finding:
    tried = subprocess.run([sys.executable, "-c", _GREEDY], capture_output=True, text=True, timeout=30, check=False)
    if tried.stdout.strip() != "fenced":
        return Finding("文件解析的内存限制", State.BAD, "系统没有执行进程的内存上限",
                       "外来文件在受限的子进程中解析；请改用 Linux 内核直接支持 RLIMIT_AS 的环境运行。")  # fmt: skip
    return Finding("文件解析的内存限制", State.GOOD, "有效")
