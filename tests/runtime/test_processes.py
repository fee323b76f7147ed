import os
import signal
import subprocess
import sys

import pytest

from jishu.runtime import processes
from jishu.runtime.watch import alive
from tests.runtime.ground import eventually, pids

# A parent that starts one child and says its number; the child sleeps.
PARENT = """
import sys, time
from jishu.runtime import processes
{setup}
child = processes.start(["sleep", "60"])
print(child.pid, flush=True)
time.sleep(60)
"""
WITHOUT_KERNEL_HELP = "processes._libc = None"


@pytest.fixture(params=["", WITHOUT_KERNEL_HELP], ids=["kernel", "watcher"])
def family(request):
    words = [sys.executable, "-c", PARENT.format(setup=request.param)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as parent:
        child = int(parent.stdout.readline())
        yield parent, child
        parent.kill()
        processes.send(child, signal.SIGKILL)


def running(pid):
    return alive(pid) and "sleep" in processes.command_line(pid)


def test_a_child_does_not_outlive_its_killed_parent(family):
    parent, child = family
    assert running(child)

    parent.send_signal(signal.SIGKILL)

    parent.wait()
    eventually(lambda: not running(child), 5)


@pytest.mark.skipif(sys.platform != "linux", reason="looks for what is left in /proc")
def test_stopping_takes_the_grandchildren_along():
    child = processes.start(["sh", "-c", "trap '' TERM; sleep 61 & echo; wait"])
    session = child.pid
    eventually(lambda: "61" in " ".join(commands_of(session)), 5)

    processes.stop(child, within=0.2)

    eventually(lambda: not commands_of(session), 5)


def commands_of(session):
    return [processes.command_line(pid) for pid in pids() if session_of(pid) == session]


def session_of(pid):
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return None


def test_a_signal_to_somebody_gone_is_no_error():
    child = processes.start(["true"])
    child.wait()

    processes.send(child.pid, signal.SIGTERM)
    processes.stop(child)

    assert child.returncode == 0


def test_a_run_reports_how_it_ended():
    assert processes.run(["true"]) == 0
    assert processes.run(["sh", "-c", "exit 7"]) == 7
