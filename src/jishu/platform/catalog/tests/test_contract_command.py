"""`jishu contract check` as the people of another system use it."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from threading import Thread

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from jishu.platform.contract import contract, to_json


def checked(*words):
    said = StringIO()
    call_command("contract", "check", *words, stdout=said)
    return said.getvalue()


@pytest.fixture
def asset(tmp_path):
    path = tmp_path / "asset.json"
    path.write_text(json.dumps(to_json(contract("asset")), ensure_ascii=False), encoding="utf-8-sig")
    return path


def test_all_systems_of_the_house_are_checked():
    assert "asset：L4" in checked()


def test_a_file_is_checked(asset):
    assert f"{asset}：L4" in checked(str(asset), "--level", "4")


def test_an_address_is_checked_and_not_followed_elsewhere(asset):
    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path == "/contract":
                self.send_response(200)
                self.end_headers()
                self.wfile.write(asset.read_bytes())
            else:
                self.send_response(302)
                self.send_header("Location", "/contract")
                self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    try:
        assert "：L4" in checked(f"{address}/contract")
        with pytest.raises(CommandError) as refused:
            checked(f"{address}/moved")
        assert refused.value.returncode == 2
    finally:
        server.shutdown()
        server.server_close()


def test_what_is_missing_is_named_with_its_clause(asset):
    document = json.loads(asset.read_text("utf-8-sig"))
    document["items"][0]["basis"] = []
    asset.write_text(json.dumps(document))
    said = StringIO()

    with pytest.raises(CommandError) as refused:
        call_command("contract", "check", str(asset), stdout=said)

    assert refused.value.returncode == 1
    assert "L1-08 items[0].basis" in said.getvalue()
    assert "业务事项清单" in said.getvalue()


def test_programs_read_the_same(asset):
    told = json.loads(checked(str(asset), "--json"))

    assert told[str(asset)] == {"level": 4, "findings": []}


@pytest.mark.parametrize(
    "content",
    [b"{", b"\xff\xfe\x00", b'{"a":' * 100_000, b" " * (2 * 1024 * 1024 + 1)],
    ids=["cut", "binary", "deep", "huge"],
)
def test_what_cannot_be_read_is_said_in_words(tmp_path, content):
    path = tmp_path / "contract.json"
    path.write_bytes(content)

    with pytest.raises(CommandError) as refused:
        checked(str(path))

    assert refused.value.returncode == 2
    assert "contract.json" in str(refused.value)


def test_a_file_that_is_not_there_is_said_in_words(tmp_path):
    with pytest.raises(CommandError, match="没有文件") as refused:
        checked(str(tmp_path / "none.json"))

    assert refused.value.returncode == 2
