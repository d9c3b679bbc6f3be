"""Detectors: each plays something pinned on a fresh place and raises where a law is broken.

`dice(seed)` is a random game of tests/support/game.py, judged after every commit; the others are short scenes
about what a game does not look at.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from batonpass.app import failpoints, going, handoffs, matching, messages, presence, switchboard, views
from batonpass.app.runner import Runner
from batonpass.app.summaries import ByPlugin
from batonpass.domain.agents import Presence
from batonpass.domain.due import DueKind
from batonpass.domain.errors import HandoffPending, NotFound, StintEnded
from batonpass.domain.events import EntriesWritten
from batonpass.domain.handoff import Kind, Leave, Target, TargetType
from batonpass.plugin_api import Summary, SummaryRequest
from batonpass.plugins import SummaryRunner
from batonpass.protocol import projection
from batonpass.store.tx import Tx
from tests.support.game import play_dice
from tests.support.ground import Ground
from tests.support.stores import Place
from tests.test_laws_concurrent import Riot

MOVES = 120


@dataclass(frozen=True)
class Detector:
    """A pinned play. `name` is unique; a detector that is green once is not played again without a fault."""

    name: str
    play: Callable[[Place], Awaitable[None]]


def dice(seed: int) -> Detector:
    """The game of this seed with the moves of the baton, judged by all laws after every commit."""
    return Detector(f"dice({seed})", lambda place: play_dice(place, seed, MOVES, passing=True))


def shift(seed: int) -> Detector:
    """The game of this seed in the house whose queues open and close."""
    return Detector(
        f"shift({seed})", lambda place: play_dice(place, seed, MOVES, in_shifts=True, passing=True)
    )


def scene(play: Callable[[Ground], Awaitable[None]]) -> Detector:
    """A scene on a ground of its own, with one chat that bot A holds."""

    async def on(place: Place) -> None:
        ground = await Ground.begin(place)
        try:
            await ground.start("c0")
            await ground.settle()
            await play(ground)
        finally:
            await ground.store.close()

    return Detector(play.__name__, on)


def _chat(ground: Ground) -> tuple[str, str]:
    """The chat, and the stint of its last holder."""
    talk = ground.seen.talks[0]
    return talk.id, talk.stints[-1].id


@scene
async def a_resend(ground: Ground) -> None:
    """Law 2: the same client id again gets the same answer, and there is one message."""
    cid, stint_id = _chat(ground)
    for command in (
        messages.CustomerSays("c0", cid, "k", {"type": "text", "text": "<1>"}),
        messages.AgentSays("A", cid, stint_id, "k", {"type": "text", "text": "<2>"}),
    ):
        use_case: Any = (
            messages.customer_send if isinstance(command, messages.CustomerSays) else messages.agent_send
        )
        first = await ground.do(use_case, command)
        again = await ground.do(use_case, command)
        assert again == first, "law 2: a resend got another answer"


@scene
async def a_resume(ground: Ground) -> None:
    """Law 3: pages after a cursor, one after the other, are the timeline, for both readers."""
    cid, stint_id = _chat(ground)
    await ground.do(presence.ready, messages.OfStint("A", stint_id))
    for number in range(7):
        await ground.writes("c0", cid, f"<{number}>")
    for name, page in (("customer", views.customer_page), ("agent", views.agent_page)):
        reader = "c0" if name == "customer" else "A"
        read: list[int] = []
        head = 1
        while not read or read[-1] < head:
            got = await ground.store.read(page, reader, cid, read[-1] if read else 0, 3)
            head = got.head
            assert got.entries, f"law 3: the {name}'s resume stops at {read[-1:]} of {head}"
            read += [(e.public_seq or 0) if name == "customer" else e.seq for e in got.entries]
        assert read == list(range(1, 9)), f"law 3: the {name} resumed with {read}"


@scene
async def a_failed_commit(ground: Ground) -> None:
    """Laws 2 and 3: nobody is told of what was not stored."""
    cid, _ = _chat(ground)
    ground.recorder.take()
    with pytest.MonkeyPatch.context() as patch, pytest.raises(OSError, match="disk"):
        for module in (switchboard, failpoints):
            patch.setattr(module, "hit", _full_disk)
        await ground.writes("c0", cid, "<1>")
    told = [e for e in ground.recorder.take() if isinstance(e, EntriesWritten)]
    assert not told, "law 3: an entry was pushed that no commit has stored"


def _full_disk(failpoint: str) -> None:
    if failpoint.endswith(".before_commit"):
        raise OSError("the disk is full")


@scene
async def a_stranger(ground: Ground) -> None:
    """Law 11: another customer's conversation is not there: not to read, not to write to, not to end."""
    cid, _ = _chat(ground)
    attempts = (
        lambda: ground.store.read(views.customer_page, "c1", cid, 0, 10),
        lambda: ground.writes("c1", cid, "<1>"),
        lambda: ground.wants_human("c1", cid),
        lambda: ground.ends("c1", cid),
    )
    for attempt in attempts:
        try:
            await attempt()
        except NotFound:
            continue
        raise AssertionError("law 11: a customer got into another one's conversation")


