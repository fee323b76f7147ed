"""The parent's side: hand the template and its values over, wait no longer than allowed, take the PDF."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from jishu.platform.lib.errors import DomainError

# Any one of these will do; a sheet is set in the first that is there.
CHINESE = (
    "Noto Serif CJK SC", "Source Han Serif SC", "Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "FangSong",
    "SimSun", "Microsoft YaHei", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback",
)  # fmt: skip
WITHIN = 20.0
FONT_MISSING = 3


class CannotTypeset(DomainError):
    """版面没有生成，请稍后再试；如仍不成功，请用浏览器打印页面，并联系管理员。"""


class FontMissing(DomainError):
    """服务器上没有中文字体，不能生成 PDF。请管理员安装 fonts-noto-cjk 或 fonts-wqy-microhei，或者把字体文件放进数据目录的 fonts 文件夹；在此之前可用浏览器打印页面。"""  # noqa: E501


def typeset(
    template: Path,
    values: Mapping[str, Any],
    *,
    at: datetime,
    fonts: Path | None = None,
    families: Sequence[str] = CHINESE,
) -> bytes:
    """The PDF. ``values`` reach the template as data, never as markup; the same values and ``at`` give the same bytes.

    ``families``: fonts that can write it, one of which must be there; ``fonts``: a folder of further font files.
    A DomainError says what an administrator can do about it.
    """
    order = {
        "template": str(template), "values": values, "at": at.timestamp(), "fonts": str(fonts) if fonts else "",
        "families": families,
    }  # fmt: skip
    try:
        ended = subprocess.run(
            [sys.executable, "-P", "-m", "jishu.platform.lib.typesetting.child"],
            input=json.dumps(order, ensure_ascii=False).encode(),
            capture_output=True,
            timeout=WITHIN,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CannotTypeset from error
    if ended.returncode == FONT_MISSING:
        raise FontMissing
    if ended.returncode != 0 or not ended.stdout.startswith(b"%PDF"):
        raise CannotTypeset from RuntimeError(ended.stderr.decode(errors="replace")[-2000:])
    return ended.stdout
