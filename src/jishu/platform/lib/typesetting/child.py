"""The child's side: reads one order, writes one PDF. Knows no database and no Django."""

import json
import resource
import sys

import typst

from jishu.platform.lib.typesetting.setting import FONT_MISSING

_CPU_SECONDS, _MEMORY = 15, 2 << 30


def main() -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    order = json.load(sys.stdin)
    fonts = typst.Fonts(font_paths=[order["fonts"]] if order["fonts"] else [])
    known = set(fonts.families())
    usable = [name for name in order["families"] if name in known]
    if not usable:
        return FONT_MISSING
    given = {"values": json.dumps(order["values"], ensure_ascii=False), "fonts": json.dumps(usable)}
    paper = typst.compile(
        order["template"], format="pdf", font_paths=fonts, sys_inputs=given, timestamp=int(order["at"])
    )
    assert isinstance(paper, bytes)
    sys.stdout.buffer.write(paper)
    return 0


if __name__ == "__main__":
    sys.exit(main())
