"""What goes out goes only where it may, once, and is not waited for for ever."""

import socket
import threading
import time
from ipaddress import ip_address, ip_network

import pytest

from jishu.platform.lib import outgoing
from jishu.platform.lib.outgoing import BadAddress, NoAnswer, NotAllowed, checked_url, is_allowed, post
from jishu.platform.lib.tests.receiver import Receiver

LOOPBACK = (ip_network("127.0.0.0/8"),)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1",
        "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
    ],
)  # fmt: skip
def test_our_own_house_is_not_reached(address):
    assert not is_allowed(ip_address(address), ())
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(NotAllowed):
        post(f"http://{host}/", b"", {})


def test_the_outside_world_is_and_so_is_what_the_operator_names():
    assert is_allowed(ip_address("8.8.8.8"), ())
    assert is_allowed(ip_address("2606:4700::1111"), ())
    named = (ip_network("10.1.0.0/16"), ip_network("fd00::/8"))
    assert is_allowed(ip_address("10.1.2.3"), named)
    assert is_allowed(ip_address("::ffff:10.1.2.3"), named)
    assert is_allowed(ip_address("fd00::7"), named)
    assert not is_allowed(ip_address("10.2.2.3"), named)


def test_one_bad_address_behind_a_name_spoils_it(monkeypatch):
    found = [(2, 1, 6, "", ("8.8.8.8", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    with pytest.raises(NotAllowed):
        post("http://two-faced.example/", b"", {})


@pytest.mark.parametrize(
    "url",
    [
        "", "ftp://example.org/", "file:///etc/passwd", "http://", "//example.org", "http://user:pw@example.org/",
        "http://example.org:0/", "http://example.org:99999/", "http://example.org/ x", "http://example.org/\r\nHost: x",
        "http://[::1/", "gopher://127.0.0.1:6379/_", "http://example.org/" + "x" * 500,
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(url):
    with pytest.raises(BadAddress):
        checked_url(url)


def test_an_answer_comes_back_cut_to_size():
    with Receiver(status=202, text="好" * 5000) as receiver:
        answer = post(receiver.url, b'{"a": 1}', {"Content-Type": "application/json", "X-One": "1"}, networks=LOOPBACK)

    assert (answer.status, answer.accepted) == (202, True)
    assert len(answer.text.encode()) <= outgoing.ANSWER + 3
    [got] = receiver.got
    assert (got.body, got.headers["X-One"], got.path) == (b'{"a": 1}', "1", "/hook?x=1")
    assert got.headers["Host"] == f"127.0.0.1:{receiver.port}"


def test_a_redirect_is_not_followed():
    with Receiver() as inner, Receiver(status=307, headers={"Location": inner.url}) as outer:
        answer = post(outer.url, b"", {}, networks=LOOPBACK)

    assert (answer.status, answer.accepted, inner.got) == (307, False, [])


def test_who_answers_drop_by_drop_is_cut_off(monkeypatch):
    monkeypatch.setattr(outgoing, "SECONDS", 0.6)
    server = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        line, _ = server.accept()
        with line:
            try:
                for sign in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 200:
                    line.send(bytes([sign]))
                    time.sleep(0.05)
            except OSError:
                return

    threading.Thread(target=drip, daemon=True).start()
    began = time.monotonic()
    with pytest.raises(NoAnswer, match="没有收到完整的应答"):
        post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"", {}, networks=LOOPBACK)
    assert time.monotonic() - began < 3
    server.close()


def test_nobody_there_and_nonsense_are_told_apart():
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]

    def greet() -> None:
        with server.accept()[0] as line:
            line.send(b"SSH-2.0\r\n")

    threading.Thread(target=greet, daemon=True).start()
    with pytest.raises(NoAnswer, match="HTTP|断开|连接失败"):
        post(f"http://127.0.0.1:{port}/", b"", {}, networks=LOOPBACK)
    server.close()

    with pytest.raises(NoAnswer, match="拒绝连接"):
        post(f"http://127.0.0.1:{port}/", b"", {}, networks=LOOPBACK)
