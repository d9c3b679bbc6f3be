"""Named places where a test kills the process. In production the name is unset and a hit is one comparison."""

import os
import signal
from collections import Counter

ENV = "BATONPASS_FAILPOINT"

_target, _, _nth = os.environ.get(ENV, "").partition("#")
_hits: Counter[str] = Counter()


def hit(name: str) -> None:
    """Kill the process here, as by power loss, if `BATONPASS_FAILPOINT` says `name` or `name#n` for the n-th time."""
    if name != _target:
        return
    _hits[name] += 1
    if _hits[name] == int(_nth or 1):
        os.kill(os.getpid(), signal.SIGKILL)