@scene
async def what_a_customer_sees(ground: Ground) -> None:
    """Law 11: no note, draft or internal id in anything a customer is sent."""
    cid, stint_id = _chat(ground)
    await ground.do(messages.add_note, messages.AgentNotes("A", cid, stint_id, "n", "<secret note>"))
    await ground.asks("A", cid, stint_id, Kind.ESCALATION, note="<secret note>")
    await ground.settle()
    with pytest.raises(StintEnded):
        await ground.says("A", cid, stint_id, "<secret draft>")
    entries = await ground.store.read(_everything, cid)
    shown = str([projection.for_customer(entry) for entry in entries])
    for private in ("secret", stint_id, "event_id': '" + cid + ":3"):
        assert private not in shown, f"law 11: the customer sees {private}"


def _everything(tx: Tx, cid: str) -> Any:
    return tx.entries(cid, 0, 1_000, 1_000, public=False)


@scene
async def a_hanging_summarizer(ground: Ground) -> None:
    """Law 9: a summarizer that hangs delays a hand-off by its budget and no more."""
    cid, _ = _chat(ground)
    hung = Hanging()
    runner = SummaryRunner()

    async def summarize(request: SummaryRequest) -> Summary | None:
        return await runner.summarize_now(hung, request)

    await ground.writes("c0", cid, "<1>")
    await ground.store.advance(20_000)
    began = time.monotonic()
    await Runner(ground.board, ByPlugin(ground.board, summarize)).drain()
    took = time.monotonic() - began
    await ground.judge("the failover")
    assert ground.seen.talks[0].handoffs[-1].kind == "failover", "law 9: a summary stopped a hand-off"
    assert took < Hanging.SECONDS, f"law 9: a hand-off waited {took:.1f} s for its summary"


class Hanging:
    """An immediate summarizer that takes much too long."""

    SECONDS = 1.5
    name = "hanging"
    version = "1"
    immediate = True

    def summarize(self, request: SummaryRequest) -> Summary:
        time.sleep(self.SECONDS)
        raise RuntimeError("nobody waits for this any more")


async def _offered(ground: Ground) -> str:
    """A passes the chat on, and somebody is asked; who."""
    cid, stint_id = _chat(ground)
    await ground.asks("A", cid, stint_id, Kind.ESCALATION)
    await ground.settle()
    return ground.seen.talks[0].offers[-1].agent_id


