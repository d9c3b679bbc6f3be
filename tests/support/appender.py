"""A program to kill: takes numbers from many callers at once and prints each one that was acknowledged.

Run as `python -m tests.support.appender URL`.
"""

import asyncio
import os
import sys

import structlog

from batonpass.store.engine import open_store
from batonpass.store.tx import Tx
from tests.support.counter import take

CALLERS = 16


async def main(url: str) -> None:
    store = await open_store(url, Tx)

    async def caller(which: int) -> None:
        while True:
            number = await store.run(take, which % 4)
            # One write is whole or not at all, also when we are killed at it.
            os.write(1, f"{which % 4} {number}\n".encode())

    await asyncio.gather(*(caller(n) for n in range(CALLERS)))


if __name__ == "__main__":
    # Standard output is for the numbers.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    asyncio.run(main(sys.argv[1]))
