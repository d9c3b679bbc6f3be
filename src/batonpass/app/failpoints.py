"""Named places where a test kills the process. In production nothing is named, and a hit is two comparisons."""

import os
import signal
from collections import Counter
from pathlib import Path

ENV = "BATONPASS_FAILPOINT"
LOG_ENV = "BATONPASS_FAILPOINT_LOG"

_target, _, _nth = os.environ.get(ENV, "").partition("#")
_log = os.environ.get(LOG_ENV, "")
_hits: Counter[str] = Counter()


def hit(name: str) -> None:
    """Kill the process here, as by power loss, if `BATONPASS_FAILPOINT` says `name` or `name#n` for the n-th time.

    With `BATONPASS_FAILPOINT_LOG` every name that is passed is appended to that file, a line each.
    """
    if _log:
        with Path(_log).open("a") as log:
            log.write(f"{name}\n")
    if name != _target:
        return
    _hits[name] += 1
    if _hits[name] == int(_nth or 1):
        os.kill(os.getpid(), signal.SIGKILL)
