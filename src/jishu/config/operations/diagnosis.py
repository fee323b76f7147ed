"""`jishu doctor`: what is wrong, how bad it is, and what to do about it."""

import json
import shutil
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.contrib.auth.hashers import check_password
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from jishu.config.demo.organisation import PASSWORD
from jishu.config.operations.findings import Finding, State
from jishu.config.operations.probes import fonts, mail, queue, record, risks, sandbox, settings
from jishu.platform.identity.api import ADMINISTRATORS, Account, grants_in_force, role_title
from jishu.platform.lib.calendar import is_published
from jishu.platform.lib.clock import now, today
from jishu.platform.workflow.api import refresh_calendar
from jishu.runtime.backup import LAST
from jishu.runtime.environment import LOOPBACK, PACKAGE, Environment

OLDEST_SERVER = 150_000
_SPACE = 5 * 1024**3  # bytes; less than this is soon used up by an import or a backup
_BACKUP_EVERY = timedelta(days=2)
_CLOCKS_APART = 5.0  # seconds
_SEALED_WITHIN = timedelta(minutes=15)
_BEATS_WITHIN = timedelta(seconds=60)


Check = Callable[[Environment], Finding]


def examine(environment: Environment) -> Iterator[Finding]:
    """All checks in order; one that cannot be made is itself a finding."""
    for check in CHECKS:
        try:
            yield check(environment)
        except Exception as error:  # noqa: BLE001 - the patient's illness must not end the examination
            yield Finding(check.__name__, State.BAD, f"检查没有做成：{error}", "请把这一行交给开发人员。")


def server(environment: Environment) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_version')")
        number, version = cursor.fetchone()
    if number < OLDEST_SERVER:
        return Finding("数据库版本", State.BAD, f"PostgreSQL {version}", "请升级到 PostgreSQL 15 以上。")
    return Finding("数据库版本", State.GOOD, f"PostgreSQL {version}")


def tables(environment: Environment) -> Finding:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return Finding(
            "数据表", State.BAD, f"有 {len(waiting)} 项变更尚未执行", "请运行 jishu migrate，再运行 jishu sync。"
        )
    return Finding("数据表", State.GOOD, "与程序一致")


def clocks(environment: Environment) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        apart = abs((cursor.fetchone()[0] - now()).total_seconds())
    if apart > _CLOCKS_APART:
        return Finding("时钟", State.BAD, f"本机与数据库相差 {apart:.0f} 秒", "请在两台机器上启用时间同步（NTP）。")
    return Finding("时钟", State.GOOD, "本机与数据库一致")


def worker(environment: Environment) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
        beat = cursor.fetchone()[0]
    if beat is None or now() - beat > _BEATS_WITHIN:
        since = "从未运行" if beat is None else f"{beat.astimezone():%m-%d %H:%M} 以后没有消息"
        return Finding("后台任务", State.BAD, since, "请启动 jishu worker；消息、导入和审计封存都靠它。")
    return Finding("后台任务", State.GOOD, "正在运行")


def jobs(environment: Environment) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, count(*) FROM procrastinate_jobs WHERE status = 'failed' GROUP BY 1")
        failed = cursor.fetchall()
    if failed:
        told = "、".join(f"{name} {count} 个" for name, count in failed[:5])
        return Finding("失败的任务", State.CARE, told, "请在日志中按任务名查明原因，改正后重试。")
    return Finding("失败的任务", State.GOOD, "没有")


def sealing(environment: Environment) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT head.at, (SELECT min(at) FROM audit_entry WHERE head.at IS NULL OR audit_entry.at > head.at) "
            "FROM (SELECT max(at) AS at FROM audit_head) head"
        )
        at, waiting = cursor.fetchone()
    if waiting is not None and now() - waiting > _SEALED_WITHIN:
        return Finding("审计封存", State.BAD, f"{waiting.astimezone():%m-%d %H:%M} 以来没有封存",
                       "请运行 jishu audit verify 查明，再运行 jishu audit seal。")  # fmt: skip
    return Finding("审计封存", State.GOOD, "按时封存" if at else "还没有审计记录")


def backup(environment: Environment) -> Finding:
    try:
        last = json.loads((environment.home / LAST).read_text())
        at = datetime.fromisoformat(last["at"])
    except (OSError, ValueError, KeyError):
        return Finding("备份", State.CARE, "没有备份记录", "请每天运行 jishu backup，写到另一台机器的磁盘上。")
    age = datetime.now(UTC) - at
    if age > _BACKUP_EVERY:
        return Finding("备份", State.BAD, f"最近一次在 {age.days} 天以前", "请检查定时备份为什么没有运行。")
    return Finding("备份", State.GOOD, f"{at.astimezone():%m-%d %H:%M} 备份到 {last['path']}")


