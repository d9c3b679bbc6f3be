"""A chat played over REST alone, from the first line to the close; no socket is open."""

from typing import Any

from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.support.laws import check_laws
from tests.transport.rest.place import Place, opened

TEXT = {"type": "text", "text": "Where is my order?"}


async def test_a_chat_is_played_over_rest_alone(frozen_store: BaseStore[Tx]) -> None:
    async with opened(frozen_store) as place:
        await _play(place)
        assert await frozen_store.read(check_laws) == []


async def _play(place: Place) -> None:
    c = await place.customer("c1")
    for agent in ("A", "R1"):
        await place.ok(agent, "PUT", "/agent/lease", {"for_s": 3600})
    await place.ok("R1", "PUT", "/agent/presence", {"presence": "available"})
    started = await place.ok(c, "POST", "/customer/conversations", {"context": {"name": "Cleo"}}, key="click")
    cid = started["conversation_id"]
    assert (
        await place.ok(c, "POST", "/customer/conversations", {"context": {"name": "Cleo"}}, key="click")
    ) == started
    chat = f"/agent/conversations/{cid}"
    # The bot joins: packets, ready, greeting, an answer.
    (stint,) = (await place.ok("A", "GET", "/agent/session"))["stints"]
    sid = stint["stint_id"]
    packets = (await place.ok("A", "GET", f"/agent/stints/{sid}/packets"))["packets"]
    assert [p["event"] for p in packets] == [
        "conversation.agent_added",
        "conversation.context",
        "conversation.greet",
    ]
    await place.ok("A", "POST", f"/agent/stints/{sid}/ready")
    greeting = {"stint_id": sid, "content": {"type": "text", "text": "Hello"}, "client_id": f"greet:{sid}"}
    await place.ok("A", "POST", f"{chat}/messages", greeting)
    own = f"/customer/conversations/{cid}"
    await place.ok(c, "POST", f"{own}/messages", {"content": TEXT}, key="m1")
    assert (await place.ok("A", "GET", "/agent/session"))["turns"][0]["stint_id"] == sid
    # It escalates, and a representative takes it.
    asked = {"stint_id": sid, "kind": "escalation", "note": "wants a person"}
    told = await place.ok("A", "POST", f"{chat}/handoffs", asked, key="h1")
    assert told["answer"]["type"] == "queued"
    (offer,) = (await place.ok("R1", "GET", "/agent/session"))["offers"]
    assert offer["handoff"]["note"] == "wants a person"
    mine = (await place.ok("R1", "POST", f"/agent/offers/{offer['offer_id']}/accept"))["stint_id"]
    await place.ok("R1", "POST", f"/agent/stints/{mine}/ready")
    late = {"stint_id": sid, "content": TEXT, "client_id": "late"}
    assert await place.code("A", "POST", f"{chat}/messages", late) == "stint_ended"
    sent = {"stint_id": mine, "content": {"type": "text", "text": "It is on its way."}}
    await place.ok("R1", "POST", f"{chat}/messages", sent, key="r1")
    note = await place.ok("R1", "POST", f"{chat}/notes", {"stint_id": mine, "text": "checked"})
    assert "public_seq" not in note
    await place.ok("R1", "POST", f"{chat}/resolve", {"stint_id": mine})
    # The customer reads its part, and only that.
    page = await place.ok(c, "GET", f"{own}/timeline?after=0")
    assert page["entries"][-1]["event"] == "conversation.closed" and not page["more"]
    assert "checked" not in str(page) and "wants a person" not in str(page)
    found = await place.ok("S-supervisor", "GET", f"/supervisor/conversations/{cid}/timeline?after=0")
    assert "checked" in str(found)
    finish = f"/agent/stints/{mine}/finish"
    assert await place.code("R1", "POST", finish, {"disposition": "none-here"}) == "bad_request"
    await place.ok("R1", "POST", finish)


async def test_lists_go_on_by_cursor_and_filter(frozen_store: BaseStore[Tx]) -> None:
    async with opened(frozen_store, "A") as place:
        for number in range(5):
            await place.ok(await place.customer(f"c{number}"), "POST", "/customer/conversations")
            await place.world.store.advance(1)
        seen: list[str] = []
        path, cursor = "/supervisor/conversations?limit=2", ""
        while True:
            page = await place.ok("S-supervisor", "GET", path + cursor)
            seen += [one["conversation_id"] for one in page["conversations"]]
            if page.get("next") is None:
                break
            cursor = f"&cursor={page['next']}"
        assert len(seen) == len(set(seen)) == 5
        for query, many in (
            ("status=active", 5),
            ("status=open", 0),
            ("holder=A", 5),
            ("holder=R1", 0),
            ("queue=q1", 5),
            ("customer_id=c3", 1),
        ):
            page = await place.ok("K-admin", "GET", f"/supervisor/conversations?{query}")
            assert len(page["conversations"]) == many, query


async def test_a_lease_ends_by_itself_and_by_its_agent(frozen_store: BaseStore[Tx]) -> None:
    async with opened(frozen_store) as place:

        async def reachable() -> bool:
            return any(a.reachable for a in await place.world.store.read(_all) if a.id == "R1")

        await place.ok("R1", "PUT", "/agent/lease", {"for_s": 10})
        await place.world.advance(9_000)
        await place.ok("R1", "PUT", "/agent/lease", {"for_s": 10})
        await place.world.advance(9_000)
        assert await reachable()
        await place.world.advance(1_000)
        assert not await reachable()
        await place.ok("R1", "PUT", "/agent/lease", {"for_s": 10})
        assert (await place.ask("R1", "DELETE", "/agent/lease"))[0] == 204
        assert not await reachable()
        await place.world.advance(20_000)


def _all(tx: Any) -> Any:
    return tx.all_agents()
