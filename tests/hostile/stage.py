"""The real server, decent people who are in the middle of a chat, and what must still be so afterwards."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from batonpass.protocol.errors import CODES
from batonpass.server import Running
from tests.blackbox import raw
from tests.blackbox.raw import RawClient
from tests.hostile.talk import Crew, Talk, start, whole_journey, with_a_person
from tests.support.laws import check_laws
from tests.support.server import Workspace
from tests.support.stores import Place

OVER_HTTP = {
    f"refused.bad_{what}" for what in ("origin", "sid", "transport", "upgrade", "version", "jsonp_index")
} | {"refused.not_connected", "refused.unexpected_http"}
"""Requests that never become a connection: the library answers them with 400 and words of its own."""


class Stage:
    """A server with a crew of agents, and a customer who talks to rita while the test is hostile."""

    def __init__(self, running: Running, keys: dict[str, str], crew: Crew, talk: Talk) -> None:
        self.running = running
        self.url = running.url
        self.keys = keys
        self.crew = crew
        self.talk = talk
        self.expected = ["hello", "a person please", "I am here"]
        self._stack = AsyncExitStack()

    @property
    def counts(self) -> dict[str, int]:
        """What the server counted: `closed.<reason>`, `refused.<code>`, `error.<code>`, `malformed`."""
        return self.running.sockets.counters.snapshot()

    async def customer(self, token: str | None = None) -> RawClient:
        """One more customer's connection."""
        return await self._stack.enter_async_context(raw.customer(self.url, token))

    async def agent(self, name: str) -> RawClient:
        """One more connection of an agent."""
        return await self._stack.enter_async_context(raw.agent(self.url, self.keys[name]))

    async def opened(self, namespace: str = "/customer", auth: object = None) -> RawClient:
        """A WebSocket that has joined nothing."""
        client = await RawClient(self.url, namespace, auth).open()
        self._stack.push_async_callback(client.close)
        return client

    async def offered_to_rob(self) -> tuple[RawClient, Talk]:
        """Another agent, to whom a bot has passed a chat by name; the offer is open."""
        rob = await self.agent("rob")
        await rob.good("presence.set", {"presence": "available"})
        talk = await start(await self.customer())
        stint = await talk.greets(self.crew.triage, "hello")
        await talk.passes(self.crew.triage, stint, "escalation", target={"type": "agent", "id": "rob"})
        await talk.offer(rob)
        return rob, talk

    async def held_by_rob(self) -> tuple[RawClient, Talk]:
        """The same, taken."""
        rob, talk = await self.offered_to_rob()
        await talk.takes(rob)
        return rob, talk

    async def still_serves(self) -> None:
        """The chat that was under way goes on, nothing of it is lost, and a new one is served from start to end."""
        await self.talk.says("are you still there")
        await self.talk.answers(self.crew.rita, self.talk.stints[-1], "yes I am")
        assert await self.talk.words() == [*self.expected, "are you still there", "yes I am"]
        done = await whole_journey(self.url, self.crew)
        await done.customer.close()
        assert await self.running.store.read(check_laws) == []
        faults = {
            name for name in self.counts if name in ("error.internal", "closed.internal", "after_failed")
        }
        assert faults == set(), self.counts

    def codes_are_known(self) -> None:
        """Whatever was refused was refused with a code of the protocol."""
        for name in self.counts:
            family, _, code = name.partition(".")
            assert family not in ("error", "refused") or code in CODES or name in OVER_HTTP, name

    async def close(self) -> None:
        await self._stack.aclose()


@asynccontextmanager
async def stage_on(place: Place, folder: Path, *, connects: int = 5_000) -> AsyncIterator[Stage]:
    """See the fixture `stage`."""
    workspace = await Workspace(folder, place, connects=connects).prepare()
    async with (
        workspace.running() as running,
        Crew.on(running.url, workspace.keys) as crew,
        raw.customer(running.url) as customer,
    ):
        talk = await with_a_person(customer, crew)
        await talk.answers(crew.rita, talk.stints[-1], "I am here")
        stage = Stage(running, workspace.keys, crew, talk)
        try:
            yield stage
        finally:
            await stage.close()
        await stage.still_serves()
        stage.codes_are_known()
