"""The operator's word: hand-back by itself, its limits, the switches, and what is asked ahead."""

from collections.abc import Mapping
from typing import Any

import pytest

from batonpass.app import explaining, switches
from batonpass.app.ports import MemberRow
from batonpass.domain import events as e
from batonpass.domain.agents import Presence
from batonpass.domain.conversation import Status
from batonpass.domain.errors import CallerError, NotAllowed
from batonpass.domain.handoff import Kind, Leave, Seeks, State
from batonpass.domain.rules import SWITCHES, HandBack, Nobody, Trigger
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.handoffs.house import NEXT, S, Talk, agent, held_by, house, to_queue, with_bot
from tests.support.world import World, queue

Store = BaseStore[Tx]


def policy(*when: Trigger, **changes: int) -> HandBack:
    return HandBack(NEXT, frozenset({Trigger.COMMAND, *when}), **changes)


async def test_a_wait_is_handed_back_once_and_then_ends(frozen_store: Store) -> None:
    """No bot is there and nobody comes: the customer is not sent to and fro for ever (DESIGN section 4)."""
    q1 = queue("q1", max_wait_ms=60 * S, hand_back=policy(Trigger.QUEUE_WAIT))
    world = await house(frozen_store, "R1", q1=q1)
    talk = await held_by(world, "R1")
    await world.disconnect("A")
    await world.disconnect("R1")
    await world.advance(3_600 * S)
    assert (await world.picture(talk.id)).conversation.status is Status.CLOSED
    assert len((await world.picture(talk.id)).handoffs) < 7


async def ruled(store: Store, hand_back: HandBack, *here: str, **changes: int) -> World:
    """Queue 1 with this policy. Bot A is not there, so a person takes what arrives; bot B is below."""
    first = queue("q1", hand_back=hand_back, wrap_up_ms=0, **changes)
    return await house(store, *here, q1=first, grace_ms=5 * S, hop_limit=4)


async def held(world: World) -> Talk:
    """R1 holds, though B is there."""
    await world.choose("B", Presence.AWAY)
    talk = await held_by(world, "R1")
    await world.choose("B", Presence.AVAILABLE)
    return talk


async def test_solved_goes_to_the_bot_instead_of_the_close(frozen_store: Store) -> None:
    world = await ruled(frozen_store, policy(Trigger.RESOLVED), "R1", "B")
    talk = await held(world)
    stint = await talk.stint("R1")
    await world.resolves("R1", stint.id)
    await world.resolves("R1", stint.id)
    await world.settle()
    assert (await talk.roles(), (await talk.handoff()).reason) == ({"B": "holder"}, "resolved")
    await talk.lawful()


async def test_without_a_bot_it_closes_all_the_same(frozen_store: Store) -> None:
    hand_back = HandBack(to_queue("q2"), frozenset({Trigger.RESOLVED}))
    world = await house(frozen_store, "R1", q1=queue("q1", hand_back=hand_back))
    talk = await held_by(world, "R1")
    await world.resolves("R1", (await talk.stint("R1")).id)
    assert (await world.picture(talk.id)).conversation.status is Status.CLOSED


async def test_an_idle_chat_goes_back_and_a_word_in_between_counts(frozen_store: Store) -> None:
    world = await ruled(frozen_store, policy(Trigger.IDLE, idle_ms=60 * S), "R1", "B")
    talk = await held(world)
    await world.advance(50 * S)
    await talk.says("R1", "are you there?")
    await world.advance(50 * S)
    assert await talk.holder() == "R1"
    await world.advance(10 * S)
    assert (await talk.roles(), (await talk.handoff()).reason) == ({"B": "holder"}, "idle")
    await talk.lawful()


async def test_a_lost_person_is_followed_by_the_bot(frozen_store: Store) -> None:
    world = await ruled(frozen_store, policy(Trigger.AGENT_LOST), "R1", "R2", "B")
    talk = await held(world)
    await talk.is_lost("R1")
    assert (await talk.roles(), (await talk.handoff()).kind) == ({"B": "holder"}, Kind.HAND_BACK)
    await talk.lawful()


async def test_who_waited_too_long_gets_a_bot(frozen_store: Store) -> None:
    world = await ruled(frozen_store, policy(Trigger.QUEUE_WAIT), "R1", "B", max_wait_ms=60 * S)
    talk = await held(world)
    await world.asks("R1", talk.id, (await talk.stint("R1")).id, Kind.TRANSFER, target=NEXT, leave=Leave.NOW)
    await world.disconnect("R1")
    await world.advance(60 * S)
    assert (await talk.roles(), (await talk.told())[-2:]) == (
        {"B": "holder"},
        ["passed_back_waiting", "joined_bot"],
    )
    await talk.lawful()


async def test_soon_after_one_there_is_no_other_but_an_alert(frozen_store: Store) -> None:
    world = await ruled(frozen_store, policy(Trigger.RESOLVED, cool_down_ms=60 * S), "R1", "R2", "B")
    talk = await held(world)
    await world.resolves("R1", (await talk.stint("R1")).id)
    await world.settle()
    await world.wants_human(talk.customer, talk.id)
    await world.settle()
    await talk.takes("R2")
    world.recorder.take()
    await world.resolves("R2", (await talk.stint("R2")).id)
    assert (await world.picture(talk.id)).conversation.status is Status.CLOSED
    alerts = [effect for effect in world.recorder.take() if isinstance(effect, e.AlertRaised)]
    assert [alert.code for alert in alerts] == ["cool_down"]


