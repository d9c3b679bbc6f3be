"""The same thing twice at the same moment, from two connections; and two ends that pull at one thing."""

import asyncio
from typing import Any

from tests.blackbox.raw import RawClient
from tests.hostile.stage import Stage
from tests.hostile.talk import start, text

TIMES = 8


async def at_once(clients: list[RawClient], event: str, payload: dict[str, Any]) -> list[dict[str, Any]]:
    """Every connection says it several times, all at the same moment."""
    said = [client.ask(event, payload) for client in clients for _ in range(TIMES)]
    return list(await asyncio.gather(*said))


async def tabs(stage: Stage) -> list[RawClient]:
    first = await stage.customer()
    return [first, await stage.customer(first.auth["token"])]


async def test_a_chat_is_opened_once(stage: Stage) -> None:
    clients = await tabs(stage)
    one = await at_once(clients, "conversation.start", {"client_id": "s"})
    other = await at_once(clients, "conversation.start", {"client_id": "another click"})
    assert len({told["conversation_id"] for told in one + other}) == 1
    assert sum(told["created"] for told in one + other) == 1


async def test_a_message_is_stored_once(stage: Stage) -> None:
    clients = await tabs(stage)
    talk = await start(clients[0])
    payload = {"conversation_id": talk.cid, "client_id": "m", "content": text("once")}
    told = await at_once(clients, "message.send", payload)
    assert {(t["ok"], t["message_id"], t["public_seq"]) for t in told} == {
        (True, told[0]["message_id"], told[0]["public_seq"])
    }
    assert await talk.words() == ["once"]
    # The same id with other words is still the first message: an id names one thing.
    changed = {**payload, "content": text("twice")}
    assert (await clients[1].good("message.send", changed))["message_id"] == told[0]["message_id"]
    assert await talk.words() == ["once"]


async def test_an_offer_is_accepted_once(stage: Stage) -> None:
    rob, talk = await stage.offered_to_rob()
    told = await at_once([rob, await stage.agent("rob")], "offer.accept", {"offer_id": await talk.offer(rob)})
    assert {(t["ok"], t["stint_id"]) for t in told} == {(True, told[0]["stint_id"])}
    stint = await talk.joins(rob)
    assert stint == told[0]["stint_id"]
    joined = [e for e in await talk.read() if e["event"] == "conversation.agent_added"]
    assert len(joined) == 2  # the bot, and rob


async def test_an_offer_is_accepted_and_declined(stage: Stage) -> None:
    for _ in range(5):
        rob, talk = await stage.offered_to_rob()
        offer = {"offer_id": await talk.offer(rob)}
        yes, no = await asyncio.gather(rob.ask("offer.accept", offer), rob.ask("offer.decline", offer))
        assert yes["ok"] != no["ok"]
        assert (no if yes["ok"] else yes)["error"]["code"] == "offer_ended"
        await talk.ends()


async def test_a_pass_is_asked_for_once(stage: Stage) -> None:
    rob, talk = await stage.held_by_rob()
    asked = talk.of(talk.stints[-1], client_id="p", kind="hand_back")
    told = await at_once([rob, await stage.agent("rob")], "handoff.request", asked)
    assert {(t["ok"], t["handoff_id"]) for t in told} == {(True, told[0]["handoff_id"])}
    await talk.greets(stage.crew.survey, "how was it")
    removed = [e for e in await talk.read() if e["event"] == "conversation.agent_removed"]
    assert len(removed) <= 2


async def test_the_greeting_is_said_once(stage: Stage) -> None:
    bot, tab = stage.crew.triage, await stage.agent("triage")
    talk = await start(await stage.customer())
    stint = await talk.joins(bot)
    greeting = talk.of(stint, client_id=f"greet:{stint}", content=text("hello"))
    told = await at_once([bot, tab], "message.send", greeting)
    assert len({t["message_id"] for t in told}) == 1
    assert await talk.words() == ["hello"]


async def test_both_ends_end_it_while_it_is_passed(stage: Stage) -> None:
    for _ in range(5):
        rob, talk = await stage.held_by_rob()
        tab = await stage.agent("rob")
        here = talk.of(talk.stints[-1])
        told = await asyncio.gather(
            talk.customer.ask("conversation.end", {"conversation_id": talk.cid}),
            rob.ask("conversation.resolve", here),
            tab.ask("handoff.request", {**here, "client_id": "p", "kind": "hand_back"}),
            talk.customer.ask("human.request", {"conversation_id": talk.cid, "client_id": "h"}),
        )
        # The customer's end always wins; the others are told what came of theirs.
        assert told[0]["ok"] is True
        codes = {t["error"]["code"] for t in told[1:] if not t["ok"]}
        assert codes <= {"stint_ended", "conversation_closed", "handoff_pending"}
        await talk.customer.event("conversation.closed", lambda e, cid=talk.cid: e["conversation_id"] == cid)  # type: ignore[misc]
        closed = [e for e in await talk.read() if e["event"] == "conversation.closed"]
        assert len(closed) == 1
        assert (await talk.read())[-1]["event"] == "conversation.closed"
