"""The platform as an operator sees it: started, hit, hit hard, started again. Real processes, real kills."""

import signal
import subprocess
import sys

import pytest

from jishu.runtime import processes
from tests.runtime.ground import eventually, open_home, surroundings
from tests.runtime.platform import UP, Platform


@pytest.fixture(scope="module")
def platform():
    with open_home() as home:
        platform = Platform(home)
        platform.start()
        yield platform
        if platform.process.poll() is None:
            platform.process.terminate()
        platform.process.wait(30)


def test_a_command_finds_the_running_platform_and_leaves_it_running(platform):
    told = subprocess.run(
        [sys.executable, "-m", "jishu.cli", "showmigrations", "--plan", "procrastinate"],
        env=platform.surroundings, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert told.returncode == 0, told.stderr
    assert "[X]" in told.stdout
    assert platform.healthy()


@pytest.mark.skipif(sys.platform != "linux", reason="looks for what is left in /proc")
def test_nothing_is_left_and_everything_comes_back(platform):
    first = platform.process

    # A part that dies is started again.
    processes.send(platform.child("jishu.cli web"), signal.SIGKILL)
    eventually(platform.healthy, 20)
    processes.send(platform.child("bin/postgres"), signal.SIGKILL)
    eventually(lambda: "数据库意外停止" in platform.log.read_text(), 10)
    eventually(platform.healthy, 20)

    # A second one on the same home says so and leaves the first alone.
    second = subprocess.run(
        UP, env=platform.surroundings | {"PORT": "1"}, capture_output=True, text=True, timeout=30, check=False
    )
    assert second.returncode == 1
    assert f"进程 {first.pid}（jishu up）" in second.stderr
    assert "Traceback" not in second.stderr

    # Killed hard, it leaves nothing, and the next one recovers by itself.
    first.kill()
    first.wait()
    eventually(lambda: not platform.left(), 15)
    platform.start()

    # Ctrl-C ends it in good order.
    platform.process.send_signal(signal.SIGINT)
    assert platform.process.wait(15) == 0
    assert not platform.left()
    assert platform.log.read_text().rstrip().endswith("平台已停止。")


def test_a_taken_port_is_said_before_anything_starts(home):
    seen = surroundings(home)
    with subprocess.Popen([sys.executable, "-m", "http.server", "--bind", "127.0.0.1", seen["PORT"]]) as other:
        refused = subprocess.run(UP, env=seen, capture_output=True, text=True, timeout=120, check=False)
        other.kill()

    assert refused.returncode == 1
    assert f"端口 {seen['PORT']} 已被别的程序占用" in refused.stderr
    assert not (home / "pg").exists()


def test_what_the_operator_got_wrong_is_one_sentence(home):
    wrong = surroundings(home) | {"JISHU_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}

    told = subprocess.run(
        [sys.executable, "-m", "jishu.cli", "showmigrations"],
        env=wrong, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert told.returncode == 1
    assert told.stderr.startswith("jishu：数据库连接不上")
    assert "Traceback" not in told.stderr
