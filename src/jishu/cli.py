"""`jishu …`: one word per task; any other word is a management command of Django or of ours."""

import sys
from importlib import import_module

from jishu.runtime.problem import Problem

USAGE = """用法：jishu 命令 [参数]

  up        启动平台（数据库、网页服务、后台任务），Ctrl-C 停止
  web       只启动网页服务
  worker    只启动后台任务
  demo      装入演示区，--accounts 列出演示账号
  setup     首次设置：设立本单位和首批管理员，--template 给出样本
  gateway   只启动车载终端网关（JT/T 808）
  fleet     公车工具：decode 解析报文、solve 求解派车、simulate 模拟终端
  import    导入台账，例如 jishu import asset.card 台账.xlsx --dry-run
  audit     审计记录：verify 核验、seal 封存、export 带证明导出、check 核对导出文件、key 公钥
  contract  接入契约：show 查看、check 检查一份契约、schema、rules、list
  openapi   数据接口的 OpenAPI 描述
  backup    备份到一个目录，--keep 14 只留最近十四份
  restore   把一份备份恢复到空的 JISHU_HOME
  doctor    体检：数据库、任务、审计、备份、安全设置，逐项说明怎么处理
  code      没有手机时算出动态口令，例如 jishu code ABCD EFGH …
  test      运行测试（先备好浏览器）

其他命令见 jishu help；参数见 jishu 命令 --help。
"""

# Each word loads only what it needs: the supervisor stays small because it never sees Django.
_WORDS = {
    "up": "jishu.runtime.supervisor",
    "web": "jishu.runtime.web",
    "worker": "jishu.config.worker",
    "backup": "jishu.runtime.backup",
    "restore": "jishu.runtime.restore",
    "test": "jishu.runtime.suite",
    "code": "jishu.runtime.authenticator",
    "gateway": "jishu.apps.fleet.terminals.gateway",
    "fleet": "jishu.apps.fleet.commandline",
}
_ANYTHING_ELSE = "jishu.config.commands"


def main() -> None:
    words = sys.argv[1:]
    if not words or words[0] in ("-h", "--help"):
        sys.stdout.write(USAGE)
        return
    try:
        import_module(_WORDS.get(words[0], _ANYTHING_ELSE)).main(words)
    except Problem as problem:
        sys.exit(f"jishu：{problem.message}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
