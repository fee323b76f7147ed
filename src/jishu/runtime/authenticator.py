"""`jishu code KEY`: the six digits an authenticator would show now, for whoever tries the demo without a phone."""

import sys
import time

import pyotp

from jishu.runtime.problem import Problem

_STEP = 30  # seconds


class NoKey(Problem):
    """请写出密钥：jishu code 密钥（启用动态口令的页面上二维码下面的那一串字母和数字）。"""


class NotAKey(Problem):
    """这不是动态口令的密钥：只由字母 A–Z 和数字 2–7 组成，可以有空格。"""


def main(words: list[str]) -> None:
    key = "".join(words[1:]).replace(" ", "").upper()
    if not key:
        raise NoKey
    try:
        code = pyotp.TOTP(key).now()
    except ValueError as error:
        raise NotAKey from error
    sys.stdout.write(f"{code}（还有 {_STEP - int(time.time()) % _STEP} 秒有效）\n")
