"""Much at once, over a slow link: a client that reads is never dropped for what the server itself sends it."""

import json
from typing import Any

from tests.blackbox import raw
from tests.blackbox.raw import RawClient
from tests.hostile.slowlink import slow_link
from tests.hostile.stage import Stage
from tests.hostile.talk import start, text

LARGE = {f"k{n}": "😀" * 2_400 for n in range(98)}
"""Close to the largest context that one packet brings."""

SPEED = 3_000_000
FRAME = 2_000_000
"""What may wait for a client, and so the most that a packet may be."""


async def test_large_offers_and_joins_reach_who_reads_them(stage: Stage) -> None:
    async with slow_link(stage.running.port, SPEED) as url:
        rob = await desk(stage, url)
        await rob.good("presence.set", {"presence": "available"})
        chats = [await _passed_to_rob(stage) for _ in range(8)]
        offers = [(await rob.event("offer.made", _of(cid)))["data"]["offer"] for cid in chats]
        for offer in offers:
            await rob.say("offer.accept", {"offer_id": offer["offer_id"]})
        await _all_contexts(rob, chats)
        # Nothing is ready yet: who comes back is due all of it again.
        again = await desk(stage, url)
        await _all_contexts(again, chats)
        for cid in chats:
            added = await again.event("conversation.agent_added", _of(cid))
            payload = {"stint_id": added["data"]["stint_id"], "conversation_id": cid}
            assert (await again.good("stint.ready", payload))["more"] is False
            told = await again.good("conversation.details", {"conversation_id": cid})
            assert told["variables"].items() >= LARGE.items()
        assert not rob.ended
        assert max(len(frame.encode()) for frame in (*rob.frames, *again.frames)) < FRAME
        await rob.close()
        await again.close()
    assert "closed.slow_reader" not in stage.counts


async def test_a_snapshot_of_many_large_offers_fits(stage: Stage) -> None:
    async with slow_link(stage.running.port, SPEED) as url:
        rob = await desk(stage, url)
        await rob.good("presence.set", {"presence": "available"})
        chats = [await _passed_to_rob(stage) for _ in range(6)]
        for cid in chats:
            await rob.event("offer.made", _of(cid))
        again = await desk(stage, url)
        snapshot = await again.event("session.snapshot")
        assert {offer["conversation_id"] for offer in snapshot["data"]["offers"]} == set(chats)
        assert max(len(frame.encode()) for frame in again.frames) < FRAME / 2
        for offer in snapshot["data"]["offers"]:
            await again.good("offer.accept", {"offer_id": offer["offer_id"]})
        await _all_contexts(again, chats)
        await rob.close()
        await again.close()
    assert "closed.slow_reader" not in stage.counts


async def test_a_resume_of_many_long_chats_at_once_is_read_to_its_end(stage: Stage) -> None:
    chats = [await _long_chat(stage) for _ in range(24)]
    async with slow_link(stage.running.port, SPEED) as url:
        bot = await raw.agent(url, stage.keys["triage"]).connect()
        asked = [await bot.say("timeline.read", {"conversation_id": cid, "after": 0}) for cid in chats]
        for number in asked:
            told = await bot.answer(number)
            assert told is not None, bot.close_reason
            assert told["ok"], told
        read = [e for e in bot.events if e["event"] == "message.created"]
        assert not bot.ended
        assert len(read) >= 24 * 12  # a page each
        await bot.close()
    assert "closed.slow_reader" not in stage.counts


async def test_a_context_that_would_fit_no_packet_is_refused(stage: Stage) -> None:
    """Each packet is small enough, all of them together are not."""
    talk = await start(await stage.customer())
    stint = await talk.greets(stage.crew.triage, "hello")
    here = {"conversation_id": talk.cid, "stint_id": stint}
    told: dict[str, Any] = {}
    for half in (list(LARGE)[:49], list(LARGE)[49:]):
        variables = dict.fromkeys(half, "\x01" * 2_400)
        told = await stage.crew.triage.ask("context.set", {**here, "variables": variables})
    assert told["error"]["code"] == "too_many_variables"


async def desk(stage: Stage, url: str) -> RawClient:
    return await raw.agent(url, stage.keys["rob"]).connect()


def _of(cid: str) -> Any:
    return lambda event: event["conversation_id"] == cid


async def _passed_to_rob(stage: Stage) -> str:
    customer = await stage.customer()
    started = json.dumps(["conversation.start", {"client_id": "s", "context": LARGE}], ensure_ascii=False)
    cid = (await customer.answer(await customer.say_json(started)))["conversation_id"]
    greet = await stage.crew.triage.event("conversation.greet", _of(cid))
    here = {"conversation_id": cid, "stint_id": greet["data"]["stint_id"]}
    target = {"type": "agent", "id": "rob"}
    payload = {**here, "client_id": "up", "kind": "escalation", "target": target}
    await stage.crew.triage.good("handoff.request", payload)
    stage.crew.triage.frames.clear()
    return str(cid)


async def _all_contexts(client: RawClient, chats: list[str]) -> None:
    for cid in chats:
        context = await client.event("conversation.context", _of(cid))
        assert context["data"]["variables"].items() >= LARGE.items()


async def _long_chat(stage: Stage) -> str:
    customer = await stage.customer()
    talk = await start(customer)
    await talk.greets(stage.crew.triage, "hello")
    for n in range(14):
        words = {"client_id": f"m{n}", "content": text("汉" * 8_000)}
        await customer.good("message.send", {"conversation_id": talk.cid, **words})
    return talk.cid
