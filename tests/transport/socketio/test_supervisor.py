"""`/supervisor` on real connections: who gets in, what it hears, what it may do, and what it is refused."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from batonpass.domain.events import AlertRaised
from batonpass.server import Running
from tests.blackbox import raw
from tests.blackbox.raw import Event, RawClient, Refused
from tests.hostile.talk import Crew, Talk, start, text, with_a_person
from tests.support.laws import check_laws
from tests.support.server import Workspace
from tests.support.stores import SqlitePlaces

UNKNOWN = "0" * 32


@dataclass
class Floor:
    """A server, a customer who talks to rita, and sue, who supervises: at her desk and at the overview."""

    running: Running
    keys: dict[str, str]
    crew: Crew
    talk: Talk
    boss: RawClient
    desk: RawClient

    def about(self, **more: Any) -> dict[str, Any]:
        return {"conversation_id": self.talk.cid, **more}

    async def refused(self, event: str, payload: dict[str, Any]) -> dict[str, Any]:
        told = await self.boss.ask(event, payload)
        assert told["ok"] is False, (event, payload, told)
        error: dict[str, Any] = told["error"]
        return error


@pytest.fixture
async def floor(sqlite_places: SqlitePlaces, tmp_path: Path) -> AsyncIterator[Floor]:
    workspace = await Workspace(tmp_path, await sqlite_places.new()).prepare()
    async with (
        workspace.running() as running,
        Crew.on(running.url, workspace.keys) as crew,
        raw.customer(running.url) as customer,
    ):
        talk = await with_a_person(customer, crew)
        async with (
            RawClient(running.url, "/supervisor", {"token": workspace.keys["sue"]}) as boss,
            raw.agent(running.url, workspace.keys["sue"]) as desk,
        ):
            yield Floor(running, workspace.keys, crew, talk, boss, desk)
        assert await running.store.read(check_laws) == []
        counts = running.sockets.counters.snapshot()
        assert not {"error.internal", "closed.internal", "after_failed"} & set(counts), counts


@pytest.fixture
def logged() -> Iterator[list[dict[str, Any]]]:
    with structlog.testing.capture_logs() as lines:
        yield lines  # type: ignore[misc]


def updates(client: RawClient, name: str, cid: str) -> list[Event]:
    return [e for e in client.events if e["event"] == name and e.get("conversation_id") == cid]


# Getting in


@pytest.mark.parametrize("who", ["rita", "triage"])
async def test_an_agent_who_is_no_supervisor_is_refused(floor: Floor, who: str) -> None:
    with pytest.raises(Refused) as caught:
        await RawClient(floor.running.url, "/supervisor", {"token": floor.keys[who]}).connect()
    assert (caught.value.code, (caught.value.data or {})["retryable"]) == ("not_allowed", False)


async def test_a_wrong_key_is_refused(floor: Floor) -> None:
    customer = floor.talk.customer.auth["token"]
    for token in (customer, floor.keys["sue"][:-1], "", None, 7, "bpa_" + "A" * 43, "x" * 10_000):
        client = await RawClient(floor.running.url, "/supervisor", {"token": token}).open()
        with pytest.raises(Refused) as caught:
            await client.join()
        assert caught.value.code == "bad_token"
        assert floor.talk.cid not in "".join(client.frames)


async def test_the_snapshot_has_ladders_chats_and_switches(floor: Floor) -> None:
    (snapshot,) = [e["data"] for e in floor.boss.events if e["event"] == "session.snapshot"]
    assert snapshot["agent"] == {"name": "Sue Sun", "kind": "representative", "id": "sue"}
    orders = next(q for q in snapshot["queues"] if q["queue_id"] == "orders")
    assert [(m["agent"]["id"], m["capacity_priority"]) for m in orders["members"]] == [
        ("triage", 100),
        ("rita", 60),
        ("rob", 50),
    ]
    rita = orders["members"][1]
    assert (rita["presence"], rita["reachable"], rita["slots_used"], rita["capacity"]) == (
        "available",
        True,
        1,
        50,
    )
    (chat,) = snapshot["conversations"]
    assert (chat["conversation_id"], chat["status"], chat["epoch"]) == (floor.talk.cid, "active", 3)
    assert (chat["holder"]["id"], chat["pending"], chat["others"]) == ("rita", [], [])
    assert snapshot["switches"]["transfers"] is True
    assert snapshot["more"] is False


# Reading


async def test_a_supervisor_reads_everything_and_a_customer_no_more(floor: Floor) -> None:
    talk, rita = floor.talk, floor.crew.rita
    here = talk.of(talk.stints[-1])
    await rita.good("note.add", {**here, "client_id": "n", "text": "a private note"})
    whisper = {**here, "client_id": "w", "content": text("a named whisper"), "to": ["rita"]}
    await rita.good("whisper.send", whisper)
    told = await floor.boss.good("timeline.read", floor.about(after=0))
    entries = [e for e in floor.boss.events if e.get("seq")]
    assert [e["seq"] for e in entries] == list(range(1, told["head"] + 1))
    assert {e["event"] for e in entries} >= {"note.added", "conversation.agent_added", "message.created"}
    assert "a named whisper" in str(entries)
    details = await floor.boss.good("conversation.details", floor.about())
    assert details["variables"] == {"topic": "parcel"}
    assert [s["agent"]["id"] for s in details["stints"]] == ["triage", "rita"]
    frames = "".join(talk.customer.frames)
    assert "a private note" not in frames
    assert "a named whisper" not in frames


async def test_why_and_who_now(floor: Floor) -> None:
    told = await floor.boss.good("decision.explain", floor.about())
    assert (told["handoff"]["kind"], told["why"]["winner"]) == ("escalation", "Rita Ray")
    assert (told["hypothetical"], told["queue"], told["now"].get("winner")) == (True, "orders", None)
    removed = {m["agent"]["id"]: m.get("removed") for m in told["members"]}
    assert removed == {"triage": "not_sought", "rita": "in_conversation", "rob": "unreachable"}


async def test_who_has_the_offer_would_get_it(floor: Floor) -> None:
    other = await start(floor.talk.customer, "other")
    assert other.cid == floor.talk.cid, "a customer has one open chat"
    async with raw.customer(floor.running.url) as customer:
        talk = await start(customer)
        await talk.greets(floor.crew.triage, "hello")
        await customer.good("human.request", {"conversation_id": talk.cid, "client_id": "h"})
        await talk.offer(floor.crew.rita)
        told = await floor.boss.good("decision.explain", {"conversation_id": talk.cid})
        assert (told["handoff"]["state"], told["hypothetical"]) == ("offered", False)
        assert (told["why"]["winner"], told["now"]["winner"]) == ("Rita Ray", "Rita Ray")


# Acting


async def test_taking_over_is_told_to_everybody_in_their_way(
    floor: Floor, logged: list[dict[str, Any]]
) -> None:
    talk = floor.talk
    act = floor.about(client_id="t", reason="Mrs Secret is angry")
    done = await floor.boss.good("conversation.take_over", act)
    assert (done["state"], done["over_capacity"]) == ("completed", False)
    assert await talk.joins(floor.desk) == done["stint_id"]
    notice = await talk.customer.event(
        "conversation.agent_added", lambda e: e["data"]["agent"]["name"] == "Sue Sun"
    )
    assert notice["data"]["notice"]["code"] == "took_over"
    acted = await floor.crew.rita.event("supervisor.acted")
    assert acted["data"] == {"act": "take_over", "reason": "Mrs Secret is angry"}
    assert acted["actor"]["id"] == "sue"
    assert await floor.boss.good("conversation.take_over", act) == done | {"over_capacity": False}
    await talk.answers(floor.desk, done["stint_id"], "Sue here")
    late = await floor.crew.rita.ask(
        "message.send", talk.of(talk.stints[1], client_id="l", content=text("x"))
    )
    assert late["error"]["code"] == "stint_ended"
    assert "Mrs Secret" not in "".join(talk.customer.frames)
    (line,) = [entry for entry in logged if entry["event"] == "supervisor_acted"]
    assert (line["act"], line["supervisor"], line["conversation_id"]) == ("take_over", "sue", talk.cid)
    assert "Mrs Secret" not in str(logged)


async def test_monitoring_and_whispering(floor: Floor) -> None:
    talk = floor.talk
    before = len(await talk.read())
    done = await floor.boss.good("conversation.monitor", floor.about(client_id="m", reason="quality"))
    stint = await talk.joins(floor.desk)
    assert stint == done["stint_id"]
    await talk.says("do you see this")
    await floor.desk.event("message.created", lambda e: "do you see this" in str(e))
    whisper = talk.of(stint, client_id="w", content=text("offer a refund"))
    await floor.desk.good("whisper.send", whisper)
    await floor.crew.rita.event("message.created", lambda e: "offer a refund" in str(e))
    said = floor.about(client_id="w2", content=text("from outside"), to=["rita"], reason="coaching")
    first = await floor.boss.good("whisper.send", said)
    assert await floor.boss.good("whisper.send", said) == first
    await floor.crew.rita.event("message.created", lambda e: "from outside" in str(e))
    await floor.desk.good("conversation.leave", talk.of(stint))
    assert len(await talk.read()) == before + 1, "the customer's own line"
    assert "refund" not in "".join(talk.customer.frames)


async def test_assigning_and_closing(floor: Floor) -> None:
    talk = floor.talk
    await floor.desk.good("presence.set", {"presence": "available"})
    act = floor.about(client_id="a", agent_id="sue", reason="knows it")
    done = await floor.boss.good("conversation.assign", act)
    assert (done["state"], "stint_id" in done) == ("offered", False)
    offer = await talk.offer(floor.desk)
    await floor.desk.good("offer.decline", {"offer_id": offer})
    back = await floor.boss.good(
        "conversation.assign", floor.about(client_id="b", agent_id="triage", reason="a bot can")
    )
    assert back["state"] == "completed"
    assert await floor.boss.good("conversation.close", floor.about(reason="spam")) == {
        "ok": True,
        "closed": True,
    }
    closed = await talk.customer.event("conversation.closed")
    assert closed["data"]["notice"]["code"] == "closed_by_supervisor"
    assert "Sue" not in str(closed)
    assert (await floor.boss.good("conversation.close", floor.about(reason="spam")))["closed"] is False
    again = await floor.refused("conversation.take_over", floor.about(client_id="x", reason="r"))
    assert again["code"] == "conversation_closed"


async def test_a_switch(floor: Floor) -> None:
    told = await floor.boss.good("switch.set", {"name": "notes", "on": False, "reason": "an incident"})
    assert told["switches"]["notes"] is False
    await floor.boss.event("switches.updated", lambda e: e["data"]["switches"]["notes"] is False)
    note = floor.talk.of(floor.talk.stints[-1], client_id="n", text="x")
    refused = await floor.crew.rita.ask("note.add", note)
    assert refused["error"]["code"] == "switched_off"
    back = await floor.boss.good("switch.set", {"name": "notes", "reason": "over"})
    assert back["switches"]["notes"] is True


# Hints


async def test_hints_of_what_changes(floor: Floor) -> None:
    async with raw.customer(floor.running.url) as customer:
        talk = await start(customer, name="Ann")
        update = await floor.boss.event(
            "conversation.updated",
            lambda e: e["conversation_id"] == talk.cid and e["data"]["conversation"].get("holder"),
        )
        chat = update["data"]["conversation"]
        assert (chat["status"], chat["holder"]["id"]) == ("active", "triage")
        await floor.boss.event("queue.updated", lambda e: e["data"]["queue_id"] == "orders")
        await floor.boss.event("handoff.updated", lambda e: e["conversation_id"] == talk.cid)
    await floor.crew.rita.good("presence.set", {"presence": "away"})
    await floor.boss.event(
        "presence.updated", lambda e: (e["data"]["agent"]["id"], e["data"]["presence"]) == ("rita", "away")
    )


async def test_hints_do_not_flood(floor: Floor) -> None:
    """A hundred changes in a moment are a few hints, and the last state is told."""
    seen = len(floor.boss.events)
    began = time.monotonic()
    for n in range(100):
        wanted = "away" if n % 2 else "available"
        await floor.crew.rita.good("presence.set", {"presence": wanted})
    await asyncio.sleep(1.5)
    told = [e for e in floor.boss.events[seen:] if e["event"] == "presence.updated"]
    told = [e for e in told if e["data"]["agent"]["id"] == "rita"]
    # One a second at most, however long a busy machine took over them.
    assert 1 <= len(told) <= 2 + (time.monotonic() - began)
    assert told[-1]["data"]["presence"] == "away"


async def test_alerts(floor: Floor) -> None:
    raised = AlertRaised("cool_down", floor.talk.cid, (("trigger", "idle"),))
    floor.running.board.publisher.publish([raised, raised])
    told = await floor.boss.event("alert.raised")
    assert (told["conversation_id"], told["data"]) == (
        floor.talk.cid,
        {"code": "cool_down", "params": {"trigger": "idle"}},
    )
    assert len([e for e in floor.boss.events if e["event"] == "alert.raised"]) == 1, "twice at once is one"


async def test_hints_of_much_that_was_written(floor: Floor) -> None:
    """Sixty invitations with long notes, each told; what does not fit a second's hints goes without its texts."""
    talk, rita = floor.talk, floor.crew.rita
    long = {"note": "x" * 4_000, "summary_text": "y" * 4_000}
    async with raw.agent(floor.running.url, floor.keys["rob"]) as rob:
        await rob.good("presence.set", {"presence": "available"})
        seen = len(floor.boss.frames)
        for n in range(60):
            invite = {"kind": "invitation", "target": {"type": "agent", "id": "rob"}, **long}
            payload = talk.of(talk.stints[-1], client_id=f"i{n}", **invite)
            asked = await rita.good("handoff.request", payload)
            await rita.good("handoff.cancel", floor.about(handoff_id=asked["handoff_id"]))
        await asyncio.sleep(1.5)
    told = floor.boss.frames[seen:]
    assert sum("handoff.updated" in frame for frame in told) >= 60
    assert sum(map(len, told)) < 2_000_000
    assert (await floor.boss.good("decision.explain", floor.about()))["conversation_id"] == talk.cid


