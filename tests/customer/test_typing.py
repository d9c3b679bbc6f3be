"""FIELD 21: a hint that somebody writes never sticks. It expires, and ends with the message, a leave, a pass, and the
connection."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.blackbox import raw
from tests.blackbox.raw import RawClient
from tests.hostile.talk import Crew, Talk, with_a_person
from tests.support.server import Workspace
from tests.support.stores import SqlitePlaces


@asynccontextmanager
async def rita_and_a_customer(
    places: SqlitePlaces, folder: Path
) -> AsyncIterator[tuple[Crew, RawClient, str]]:
    workspace = await Workspace(folder, await places.new()).prepare()
    async with workspace.running() as running, Crew.on(running.url, workspace.keys) as crew:
        token = (await raw.session(running.url))["token"]
        async with raw.customer(running.url, token) as customer:
            yield crew, customer, token


async def hint(client: RawClient, talk: Talk, on: bool, after: int = 0) -> raw.Event:
    """The first hint of this talk with this state, among the events after so many."""
    return await client.event(
        "typing.updated",
        lambda e: (
            e["conversation_id"] == talk.cid and e["data"]["on"] is on and client.events.index(e) >= after
        ),
    )


async def test_field_21_a_typing_indicator_that_sticks(sqlite_places: SqlitePlaces, tmp_path: Path) -> None:
    async with rita_and_a_customer(sqlite_places, tmp_path) as (crew, customer, token):
        talk = await with_a_person(customer, crew)
        stint = talk.stints[-1]
        rita = crew.rita
        types = talk.of(stint, on=True)

        # Nobody has to say that it is over: it says itself for how long it counts.
        await rita.good("typing.set", types)
        told = await hint(customer, talk, on=True)
        assert 0 < told["data"]["expires_ms"] <= 10_000
        assert (told["actor"]["type"], "id" in told["actor"]) == ("person", False)

        # The message that was written
        before = len(customer.events)
        await talk.answers(rita, stint, "here it is")
        await hint(customer, talk, on=False, after=before)
        names = [e["event"] for e in customer.events[before:]]
        assert names.index("message.created") < names.index("typing.updated")

        # The customer's
        await customer.good("typing.set", {"conversation_id": talk.cid, "on": True})
        await hint(rita, talk, on=True)
        before = len(rita.events)
        await talk.says("thanks")
        await hint(rita, talk, on=False, after=before)

        # A tab that was closed in the middle of a word
        async with raw.customer(rita.url, token) as tab:
            before = len(rita.events)
            await tab.good("typing.set", {"conversation_id": talk.cid, "on": True})
            await hint(rita, talk, on=True, after=before)
            before = len(rita.events)
        await hint(rita, talk, on=False, after=before)

        # A pass
        await rita.good("typing.set", types)
        before = len(customer.events)
        await talk.passes(rita, stint, "hand_back")
        await hint(customer, talk, on=False, after=before)

        # A leave
        other = await with_a_person(await another(rita.url), crew)
        await rita.good("typing.set", other.of(other.stints[-1], on=True))
        before = len(other.customer.events)
        await rita.good("conversation.leave", other.of(other.stints[-1]))
        await hint(other.customer, other, on=False, after=before)

        # Nothing is taken back that was not said
        before = len(other.customer.events)
        await other.ends()
        assert "typing.updated" not in [e["event"] for e in other.customer.events[before:]]
        await other.customer.close()


async def another(url: str) -> RawClient:
    return await RawClient(url, "/customer", {"token": (await raw.session(url))["token"]}).connect()