async def test_past_the_hop_limit_it_stops_and_people_are_warned(frozen_store: Store) -> None:
    world = await ruled(frozen_store, policy(Trigger.AGENT_LOST, cool_down_ms=0), "R1", "R2", "B")
    talk = await held(world)
    for giver, receiver in (("R1", "R2"), ("R2", "R1"), ("R1", "R2"), ("R2", "R1")):
        await talk.transfers(giver, agent(receiver))
        await talk.takes(receiver)
    alerts = [effect for effect in world.recorder.take() if isinstance(effect, e.AlertRaised)]
    assert [alert.code for alert in alerts] == ["hop_limit"]
    stint = await talk.stint("R1")
    asked = await world.asks("R1", talk.id, stint.id, Kind.TRANSFER, target=agent("R2"))
    assert asked.warning == "hop_limit"
    await world.cancels("R1", asked.handoff.id)
    await talk.is_lost("R1")
    assert (await talk.handoff()).kind is Kind.FAILOVER
    await talk.lawful()


async def test_the_bot_is_told_what_was_settled(frozen_store: Store) -> None:
    world = await ruled(frozen_store, policy(), "R1", "B")
    talk = await held(world)
    brief = {"settled": "refund granted", "promised": "mail by Friday", "avoid": "the order number"}
    handoff = await talk.asks("R1", Kind.HAND_BACK, brief=brief)
    assert (handoff.brief, handoff.state) == (brief, State.COMPLETED)
    assert handoff.boundary_seq == (await talk.stint("B")).boundary_seq


# Switches


async def turn(world: World, name: str, on: bool | None) -> None:
    await world.do(switches.turn, switches.Turn(name, on))


@pytest.mark.parametrize("off", SWITCHES)
async def test_each_switch_turns_off_its_own_and_at_once(frozen_store: Store, off: str) -> None:
    world = await house(frozen_store, "R1", "R2")
    talk = await held_by(world, "R1")
    await turn(world, off, on=False)
    refused = set()
    tries: dict[str, dict[str, Any]] = {
        "cold": {"target": agent("R2"), "leave": Leave.ON_ACCEPT},
        "warm": {"target": agent("R2"), "leave": Leave.ON_COMPLETE},
        "noted": {"target": agent("R2"), "leave": Leave.ON_COMPLETE, "note": "a note"},
    }
    for name, how in tries.items():
        refused |= await _tried(talk, name, Kind.TRANSFER, how)
    refused |= await _tried(talk, "invited", Kind.INVITATION, {"target": agent("R2")})
    assert (
        refused
        == {
            "transfers": {"cold", "warm", "noted"},
            "cold": {"cold"},
            "multi_participant": {"invited"},
            "notes": {"noted"},
            "automatic_summary": set(),
        }[off]
    )
    await turn(world, off, on=None)
    assert await _tried(talk, "cold", Kind.TRANSFER, tries["cold"]) == set()


async def _tried(talk: Talk, name: str, kind: Kind, how: Mapping[str, Any]) -> set[str]:
    try:
        handoff = await talk.asks("R1", kind, **how)
    except NotAllowed as error:
        return {name} if error.code == "switched_off" else {error.code}
    await talk.world.cancels("R1", handoff.id)
    return set()


async def test_there_is_no_switch_of_that_name(frozen_store: Store) -> None:
    world = await house(frozen_store)
    with pytest.raises(CallerError, match="transfers"):
        await turn(world, "transfer", on=True)


# Asked ahead


async def test_a_bot_asks_before_it_promises(frozen_store: Store) -> None:
    world = await house(frozen_store, "A", "R1")
    talk = await with_bot(world)
    stint = (await talk.stint("A")).id

    async def ask(kind: Kind, **how: object) -> explaining.Availability:
        question = explaining.Question("A", talk.id, stint, kind, **how)  # type: ignore[arg-type]
        return await world.store.read(explaining.availability, world.env, question)

    assert await ask(Kind.ESCALATION) == explaining.Availability(True, free=1)
    assert await ask(Kind.TRANSFER, target=agent("R1")) == explaining.Availability(True, free=1)
    await world.choose("R1", Presence.AWAY)
    assert await ask(Kind.ESCALATION) == explaining.Availability(True, free=0, position=1)
    nobody = await ask(Kind.ESCALATION, target=to_queue("q3"))
    assert (nobody.available, nobody.reason) == (
        False,
        "Not passed: q3 has no representative. You still hold the baton.",
    )


async def test_when_no_bot_comes_it_stays_its_givers(frozen_store: Store) -> None:
    """A person is sought, who reads what the giver said; when nobody comes either, it returns to the giver."""
    hand_back = HandBack(to_queue("q2"), frozenset({Trigger.COMMAND}))
    first = queue("q1", hand_back=hand_back, wrap_up_ms=0)
    second = queue("q2", max_wait_ms=60 * S, nobody=Nobody.RETURN)
    world = await house(frozen_store, "R1", q1=first, q2=second, failover_queue=None)
    await world.store.run(_add_member, MemberRow("q2", "B", 1))
    talk = await held_by(world, "R1")
    brief = {"settled": "refund granted", "promised": "", "avoid": ""}
    await talk.asks("R1", Kind.HAND_BACK, brief=brief, note="please")
    await world.advance(60 * S)
    sought = await talk.handoff()
    assert (sought.kind, sought.seeks, sought.giver_agent_id) == (Kind.FAILOVER, Seeks.REPRESENTATIVE, "R1")
    assert (sought.brief, sought.note) == (brief, "please")
    await world.advance(60 * S)
    assert (await talk.handoff()).kind is Kind.RETURN
    await talk.takes("R1")
    await talk.lawful()


def _add_member(tx: Tx, row: MemberRow) -> None:
    agents, members = tx.declared()
    tx.apply_config(list(agents.values()), [*members, row])
