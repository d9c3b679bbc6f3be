"""Hold and return: a parked conversation uses no slot, and everybody can bring it back."""

from typing import Any

import pytest

from batonpass.app import holds, supervising, taking, views
from batonpass.app.holds import Holds
from batonpass.app.taking import Takes
from batonpass.domain.agents import Presence
from batonpass.domain.conversation import Status, Stint
from batonpass.domain.errors import CallerError, HandoffPending, NotFound, Refused, StintEnded, Unavailable
from batonpass.domain.handoff import Kind, Leave
from batonpass.domain.hold import Hold
from batonpass.domain.life import LifeRules
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.handoffs.house import S, Talk, agent, held_by, house
from tests.support.statements import statements_of
from tests.support.world import World, queue

HOUR = 3_600 * S


async def parks(talk: Talk, agent_id: str = "R1", **how: Any) -> Hold:
    """The holder puts it on hold."""
    stint = await talk.stint(agent_id)
    key = talk.world.key()
    hold: Hold = await talk.world.do(
        holds.put_on_hold, Holds(agent_id, talk.id, stint.id, key, **{"reason": "waits for parts", **how})
    )
    await talk.world.settle()
    return hold


async def picks_up(talk: Talk, agent_id: str, client_id: str = "") -> Stint:
    take = Takes(agent_id, talk.id, client_id or talk.world.key())
    stint: Stint = await talk.world.do(taking.pick_up, take)
    await talk.world.settle()
    return stint


async def status(talk: Talk) -> Status:
    return (await talk.world.picture(talk.id)).conversation.status


async def parked(store: BaseStore[Tx], *here: str) -> tuple[World, Talk]:
    world = await house(store, *(here or ("R1", "R2", "R3")))
    talk = await held_by(world, "R1")
    await parks(talk)
    return world, talk