@scene
async def a_restart(ground: Ground) -> None:
    """Law 6: after a crash graces, offers and turns have their full time again, and somebody ends each."""
    await ground.customer("c9")
    await ground.start("c9")
    await ground.settle()  # A owes a greeting
    await _offered(ground)
    await ground.advance(10_000)
    after = await ground.crash(None, stored=False, back=False)
    try:
        times = {d.kind: d.run_at - after.seen.now for d in after.seen.due}
        full = {"grace": 150_000, "offer": 30_000, "turn": 20_000}
        assert {kind: times[kind] for kind in full} == full, f"law 6: after a restart there is {times}"
    finally:
        await after.store.close()


@scene
async def an_accept_without_a_connection(ground: Ground) -> None:
    """Law 6: the accept commits just after its agent's connection ended."""
    agent_id = await _offered(ground)
    offer = await ground.open_offer(agent_id)
    await ground.disconnect(agent_id)
    await ground.accepts(agent_id, offer.id)


@scene
async def coming_back(ground: Ground) -> None:
    """Law 7: whoever missed an offer and is back is asked again, so that a team of one is never stranded."""
    for agent_id in ("R1", "R2"):
        await ground.choose(agent_id, Presence.AWAY)
    assert await _offered(ground) == "R3"
    await ground.advance(30_000)
    await ground.choose("R3", Presence.AVAILABLE)
    await ground.settle()
    await ground.open_offer("R3")


@scene
async def a_failover_elsewhere(ground: Ground) -> None:
    """Law 7: the bot of q2 is lost, q2 has nobody else, and q1, the failover queue, is asked."""
    first, stint_id = _chat(ground)
    await ground.says("A", first, stint_id, "Hello", f"greet:{stint_id}")
    await ground.choose("R4", Presence.AWAY)
    await ground.customer("c9")
    cid = await ground.start("c9", to="q2")
    await ground.settle()
    await ground.disconnect("L")
    await ground.advance(20_000)  # it cannot greet
    talk = next(talk for talk in ground.seen.talks if talk.id == cid)
    assert [offer.agent_id for offer in talk.offers] == ["R2"]


@scene
async def the_end(ground: Ground) -> None:
    """Law 10: the customer ends the chat twice while it is offered."""
    await _offered(ground)
    cid, _ = _chat(ground)
    for _ in range(2):
        await ground.ends("c0", cid)
    assert ground.seen.talks[0].row.status == "closed"


@scene
async def a_forgotten_match(ground: Ground) -> None:
    """Law 7: the sweep finds what an event forgot, counts it, and has it done."""
    for agent_id in ("A", "B", "R1", "R2", "R3"):
        await ground.disconnect(agent_id)
    await ground.customer("c9")
    cid = await ground.start("c9")
    await ground.settle()
    await ground.connect("R1")
    ground.judging = False
    await ground.store.run(_forget)
    found = await ground.sweep()
    assert found == ["q1"], "law 7: the sweep does not see what waits"
    await ground.settle()
    assert (await ground.open_offer("R1")).conversation_id == cid


def _forget(tx: Tx) -> None:
    tx.drop_due(DueKind.MATCH, "q1")


@scene
async def one_slot_wanted_twice(ground: Ground) -> None:
    """Law 5: R4's only slot, wanted by a match and by a pass that names R4 in the same moment, is taken once."""
    ground.judging = False
    await ground.choose("L", Presence.AWAY)
    for number in range(10):
        await ground.choose("R4", Presence.AWAY)
        customers = [await ground.customer(f"{queue}-{number}") for queue in ("q1", "q2")]
        named, waiting = [await ground.start(customer, to=customer[:2]) for customer in customers]
        await ground.settle()
        [stint] = next(talk for talk in ground.seen.talks if talk.id == named).stints
        await ground.choose("R4", Presence.AVAILABLE)
        target = Target(TargetType.AGENT, "R4")
        await asyncio.gather(
            ground.asks("A", named, stint.id, Kind.ESCALATION, target=target),
            ground.do(matching.match, "q2"),
        )
        await ground.judge("a match and a pass at once")
        for customer, cid in zip(customers, (named, waiting), strict=True):
            await ground.ends(customer, cid)
        await ground.settle()


