import json

import pytest

from jishu.apps.fleet.dispatch import cordeau, solving
from jishu.apps.fleet.dispatch.problem import Unsound
from jishu.apps.fleet.dispatch.tests.makers import DATA

GOOD = "1 1 480 3 30\n0 0 0 0 0 0 480\n1 1 1 3 1 0 1440\n2 4 4 3 -1 100 115\n"


def test_one_json_comes_out(capsys):
    solving.main([str(DATA / "a2-16.txt"), "--seconds", "5", "--seed", "3", "--json"])

    told = json.loads(capsys.readouterr().out)
    assert sorted(told) == ["lower_bound", "objective", "routes", "seconds"]
    assert round(told["objective"], 2) == round(told["lower_bound"], 2) == 294.25
    assert sorted(node for route in told["routes"] for node in route) == list(range(1, 33))


def test_what_cannot_be_served_is_named(tmp_path, capsys):
    file = tmp_path / "late.txt"
    file.write_text(GOOD.replace("-1 100 115", "-1 1 2"))

    solving.main([str(file), "--seconds", "1"])

    told = capsys.readouterr()
    assert json.loads(told.out)["unserved"] == [1]
    assert "没有排上：1" in told.err


@pytest.mark.parametrize(
    "text",
    [
        "", "1 1 480 3\n", GOOD.replace("1 1 480", "1 999999999 480"), GOOD.replace("1 1 480", "1 1e300 480"),
        GOOD.replace("3 30", "3 nan"), GOOD.replace("3 30", "-3 30"), GOOD.rsplit("\n", 2)[0],
        GOOD.replace("4 4 3", "4 inf 3"),
        GOOD.replace("4 4 3", "1e9 4 3"), GOOD.replace("-1 100", "-2 100"), GOOD.replace("100 115", "115 100"),
        GOOD.replace("2 4 4", "7 4 4"), GOOD.replace("4 4 3", "四 4 3"), GOOD.replace("4 4 3", "4 4 -3"),
        GOOD + "x " * 1_000_000,
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_in_words(tmp_path, capsys, text):
    file = tmp_path / "bad.txt"
    file.write_text(text)

    with pytest.raises(SystemExit) as ended:
        solving.main([str(file)])

    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith("。\n")


@pytest.mark.parametrize("words", [[], ["/no/such"], ["x", "--seconds", "nan"], ["x", "--seed", "-1"], ["x", "--more"]])
def test_bad_words_are_refused(capsys, words):
    with pytest.raises(SystemExit) as ended:
        solving.main(words)

    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith("。\n")


def test_bytes_that_are_no_text_are_refused(tmp_path):
    file = tmp_path / "bytes.txt"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Unsound):
        cordeau.read(file)
