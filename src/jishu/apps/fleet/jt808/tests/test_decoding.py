"""`jishu fleet decode` as people and programs call it."""

import json
import subprocess
import sys

from .vectors import FRAMES, LOCATION_2013


def run(*words: str, said: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "jishu.cli", "fleet", "decode", *words],
        input=said, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_one_frame():
    ran = run(LOCATION_2013.hex())

    told = json.loads(ran.stdout)
    assert ran.returncode == 0
    assert (told["message_id"], told["version"], told["terminal"], told["serial"]) == (
        "0x0200", "2013", "012345678901", 32767,
    )  # fmt: skip
    assert told["time"] == "2020-07-07T19:23:59+08:00"


def test_a_bad_line_is_told_and_the_others_are_not_lost():
    lines = [FRAMES[0].hex(), "不是报文", FRAMES[0].hex()[:-4] + "007e", "f" * 40_000, *(wire.hex() for wire in FRAMES)]

    ran = run("-", said="\n".join(lines))

    told = [json.loads(line) for line in ran.stdout.splitlines()]
    assert ran.returncode == 1
    assert ran.stderr == ""
    assert [("error" in each) for each in told[:3]] == [False, True, True]
    assert not any("error" in each for each in told[-117:])
    assert sum(each.get("part", {}).get("number", 0) == 18 and len(each["files"]) == 180 for each in told) == 1
