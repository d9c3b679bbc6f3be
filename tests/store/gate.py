"""Hold SQLite's writer inside a transaction, so that what is called next waits and shares the commit."""

import asyncio
import threading

from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.support.counter import take
from tests.support.until import until


class Gate:
    """A use case that waits for the test before it takes its number."""

    def __init__(self) -> None:
        self._reached = threading.Event()
        self._opened = threading.Event()

    def _hold(self, tx: Tx) -> int:
        self._reached.set()
        assert self._opened.wait(20)
        return take(tx)

    async def close(self, store: BaseStore[Tx]) -> "asyncio.Task[int]":
        """Return the call that holds the writer, once it does; the caller awaits it."""
        call = asyncio.get_running_loop().create_task(store.run(self._hold))
        await until(self._reached.is_set)
        return call

    def open(self) -> None:
        """Let the writer go on."""
        self._opened.set()