async def test_messages_are_no_hints(floor: Floor) -> None:
    await asyncio.sleep(1.2)
    seen = len(floor.boss.events)
    for n in range(5):
        await floor.talk.says(f"line {n}")
    await asyncio.sleep(1.2)
    assert floor.boss.events[seen:] == []


# Hostile input


async def test_unknown_things(floor: Floor) -> None:
    acts: dict[str, dict[str, Any]] = {
        "conversation.monitor": {"client_id": "c", "reason": "r"},
        "conversation.take_over": {"client_id": "c", "reason": "r"},
        "conversation.assign": {"client_id": "c", "reason": "r", "agent_id": "rita"},
        "conversation.close": {"reason": "r"},
        "whisper.send": {"client_id": "c", "content": text("x")},
        "timeline.read": {"after": 0},
        "conversation.details": {},
        "decision.explain": {},
    }
    for event, rest in acts.items():
        assert (await floor.refused(event, {"conversation_id": UNKNOWN, **rest}))["code"] == "not_found"
        assert (await floor.refused(event, {"conversation_id": "../x", **rest}))["code"] == "bad_request"
    nobody = floor.about(client_id="c", reason="r", agent_id="nobody")
    assert (await floor.refused("conversation.assign", nobody))["code"] == "not_found"
    away = floor.about(client_id="c", reason="r", agent_id="rob", force=True)
    assert (await floor.refused("conversation.assign", away))["code"] == "unavailable"
    stranger = floor.about(client_id="c", content=text("x"), to=["rob"])
    assert (await floor.refused("whisper.send", stranger))["code"] == "bad_request"
    assert await floor.talk.words() == ["hello", "a person please"]


