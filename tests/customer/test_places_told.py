"""Places on the wire: pushed on change, to nobody more often than every few seconds, never without need."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from batonpass.transport.socketio import places as told_places
from tests.blackbox import raw
from tests.support.server import Workspace
from tests.support.stores import Place


@pytest.mark.parametrize("places", ["sqlite"], indirect=True)
async def test_places_are_told_on_change_and_seldom(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three who wait before her go at once: the fourth hears of her last place, not of those in between."""
    monkeypatch.setattr(told_places, "LOOK_EVERY_S", 0.0)
    monkeypatch.setattr(told_places, "TELL_EVERY_S", 0.6)
    workspace = await Workspace(tmp_path, place).prepare()
    async with workspace.running() as running, AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(raw.customer(running.url)) for _ in range(4)]
        started = [await c.good("conversation.start", {"client_id": "s"}) for c in clients]
        assert [s["position"] for s in started] == [1, 2, 3, 4]
        last = clients[3]
        await last.event("queue.position", lambda e: e["data"]["position"] == 4)
        for client, chat in zip(clients[:3], started, strict=False):
            await client.good("conversation.end", {"conversation_id": chat["conversation_id"]})
        await last.event("queue.position", lambda e: e["data"]["position"] == 1)
        await clients[3].good("conversation.end", {"conversation_id": started[3]["conversation_id"]})
        told = [[e["data"]["position"] for e in c.events if e["event"] == "queue.position"] for c in clients]
        assert told[3] == [4, 1]
        assert all(len(set(each)) == len(each) for each in told), "a place was told twice"


@pytest.mark.parametrize("places", ["sqlite"], indirect=True)
async def test_who_keeps_its_place_is_not_told_again(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The queue is looked at because another came in behind."""
    monkeypatch.setattr(told_places, "LOOK_EVERY_S", 0.0)
    monkeypatch.setattr(told_places, "TELL_EVERY_S", 0.0)
    workspace = await Workspace(tmp_path, place).prepare()
    async with workspace.running() as running, AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(raw.customer(running.url)) for _ in range(3)]
        for at, client in enumerate(clients, 1):
            await client.good("conversation.start", {"client_id": "s"})
            first = await client.event("queue.position")
            assert first["data"]["position"] == at
        for client in clients:  # an answer comes behind everything that was pushed before
            await client.good("conversation.start", {"client_id": "s"})
        told = [[e["data"]["position"] for e in c.events if e["event"] == "queue.position"] for c in clients]
        assert told == [[1], [2], [3]]
