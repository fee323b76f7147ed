"""`jishu fleet …`: tools that need neither the platform nor its database, unless they say so."""

import sys
from importlib import import_module

_USAGE = """用法：jishu fleet 命令 [参数]

  decode    解析JT/T 808报文：一条十六进制报文，或 - 逐行读入，逐行输出JSON
  solve     求解一份派车实例（Cordeau格式），输出目标值、下界和路线
  simulate  让若干虚拟终端沿道路行驶，向网关发送定位
"""

_WORDS = {
    "decode": "jishu.apps.fleet.jt808.decoding",
    "solve": "jishu.apps.fleet.dispatch.solving",
    "simulate": "jishu.apps.fleet.terminals.simulation",
}


def main(words: list[str]) -> None:
    """Run `words`, which begin with `fleet`; each module has a `main(words)` of what follows its own name."""
    known = words[1] if len(words) > 1 else ""
    if known not in _WORDS:
        sys.stdout.write(_USAGE)
        sys.exit(0 if known in ("", "-h", "--help") else 2)
    import_module(_WORDS[known]).main(words[2:])
