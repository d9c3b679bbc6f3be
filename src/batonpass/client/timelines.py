"""The numbered entries of a client's conversations: streams, the 250 ms, the reads that fill gaps."""

import asyncio
from collections.abc import Callable

import structlog

from batonpass.client.connection import Connection
from batonpass.client.entry import Entry
from batonpass.client.errors import ClientError, Refused
from batonpass.client.stream import Stream
from batonpass.protocol.base import ClientEvent
from batonpass.protocol.customer import Page
from batonpass.tasks import spawn

log = structlog.get_logger(__name__)


def now_ms() -> int:
    """Return the loop's steady clock in milliseconds."""
    return int(asyncio.get_running_loop().time() * 1000)


class Timelines:
    """Takes entries as they come and calls `deliver` for each, in order and once per opened conversation.

    `settled` is called with the conversation after each read, whatever came of it.
    """

    def __init__(
        self,
        connection: Connection,
        read: Callable[[str, int], ClientEvent],
        deliver: Callable[[Entry], None],
        settled: Callable[[str], None] = lambda conversation_id: None,
    ) -> None:
        self.gaps_read = 0
        self._connection = connection
        self._read = read
        self._deliver = deliver
        self._settled = settled
        self._streams: dict[str, Stream[Entry]] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._reading: set[str] = set()

    def open(self, conversation_id: str, cursor: int = 0) -> None:
        """Follow a conversation from `cursor + 1` on, anew."""
        self.close(conversation_id)
        self._streams[conversation_id] = Stream(cursor)

    def close(self, conversation_id: str) -> None:
        """Follow it no more."""
        self._streams.pop(conversation_id, None)
        timer = self._timers.pop(conversation_id, None)
        if timer is not None:
            timer.cancel()

    def close_all(self) -> None:
        """Follow nothing."""
        for conversation_id in list(self._streams):
            self.close(conversation_id)

    def missing(self, conversation_id: str) -> bool:
        """Whether entries are known to exist that were not delivered."""
        stream = self._streams.get(conversation_id)
        return stream.missing if stream else False

    def unsettled(self, conversation_id: str) -> bool:
        """Whether entries are missing, or a read is on its way that may find some."""
        return conversation_id in self._reading or self.missing(conversation_id)

    def take(self, entry: Entry) -> None:
        """An entry came. One of a conversation that is not followed is dropped."""
        stream = self._streams.get(entry.conversation_id)
        if stream is None:
            log.debug("entry_not_followed", conversation=entry.conversation_id)
            return
        for free in stream.take(entry.number, entry, now_ms()):
            self._deliver(free)
        self._arm(entry.conversation_id)

    def know(self, conversation_id: str, head: int) -> None:
        """Entries up to `head` exist: if they do not come by themselves, they are read."""
        stream = self._streams.get(conversation_id)
        if stream is not None:
            stream.know(head, now_ms())
            self._arm(conversation_id)

    def catch_up(self, conversation_id: str) -> None:
        """Read what follows the cursor now, without waiting for a gap to show."""
        if conversation_id in self._streams and conversation_id not in self._reading:
            self._reading.add(conversation_id)
            spawn(self._fill(conversation_id), name=f"client-read:{conversation_id}")

    def _arm(self, conversation_id: str) -> None:
        """Have the timer stand where the stream's deadline is."""
        stream = self._streams.get(conversation_id)
        timer = self._timers.pop(conversation_id, None)
        if timer is not None:
            timer.cancel()
        if stream is None or stream.due_at is None:
            return
        wait = max(stream.due_at - now_ms(), 0) / 1000
        loop = asyncio.get_running_loop()
        self._timers[conversation_id] = loop.call_later(wait, self._due, conversation_id)

    def _due(self, conversation_id: str) -> None:
        stream = self._streams.get(conversation_id)
        if stream is None or not stream.missing:
            return
        if conversation_id in self._reading or not self._connection.online:
            # A read is on its way, or the next snapshot brings one.
            stream.asked(now_ms())
            self._arm(conversation_id)
            return
        self.gaps_read += 1
        self.catch_up(conversation_id)

    async def _fill(self, conversation_id: str) -> None:
        try:
            while await self._page(conversation_id):
                pass
        except Refused as refused:
            self._give_up(conversation_id, refused)
        except ClientError as error:
            log.debug("read_cut_short", conversation=conversation_id, error=type(error).__name__)
        finally:
            self._reading.discard(conversation_id)
            if stream := self._streams.get(conversation_id):
                stream.asked(now_ms())
                self._arm(conversation_id)
            self._settled(conversation_id)

    async def _page(self, conversation_id: str) -> bool:
        """Read a page; its entries come as events before the answer. Return whether there is more."""
        stream = self._streams.get(conversation_id)
        if stream is None:
            return False
        after = stream.cursor
        page = await self._connection.call(self._read(conversation_id, after), Page, resend=False)
        stream.settle(page.head)
        return page.more and stream.cursor > after

    def _give_up(self, conversation_id: str, refused: Refused) -> None:
        log.info("read_refused", conversation=conversation_id, code=refused.code)
        if stream := self._streams.get(conversation_id):
            stream.abandon()
