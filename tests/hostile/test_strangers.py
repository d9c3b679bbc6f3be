"""What is not yours looks like what is not there: another customer's chat, another agent's stint, offer and turn."""

from typing import Any

import pytest

from batonpass.protocol.agent import AGENT_EVENTS
from batonpass.protocol.customer import CUSTOMER_EVENTS
from tests.blackbox import raw
from tests.blackbox.raw import RawClient, Refused
from tests.hostile.stage import Stage
from tests.hostile.talk import Talk, start, text, with_a_person

UNKNOWN = "0" * 32
OF_A_CUSTOMER: dict[str, dict[str, Any]] = {
    "message.send": {"client_id": "m", "content": text("mine now")},
    "human.request": {"client_id": "h"},
    "bot.request": {"client_id": "b"},
    "conversation.end": {},
    "timeline.read": {"after": 0},
    "typing.set": {"on": True},
    "contact.leave": {"client_id": "c", "message": "mine now", "email": "me@example.com"},
    "receipt.set": {"read": 1},
    "transcript.get": {},
}
"""Customer events that name a conversation, without it."""

OF_A_STINT: dict[str, dict[str, Any]] = {
    "message.send": {"client_id": "m", "content": text("mine now")},
    "note.add": {"client_id": "n", "text": "mine now"},
    "handoff.request": {"client_id": "p", "kind": "escalation"},
    "context.set": {"variables": {"topic": "mine now"}},
    "conversation.resolve": {},
    "conversation.leave": {},
    "whisper.send": {"client_id": "w", "content": text("mine now")},
    "participant.remove": {"removed_stint_id": UNKNOWN},
    "summary.preview": {},
    "summary.flag": {"client_id": "f", "handoff_id": UNKNOWN},
    "message.mark": {"client_id": "k", "seq": 1},
    "note.edit": {"client_id": "e", "note_id": UNKNOWN, "text": "mine now"},
    "availability.ask": {},
    "typing.set": {"on": True},
    "receipt.set": {"read": 1},
    "conversation.hold": {"client_id": "h"},
}
"""Agent events that name a conversation and a stint in it, without them."""

OF_ONE_THING = {
    "stint.ready": "stint_id",
    "wrapup.finish": "stint_id",
    "wrapup.options": "stint_id",
    "offer.accept": "offer_id",
    "offer.decline": "offer_id",
    "turn.done": "turn_id",
    "turn.working": "turn_id",
}

OF_A_QUEUE = ("conversation.resume", "conversation.pick_up")
"""For what waits, or is on hold, in a queue of one's own."""

OF_A_HANDOFF = ("handoff.complete", "handoff.cancel")


def test_no_event_is_left_out() -> None:
    ids = {"conversation_id", "stint_id", "offer_id", "turn_id"}
    customers = {model.event for model in CUSTOMER_EVENTS if ids & set(model.model_fields)}
    assert customers == set(OF_A_CUSTOMER)
    agents = {model.event for model in AGENT_EVENTS if ids & set(model.model_fields)}
    assert agents == {
        *OF_A_STINT,
        *OF_ONE_THING,
        *OF_A_HANDOFF,
        "timeline.read",
        "conversation.details",
        "note.search",
        "canned.list",
        "target.list",
        "customer.history",
        *OF_A_QUEUE,
    }


async def refused(client: RawClient, event: str, payload: dict[str, Any]) -> dict[str, Any]:
    told = await client.ask(event, payload)
    assert told["ok"] is False, (event, payload, told)
    error: dict[str, Any] = told["error"]
    return error


async def looks_unknown(
    client: RawClient, event: str, payload: dict[str, Any], unknown: dict[str, Any]
) -> None:
    """Refused, and word for word as an id that nobody has."""
    found = await refused(client, event, payload)
    assert found["code"] == "not_found", (event, payload, found)
    assert found == await refused(client, event, unknown), (event, payload)


