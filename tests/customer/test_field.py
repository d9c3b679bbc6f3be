"""Scenarios of FIELD.md about what the customer has: nothing lost at any cut, one chat of a double click."""

import asyncio
from pathlib import Path

from batonpass.app.customers import StartChat, Started, start_chat
from batonpass.domain.conversation import Conversation
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.blackbox import raw
from tests.crash.journeys import PATIENCE_S, Cast, talkative
from tests.handoffs.house import house
from tests.support.laws import check_laws
from tests.support.server import Workspace
from tests.support.stores import SqlitePlaces
from tests.support.until import until

STEPS = 7


async def scripted(cast: Cast, cut_before: int) -> list[str]:
    """Customer, bot, person, close; before one step all connections fail. The words that the customer has read."""

    async def step(number: int) -> None:
        if number != cut_before:
            return
        await cast.cut("triage")
        await cast.cut("rita")
        links = cast.customer.connection.links
        await cast.customer.connection.cut()
        await until(lambda: cast.customer.connection.links > links, PATIENCE_S)

    customer = cast.customer
    await step(0)
    await customer.start(client_id=f"start-{cut_before}")
    await step(1)
    await cast.hears("hello from triage")
    await cast.people["rita"].set_presence("available")
    await cast.says("where is it")
    await step(2)
    await cast.hears("triage heard where is it")
    await cast.says("a person please")
    await step(3)
    chat = await cast.takes("rita")
    await step(4)
    await cast.answers(chat, "rita", "rita here")
    await step(5)
    await cast.hears("rita here")
    await step(6)
    await chat.resolve()
    await cast.closed()
    await chat.finish()
    assert [entry.number for entry in customer.entries] == list(range(1, len(customer.entries) + 1))
    return [f"{entry.event} {entry.text}" for entry in customer.entries]


async def test_field_02_messages_lost_or_invisible_after_a_reconnect(
    sqlite_places: SqlitePlaces, tmp_path: Path
) -> None:
    """The connections are cut at every point of a scripted chat: every log is that of a chat without a cut."""
    workspace = await Workspace(tmp_path, await sqlite_places.new()).prepare()
    async with workspace.running() as running:
        logs = []
        for cut_before in range(-1, STEPS):
            cast = Cast(running.url, workspace.keys)
            talkative(cast)
            async with cast:
                for person in cast.people.values():
                    await person.set_presence("away")
                await cast.bots["survey"].set_presence("away")
                logs.append(await scripted(cast, cut_before))
                await same_to_a_newcomer(cast, logs[-1])
        assert all(log == logs[0] for log in logs)
        assert await running.store.read(check_laws) == []


async def same_to_a_newcomer(cast: Cast, log: list[str]) -> None:
    async with raw.customer(cast.customer.url, cast.customer.token) as newcomer:
        await newcomer.good("timeline.read", {"conversation_id": cast.customer.conversation_id, "after": 0})
        assert len(newcomer.entries("public_seq")) == len(log)


async def test_field_20_two_conversations_from_one_double_click(store: BaseStore[Tx]) -> None:
    """One click that came twice, two clicks, two tabs at once: one conversation. After its end there is another."""
    world = await house(store)
    customer = await world.customer()

    async def click(client_id: str) -> Started:
        started: Started = await world.do(start_chat, StartChat(customer, client_id))
        return started

    clicks = await asyncio.gather(*(click(client_id) for client_id in ("a", "a", "b", "c", "a", "b")))
    assert len({started.conversation.id for started in clicks}) == 1
    assert sum(started.created for started in clicks) == 1
    first = clicks[0].conversation.id
    await world.ends(customer, first)
    assert (await click("b")).conversation.id == first, "a late resend of an old click opens nothing"
    again = await click("d")
    assert (again.created, again.conversation.id == first) == (True, False)
    assert len(await store.read(_all, customer)) == 2


def _all(tx: Tx, customer: str) -> list[Conversation]:
    return tx.conversations_of(customer, 10)
