"""`python -m jishu.runtime.watch PARENT CHILD SIGNAL`: passes PARENT's death on to CHILD, where the kernel does not."""

import os
import sys
import time

_POLL_SECONDS = 0.5


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def main(parent: int, child: int, how: int) -> None:
    # Polling, not a pipe: a pipe's end would leak into other children and keep the parent "alive".
    while alive(child):
        if os.getppid() != parent:
            os.kill(child, how)
            return
        time.sleep(_POLL_SECONDS)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