async def test_another_customers_conversation(stage: Stage) -> None:
    stranger = await stage.customer()
    await start(stranger)
    before = await stage.talk.read()
    for event, rest in OF_A_CUSTOMER.items():
        theirs, unknown = ({"conversation_id": cid, **rest} for cid in (stage.talk.cid, UNKNOWN))
        await looks_unknown(stranger, event, theirs, unknown)
    assert await stage.talk.read() == before
    assert not any(stage.talk.cid in frame for frame in stranger.frames)


async def test_a_question_that_is_somebody_elses(stage: Stage) -> None:
    talk = await with_a_person(await stage.customer(), stage.crew)
    await talk.answers(stage.crew.rita, talk.stints[-1], "hello")
    await talk.ends()
    asked = await talk.customer.event("csat.asked")
    stranger = await stage.customer()
    for score in (1, 5):
        mine = asked["data"]["question"]["question_id"]
        theirs, unknown = ({"question_id": one, "score": score} for one in (mine, UNKNOWN))
        await looks_unknown(stranger, "csat.give", theirs, unknown)


async def test_another_agents_stint(stage: Stage) -> None:
    """Somebody else's conversation is as unknown as one that is not there; so is a stint, also in one's own."""
    ritas, stint = stage.talk, stage.talk.stints[-1]
    rob, mine = await stage.held_by_rob()
    nowhere = Talk(mine.customer, UNKNOWN)
    for event, rest in OF_A_STINT.items():
        for other in (stint, mine.stints[-1], UNKNOWN):
            await looks_unknown(rob, event, ritas.of(other, **rest), nowhere.of(other, **rest))
        for other in (stint, mine.stints[0], ritas.stints[0]):
            await looks_unknown(rob, event, mine.of(other, **rest), mine.of(UNKNOWN, **rest))
    assert await ritas.words() == ["hello", "a person please", "I am here"]
    assert await mine.words() == ["hello"]
    assert not any("mine now" in frame for frame in ritas.customer.frames + mine.customer.frames)


async def test_another_agents_stint_offer_or_turn_alone(stage: Stage) -> None:
    other = await start(await stage.customer())
    stint = await other.greets(stage.crew.triage, "hello")
    await other.says("a question")
    turn = await other.turn(stage.crew.triage, stint)
    asked = await start(await stage.customer())
    await asked.greets(stage.crew.triage, "hello")
    await asked.customer.good("human.request", {"conversation_id": asked.cid, "client_id": "h"})
    offer = await asked.offer(stage.crew.rita)
    theirs = {"stint_id": stage.talk.stints[-1], "offer_id": offer, "turn_id": turn}
    for stranger in (await stage.agent("survey"), await stage.agent("rob")):
        for event, name in OF_ONE_THING.items():
            await looks_unknown(stranger, event, {name: theirs[name]}, {name: UNKNOWN})
    await asked.takes(stage.crew.rita)


async def test_another_agents_handoff(stage: Stage) -> None:
    """Rita invites somebody; who is not asked, and a bot that held it once, cannot call it off or complete it."""
    here = stage.talk.of(stage.talk.stints[-1], client_id="i", kind="invitation")
    invited = (await stage.crew.rita.good("handoff.request", here))["handoff_id"]
    theirs = {"conversation_id": stage.talk.cid, "handoff_id": invited}
    for stranger in (await stage.agent("survey"), stage.crew.triage):
        for event in OF_A_HANDOFF:
            await looks_unknown(stranger, event, theirs, {**theirs, "handoff_id": UNKNOWN})
    for event in OF_A_HANDOFF:  # its own, under a conversation that it is not of
        elsewhere = {**theirs, "conversation_id": UNKNOWN}
        await looks_unknown(stage.crew.rita, event, elsewhere, {**elsewhere, "handoff_id": UNKNOWN})
    await stage.crew.rita.good("handoff.cancel", theirs)