def space(environment: Environment) -> Finding:
    free = shutil.disk_usage(environment.home).free
    told = f"{environment.home} 所在磁盘还剩 {free / 1024**3:.1f} GB"
    if free < _SPACE:
        return Finding("磁盘空间", State.BAD, told, "请清理或扩容。")
    return Finding("磁盘空间", State.GOOD, told)


def secrets(environment: Environment) -> Finding:
    loose = [path.name for path in _private(environment.home) if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if loose:
        return Finding("密钥文件", State.BAD, f"{'、'.join(loose)} 其他用户可读", "请执行 chmod 600。")
    return Finding("密钥文件", State.GOOD, "只有运行用户可读")


def exposure(environment: Environment) -> Finding:
    if environment.bind in LOOPBACK and not environment.https:
        return Finding("对外访问", State.GOOD, "只在本机监听")
    if not environment.https:
        return Finding("对外访问", State.BAD, "没有启用 HTTPS", "请在前面架设代理并设 JISHU_HTTPS=1（见部署手册）。")
    return Finding("对外访问", State.GOOD, "经代理以 HTTPS 访问")


def demonstration(environment: Environment) -> Finding:
    """A known password is as good as none."""
    known = [
        account.username
        for account in Account.objects.filter(is_active=True).order_by("id")[:_LOOKED_AT]
        if check_password(PASSWORD, account.password)
    ]
    if known and (environment.https or environment.bind not in LOOPBACK):
        return Finding("演示账号", State.BAD, f"{'、'.join(known[:5])} 等 {len(known)} 个账号仍用公开的演示口令",
                       "请停用这些账号或重设口令；正式使用请从空库开始（JISHU_DEMO=0）。")  # fmt: skip
    if known:
        return Finding(
            "演示账号", State.CARE, f"{len(known)} 个账号用的是公开的演示口令", "试用无妨，正式使用前请停用。"
        )
    return Finding("演示账号", State.GOOD, "没有")


def administrators(environment: Environment) -> Finding:
    missing = [role_title(role) for role in ADMINISTRATORS if not grants_in_force().filter(role=role).exists()]
    if missing:
        return Finding(
            "管理员", State.BAD, f"没有{'、'.join(missing)}", "新装的平台请运行 jishu setup，见部署手册“首次设置”。"
        )
    return Finding("管理员", State.GOOD, "三类管理员都有人担任")


def provider(environment: Environment) -> Finding:
    if not environment.provider_code:
        remedy = "请设 JISHU_PROVIDER_NAME 和 JISHU_PROVIDER_CODE；数据集成清单要写明提供方及其统一社会信用代码。"
        return Finding("信息资源提供方", State.CARE, "没有设置", remedy)
    return Finding("信息资源提供方", State.GOOD, f"{environment.provider_name} {environment.provider_code}")


def holidays(environment: Environment) -> Finding:
    refresh_calendar()
    needed = today().year + (1 if today().month >= 12 else 0)
    if not is_published(needed):
        return Finding(
            "工作日历",
            State.CARE,
            f"没有 {needed} 年的节假日和调休",
            "请在“系统管理 → 工作日历”中导入国务院办公厅公布的放假安排。",
        )
    return Finding("工作日历", State.GOOD, f"已有 {needed} 年的放假安排")


def bundles(environment: Environment) -> Finding:
    if not any((PACKAGE / "static/dist").glob("main-*.css")):
        return Finding("页面资源", State.BAD, "没有打包", "请运行 make run 或 python -m jishu.runtime.frontend。")
    return Finding("页面资源", State.GOOD, "已打包")


def _private(home: Path) -> list[Path]:
    names = ("secret", "audit/signing.pem", "sealing/current.key")
    return [home / name for name in names if (home / name).is_file()]


_LOOKED_AT = 20  # accounts; one argon2 check costs some 50 ms
CHECKS: tuple[Check, ...] = (
    server, tables, clocks, worker, queue, jobs, sealing, record, risks, backup, space, secrets, settings, exposure,
    demonstration, administrators, provider, mail, fonts, sandbox, holidays, bundles,
)  # fmt: skip