async def test_a_hold_frees_the_slot_and_tells_the_customer_once(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1", "R2")
    talk = await held_by(world, "R1")
    before = (await world.picture(talk.id)).conversation
    await parks(talk)
    after = (await world.picture(talk.id)).conversation
    assert (after.status, after.holder, after.epoch) == (Status.HELD, None, before.epoch + 1)
    assert (await talk.slots(), await talk.wrapping(), await talk.roles()) == ([], [], {})
    assert (await talk.told())[-1] == "on_hold"
    assert after.public_seq == before.public_seq + 1
    await talk.lawful()


async def test_the_hold_is_refused_while_a_pass_pends_or_a_helper_is_in(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1", "R2")
    talk = await held_by(world, "R1")
    asked = await talk.transfers("R1", agent("R2"), Leave.ON_ACCEPT)
    with pytest.raises(HandoffPending):
        await parks(talk)
    await world.cancels("R1", asked.id)
    await talk.asks("R1", Kind.INVITATION, target=agent("R2"))
    await talk.takes("R2")
    with pytest.raises(Refused) as refused:
        await parks(talk)
    assert refused.value.code == "others_present"
    stint = await talk.stint("R2")
    with pytest.raises(StintEnded):
        await world.do(holds.put_on_hold, Holds("R2", talk.id, stint.id, "k"))


async def test_the_one_consulted_leaves_with_the_hold(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1", "R2")
    talk = await held_by(world, "R1")
    await talk.asks("R1", Kind.CONSULTATION, target=agent("R2"))
    await talk.takes("R2")
    await parks(talk)
    assert (await talk.roles(), await talk.slots()) == ({}, [])
    await talk.lawful()


async def test_sent_twice_a_hold_is_one(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1")
    talk = await held_by(world, "R1")
    stint = await talk.stint("R1")
    asked = Holds("R1", talk.id, stint.id, "once")
    first = await world.do(holds.put_on_hold, asked)
    await picks_up(talk, "R1")
    again = await world.do(holds.put_on_hold, asked)
    assert (first.id, await talk.holder()) == (again.id, "R1")


async def test_a_hold_has_an_end_within_the_queues_limit(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1", q1=queue("q1", life=LifeRules(hold_limit_ms=HOUR)))
    talk = await held_by(world, "R1")
    wrongs: list[dict[str, Any]] = [{"for_ms": HOUR + 1}, {"for_ms": 0}, {"until_at": await world.now()}]
    for wrong in wrongs:
        with pytest.raises(CallerError):
            await parks(talk, **wrong)
    hold = await parks(talk, for_ms=60 * S)
    assert hold.until_at == hold.started_at + 60 * S


async def test_at_its_limit_who_held_is_asked_to_go_on(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1", "R2", "R3")
    talk = await held_by(world, "R1")
    await parks(talk, for_ms=60 * S)
    await world.advance(60 * S)
    back = await talk.handoff()
    assert (back.kind, back.target, back.reason) == (Kind.RETURN, agent("R1"), "hold_limit")
    stint = await talk.takes("R1")
    assert (await talk.told())[-2:] == ["hold_over", "resumed"]
    assert stint.boundary_seq == 2
    await talk.lawful()


async def test_time_on_hold_is_no_waiting(store: BaseStore[Tx]) -> None:
    world, talk = await parked(store)
    before = (await world.picture(talk.id)).conversation
    await world.advance(HOUR)
    await talk.writes("still there?")
    await world.advance(5 * S)
    back = await talk.handoff()
    assert back.waiting_key == back.created_at - before.waited_ms
    await talk.takes("R1")
    waited = (await world.picture(talk.id)).conversation.waited_ms - before.waited_ms
    assert 5 * S <= waited < 60 * S


async def test_what_the_customer_writes_ends_the_hold(store: BaseStore[Tx]) -> None:
    world, talk = await parked(store)
    await talk.writes("I have found it")
    await world.settle()
    assert (await status(talk), (await talk.told())[-1]) == (Status.OPEN, "hold_over")
    stint = await talk.takes("R1")
    assert (stint.agent_id, (await talk.told())[-1]) == ("R1", "resumed")
    await talk.lawful()


async def test_a_queue_may_let_what_the_customer_writes_wait(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1", q1=queue("q1", life=LifeRules(hold_ends_on_message=False)))
    talk = await held_by(world, "R1")
    await parks(talk, for_ms=60 * S)
    await talk.writes("no hurry")
    await world.settle()
    assert await status(talk) is Status.HELD
    await world.advance(60 * S)
    await talk.takes("R1")
    await talk.lawful()


async def test_the_agent_takes_it_up_again_through_a_slot(store: BaseStore[Tx]) -> None:
    _world, talk = await parked(store)
    await picks_up(talk, "R1")
    assert (await talk.holder(), await talk.slots()) == ("R1", ["R1"])
    assert (await talk.told())[-1] == "resumed"
    await talk.lawful()


async def test_who_has_no_slot_cannot_resume_and_it_stays_on_hold(store: BaseStore[Tx]) -> None:
    """FIELD 3: resume is no side door past the capacity."""
    world, talk = await parked(store, "R1")
    for _ in range(2):
        await held_by(world, "R1")
    with pytest.raises(Unavailable):
        await picks_up(talk, "R1")
    assert await status(talk) is Status.HELD
    await talk.lawful()


async def test_who_is_full_is_passed_by_for_a_colleague(store: BaseStore[Tx]) -> None:
    world, talk = await parked(store, "R1", "R2")
    for _ in range(2):
        await held_by(world, "R1")
    await talk.writes("hello?")
    await world.settle()
    stint = await talk.takes("R2")
    assert (stint.agent_id, (await talk.told())[-1]) == ("R2", "joined")
    await talk.lawful()


async def test_a_colleague_of_the_queue_picks_it_up_and_a_stranger_does_not(store: BaseStore[Tx]) -> None:
    world, talk = await parked(store, "R1", "R2", "R4")
    with pytest.raises(NotFound):
        await picks_up(talk, "R4")
    await world.choose("R2", Presence.AWAY)
    await picks_up(talk, "R2")
    assert (await talk.holder(), (await talk.told())[-1]) == ("R2", "joined")
    await talk.lawful()


async def test_the_customers_wish_for_a_person_ends_the_hold(store: BaseStore[Tx]) -> None:
    world, talk = await parked(store)
    asked = await world.wants_human(talk.customer, talk.id)
    await world.settle()
    assert (asked.already, asked.handoff.kind) == (True, Kind.RETURN)
    await talk.takes("R1")
    await talk.lawful()


async def test_the_customer_ends_a_chat_on_hold(store: BaseStore[Tx]) -> None:
    world, talk = await parked(store)
    await world.ends(talk.customer, talk.id)
    await world.settle()
    assert (await status(talk), await world.due()) == (Status.CLOSED, [])
    await talk.lawful()


async def test_a_supervisor_takes_a_parked_chat_over_assigns_it_and_closes_it(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1", "R2", "R3")
    await world.store.run(_make_supervisor)
    talk = await held_by(world, "R1")
    await parks(talk)
    act: dict[str, Any] = {"supervisor_id": "R3", "conversation_id": talk.id, "reason": "checks"}
    await world.do(supervising.take_over, supervising.TakesOver(**act, client_id="t"))
    assert await talk.holder() == "R3"
    await parks(talk, "R3")
    await world.do(supervising.monitor, supervising.Monitors(**act, client_id="m"))
    await world.do(supervising.assign, supervising.Assigns(**act, client_id="a", agent_id="R2"))
    await world.settle()
    await talk.takes("R2")
    await talk.lawful()
    await parks(talk, "R2")
    await world.do(supervising.close, supervising.Closes(**act))
    assert await status(talk) is Status.CLOSED
    await world.advance(60 * S)
    await talk.lawful()


def _make_supervisor(tx: Tx) -> None:
    from sqlalchemy import update

    from batonpass.store import schema as s

    tx.do(update(s.agents).where(s.agents.c.id == "R3").values(supervisor=True))


async def test_nobody_takes_it_after_a_hold_and_the_maximum_wait_decides(store: BaseStore[Tx]) -> None:
    world, talk = await parked(store, "R1")
    await world.choose("R1", Presence.AWAY)
    await talk.writes("hello?")
    await world.advance(900 * S)
    assert (await status(talk), (await talk.told())[-1]) == (Status.CLOSED, "closed_unanswered")
    await talk.lawful()


async def test_what_is_on_hold_and_what_waits_is_read_together(store: BaseStore[Tx]) -> None:
    """Every connect asks for what is on hold: many of them cost no more statements than one. So in the list of a queue."""
    world, _ = await parked(store, "R1", "R2")
    connect = await statements_of(store, views.agent_snapshot, world.env.rules, "R2")
    for _ in range(2):
        await parks(await held_by(world, "R1"))
    held = (await store.read(views.agent_snapshot, world.env.rules, "R2")).held
    assert [(view.agent.id, view.customer) for view in held] == [("R1", "")] * 3
    assert await statements_of(store, views.agent_snapshot, world.env.rules, "R2") == connect

    async def arrives(name: str) -> None:
        await world.start(await world.customer(), name=name)
        await world.settle()

    await world.choose("R2", Presence.AWAY)
    await arrives("Vera")
    listed = await statements_of(store, views.waiting_in, "R2", "q1", 50)
    await arrives("Otto" * 40)
    found, more = await store.read(views.waiting_in, "R2", "q1", 50)
    assert [(v.customer, v.offered_to.id if v.offered_to else None) for v in found] == [
        ("Vera", "R1"),
        (("Otto" * 40)[:100], "R1"),
    ]
    assert not more
    assert await statements_of(store, views.waiting_in, "R2", "q1", 50) == listed
