"""`jishu setup`: the first unit and the first administrators, once."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jishu.platform.administration import founding, founding_file
from jishu.platform.lib.errors import DomainError

NEXT = """
请把每行密码当面交给本人；这里只显示这一次，之后无人能查到。首次登录须改密码，并启用动态口令。接下来：
  1. 系统管理员：导入组织机构和人员名册（系统管理—组织机构、人员名册—导入），开立账号；
  2. 安全保密管理员：一人申请授权，另一人复核；
  3. 安全审计员：查看审计记录，其中已有这次设置。
"""
MISSING = """
平台里还没有管理员，谁也不能登录。请在本机运行：
  jishu setup --template > 首次设置.yaml
改好其中的单位和人员，再运行：
  jishu setup 首次设置.yaml
"""


class Command(BaseCommand):
    help = "首次设置：设立本单位和首批管理员，只能做一次。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="设置文件，样本由 --template 给出")
        parser.add_argument("--template", action="store_true", help="给出设置文件的样本")
        parser.add_argument("--status", action="store_true", help="还没有管理员时说明怎么办，有则不作声")
        parser.add_argument("--renew", metavar="账号", help="给一位管理员重发一次性密码（无人能替其重置时）")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["template"]:
            self.stdout.write(founding_file.TEMPLATE, ending="")
            return
        if options["status"]:
            self.stdout.write("" if founding.is_founded() else MISSING, ending="")
            return
        try:
            self._carry_out(options["file"], options["renew"])
        except DomainError as error:
            raise CommandError(error.message) from error

    def _carry_out(self, file: Path | None, username: str | None) -> None:
        if username:
            _, issued = founding.renew(founding.platform(), username=username)
            self._tell([issued])
            return
        if file is None:
            raise CommandError("请给出设置文件；样本：jishu setup --template > 首次设置.yaml")
        top, made = founding.found(founding.platform(), foundation=founding_file.read(file))
        self.stdout.write(f"已设立{top.name}和 {len(made)} 位管理员：")
        self._tell(made)
        self.stdout.write(NEXT, ending="")

    def _tell(self, made: list[founding.Issued]) -> None:
        for one in made:
            self.stdout.write(
                f"  {one.title}  {one.name}  账号 {one.username}  一次性密码 {one.password}  {one.until} 前有效"
            )
