"""Is the port ours to take?"""

import errno
import socket
import time

from jishu.runtime.problem import Problem

_OLD_ONE_LEAVES_WITHIN = 6.0  # seconds: workers of a killed platform finish what they are doing


class PortTaken(Problem):
    """端口 {port} 已被别的程序占用：请停掉它，或换一个端口，例如 PORT={other} make run。"""


class PortRefused(Problem):
    """不能在 {bind}:{port} 上监听：{reason}。"""


def must_be_free(bind: str, port: int) -> None:
    deadline = time.monotonic() + _OLD_ONE_LEAVES_WITHIN
    while not _free(bind, port):
        if time.monotonic() > deadline:
            raise PortTaken(port=port, other=port + 1 if port < 65535 else 8000)
        time.sleep(0.2)


def _free(bind: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in bind else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise PortRefused(bind=bind, port=port, reason=error.strerror) from error
    return True