async def test_a_conversation_that_is_no_business_of_an_agents(stage: Stage) -> None:
    for name in ("rob", "survey"):
        agent = await stage.agent(name)
        wished: dict[str, dict[str, Any]] = {
            event: {"client_id": "mine"}
            for event in OF_A_QUEUE
            if name == "rob"  # no bot may, whatever it names
        }
        wished |= {"timeline.read": {"after": 0}, "conversation.details": {}, "canned.list": {}}
        wished |= {"target.list": {}} | ({"customer.history": {}} if name == "rob" else {})
        for event, rest in wished.items():
            theirs, unknown = ({"conversation_id": cid, **rest} for cid in (stage.talk.cid, UNKNOWN))
            await looks_unknown(agent, event, theirs, unknown)
        assert not any("I am here" in frame for frame in agent.frames)


async def test_an_agent_reads_to_the_end_of_its_part_and_no_further(stage: Stage) -> None:
    bot, talk, rita = stage.crew.triage, stage.talk, stage.crew.rita
    here = talk.of(talk.stints[-1])
    await rita.good("note.add", {**here, "client_id": "n", "text": "for later agents"})
    await rita.good("context.set", {**here, "variables": {"secret": "for later agents"}})
    told = await bot.good("timeline.read", {"conversation_id": talk.cid, "after": 0})
    entries = [e for e in bot.entries("seq") if e["conversation_id"] == talk.cid]
    assert told["head"] == told["upto"] == len(entries)
    assert entries[-1]["event"] == "conversation.agent_removed"
    await bot.ask("timeline.read", {"conversation_id": talk.cid, "after": len(entries)})
    await bot.ask("conversation.details", {"conversation_id": talk.cid})
    assert not any("for later agents" in frame or "I am here" in frame for frame in bot.frames)


def wrong_tokens(token: str, key: str) -> list[Any]:
    return [
        None,
        {},
        [],
        "token",
        7,
        {"token": None},
        {"token": ""},
        {"token": 7},
        {"token": [token]},
        {"token": {"token": token}},
        {"Token": token},
        {"token": token[:-1]},
        {"token": token + "x"},
        {"token": token.upper()},
        {"token": f" {token}"},
        {"token": "bpc_" + "A" * 43},
        {"token": "bpa_" + "A" * 43},
        {"token": "a\x00b"},
        {"token": "\ud83d"},
        {"token": "x" * 500_000},
        {"token": "' OR 1=1 --"},
        {"token": "../../etc/passwd"},
        {"token": key[:10]},
    ]


async def test_wrong_tokens(stage: Stage) -> None:
    token = (await raw.session(stage.url))["token"]
    key = stage.keys["rita"]
    # The key of the other door does not open this one.
    doors = {"/customer": [*wrong_tokens(token, key), {"token": key}]}
    doors["/agent"] = [*wrong_tokens(token, key), {"token": token}]
    for namespace, auth in [(door, auth) for door, auths in doors.items() for auth in auths]:
        client = RawClient(stage.url, namespace, auth)
        await client.open()
        with pytest.raises(Refused) as caught:
            await client.join()
        error = caught.value.data or {}
        assert error.get("code") in ("bad_token", "bad_request"), (auth, error)
        assert (caught.value.code, error["retryable"]) == (error["code"], False)
        told = "".join(client.frames)
        assert token not in told
        assert key not in told


async def test_a_second_door_on_the_same_connection_asks_for_its_own_key(stage: Stage) -> None:
    customer = await stage.customer()
    await customer.send(f'40/agent,{{"token":"{customer.auth["token"]}"}}')
    await customer.until(lambda: any(frame.startswith("44/agent,") for frame in customer.frames))
    await customer.send('42/agent,1["presence.set",{"presence":"away"}]')
    told = await customer.ask("conversation.end", {"conversation_id": stage.talk.cid})
    assert told["error"]["code"] == "not_found"
    assert stage.counts["malformed"] == 1