@scene
async def six_invitations(ground: Ground) -> None:
    """Section 4: the sixth pending invitation is refused."""
    cid, stint_id = _chat(ground)
    for agent_id in ("R1", "R2", "R3"):
        await ground.choose(agent_id, Presence.AWAY)
    for number in range(6):
        try:
            await ground.asks("A", cid, stint_id, Kind.INVITATION, target=Target(TargetType.QUEUE, "q1"))
        except HandoffPending:
            assert number == 5, f"law 6: invitation {number + 1} was refused"
    await ground.judge("six invitations")


@scene
async def a_second_pass(ground: Ground) -> None:
    """Section 4: beside a pending pass another one is refused."""
    cid, stint_id = _chat(ground)
    for agent_id in ("R1", "R2", "R3"):
        await ground.choose(agent_id, Presence.AWAY)
    await ground.asks("A", cid, stint_id, Kind.TRANSFER)
    with pytest.raises(HandoffPending):
        await ground.asks("A", cid, stint_id, Kind.TRANSFER)
    await ground.judge("two passes")


@scene
async def a_switch_off(ground: Ground) -> None:
    """Section 4: what is switched off is refused."""
    cid, stint_id = _chat(ground)
    await ground.turn_switch("notes", on=False)
    await ground.turn_switch("multi_participant", on=False)
    for kind, note in ((Kind.INVITATION, ""), (Kind.TRANSFER, "<note>")):
        asked = handoffs.AskedByAgent("A", cid, stint_id, str(kind), kind, note=note)
        await ground.send(handoffs.ask, asked)


async def _only(ground: Ground, agent_id: str) -> None:
    """Of queue 1's representatives this one alone is there."""
    for other in {"R1", "R2", "R3"} - {agent_id}:
        await ground.choose(other, Presence.AWAY)


@scene
async def a_receiver_who_goes(ground: Ground) -> None:
    """Section 5: who came for a warm pass and went is not asked for it again."""
    cid, stint_id = _chat(ground)
    await _only(ground, "R2")
    await ground.asks("A", cid, stint_id, Kind.TRANSFER, leave=Leave.ON_COMPLETE)
    await ground.settle()
    stint = await ground.accepts("R2", (await ground.open_offer("R2")).id)
    await ground.do(going.leave, going.Leaves("R2", stint.id, cid))
    await ground.settle()


@scene
async def two_chances(ground: Ground) -> None:
    """Law 5: R2, of two slots, could take an invitation and the pass; here it has one."""
    cid, stint_id = _chat(ground)
    await _only(ground, "R2")
    for kind in (Kind.INVITATION, Kind.TRANSFER):
        await ground.asks("A", cid, stint_id, kind, target=Target(TargetType.QUEUE, "q1"))
        await ground.settle()


@scene
async def a_whisper(ground: Ground) -> None:
    """Law 11, WALK rule l: whom a whisper names reads it; others get its place."""
    cid, stint_id = _chat(ground)
    said = messages.AgentWhispers("A", cid, stint_id, "w", {"type": "text", "text": "<secret>"})
    entry = await ground.do(messages.whisper, said)
    shown = [str(projection.for_agent(entry, reader, bot=reader == "B")) for reader in ("A", "R1", "B")]
    reads = ["secret" in text for text in shown]
    assert reads == [True, True, False], "law 11: a bot that it does not name reads a whisper"
    assert projection.for_customer(entry) is None, "law 11: the customer reads a whisper"


def riot(seed: int) -> Detector:
    """Ten rounds of use cases that really run at once (tests/test_laws_concurrent.py)."""

    async def on(place: Place) -> None:
        ground = await Ground.begin(place)
        ground.judging = False
        try:
            rounds = Riot(ground, seed)
            for number in range(10):
                await rounds.round(number)
        finally:
            await ground.store.close()

    return Detector(f"riot({seed})", on)