@pytest.mark.parametrize("reason", ["", "x" * 501, None, 7, ["r"], "nul\x00"])
async def test_a_reason_that_is_none(floor: Floor, reason: object) -> None:
    for event, rest in {
        "conversation.monitor": {"client_id": "c"},
        "conversation.take_over": {"client_id": "c"},
        "conversation.assign": {"client_id": "c", "agent_id": "rob"},
        "conversation.close": {},
    }.items():
        error = await floor.refused(event, floor.about(reason=reason, **rest))
        assert error["code"] == "bad_request"
        assert "x" * 100 not in error["message"]
    switch = {"name": "notes", "on": False, "reason": reason}
    assert (await floor.refused("switch.set", switch))["code"] == "bad_request"
    assert (await floor.boss.good("conversation.details", floor.about()))["holder"]["id"] == "rita"


async def test_what_agents_say_is_not_said_here(floor: Floor) -> None:
    for event in ("message.send", "presence.set", "handoff.request", "conversation.end"):
        assert (await floor.refused(event, {}))["code"] == "unknown_event"
    for event, payload in {
        "switch.set": {"name": "gravity", "on": False, "reason": "r"},
        "conversation.take_over": floor.about(client_id="c", reason="r", force="yes"),
        "conversation.assign": floor.about(client_id="c", reason="r", agent_id="rob", extra=1),
    }.items():
        assert (await floor.refused(event, payload))["code"] == "bad_request"


async def test_acts_are_not_for_the_agents_door(floor: Floor) -> None:
    act = floor.about(client_id="c", reason="r")
    for client in (floor.crew.rita, floor.desk, floor.talk.customer):
        told = await client.ask("conversation.take_over", act)
        assert told["error"]["code"] == "unknown_event"
