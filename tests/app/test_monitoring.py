"""A supervisor joins unseen, on both stores."""

import pytest

from batonpass.app import going, messages
from batonpass.domain.agents import Presence
from batonpass.domain.conversation import Role, Status, StintState
from batonpass.domain.errors import (
    Refused,
    StintEnded,
)
from batonpass.domain.handoff import Kind, Target, TargetType
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.app.supervision import (
    S,
    acts,
    assigns,
    breaches,
    house,
    monitors,
    takes_over,
    waiting,
    with_bot,
    with_person,
)


async def test_a_monitor_is_unseen_and_uses_no_slot(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store, boss=1)
    cid, r1 = await with_person(world)
    public = len(await world.customer_sees("c", cid))
    stint_id = await monitors(world, cid)
    picture = await world.picture(cid)
    stint = next(s for s in picture.stints if s.id == stint_id)
    assert (stint.role, stint.live, "M" in picture.slots) == (Role.OBSERVER, True, False)
    assert [str(e.kind) for e in picture.entries[-2:]] == ["act", "added"]
    assert len(await world.customer_sees("c", cid)) == public
    assert await monitors(world, cid) == stint_id
    assert await monitors(world, cid, "m2") == stint_id
    await world.ready("M", stint_id)
    with pytest.raises(StintEnded):
        await world.says("M", cid, stint_id, "an observer does not speak")
    await world.do(
        messages.whisper, messages.AgentWhispers("M", cid, stint_id, "w", {"type": "text", "text": "psst"})
    )
    await world.do(going.leave, going.Leaves("M", stint_id, cid))
    assert not any(s.live for s in (await world.picture(cid)).stints if s.agent_id == "M")
    assert (await world.picture(cid)).conversation.holder == r1.id
    assert len(await world.customer_sees("c", cid)) == public
    assert await breaches(world) == []


async def test_a_monitor_does_not_keep_a_chat_open(frozen_store: BaseStore[Tx]) -> None:
    """Law 10: who observes does not count when everybody else is gone."""
    world = await house(frozen_store)
    cid, r1 = await with_person(world)
    await monitors(world, cid)
    await world.do(going.leave, going.Leaves("R1", r1.id, cid, resolved=True))
    picture = await world.picture(cid)
    assert picture.conversation.status is Status.CLOSED
    assert not any(s.live for s in picture.stints)
    assert await breaches(world) == []


async def test_a_monitor_who_takes_over(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid, _ = await with_person(world)
    observer = await monitors(world, cid)
    await takes_over(world, cid)
    picture = await world.picture(cid)
    assert picture.holder == "M"
    assert next(s for s in picture.stints if s.id == observer).state is StintState.ENDED
    assert await breaches(world) == []


async def test_after_work_keeps_its_slot_when_its_agent_has_watched(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid, _ = await with_bot(world)
    acted = await takes_over(world, cid)
    assert acted.stint_id is not None
    await world.asks("M", cid, acted.stint_id, Kind.HAND_BACK, target=Target(TargetType.AGENT, "B"))
    observer = await monitors(world, cid)
    await world.do(going.leave, going.Leaves("M", observer, cid))
    assert (await world.picture(cid)).slots == {"M": 1}
    assert await breaches(world) == []


async def test_a_monitor_who_is_lost(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid, r1 = await with_person(world)
    await monitors(world, cid)
    await world.disconnect("M")
    await world.advance(151 * S)
    picture = await world.picture(cid)
    assert picture.conversation.holder == r1.id
    assert not any(s.live for s in picture.stints if s.agent_id == "M")
    assert await breaches(world) == []


async def test_no_monitor_beside_an_open_offer(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid = await waiting(world)
    await world.choose("M", Presence.AVAILABLE)
    await assigns(world, cid, "M")
    with pytest.raises(Refused, match="offered to you"):
        await monitors(world, cid)
    assert [act["act"] for act in await acts(world, cid)] == ["assign"]


async def test_a_monitor_of_what_waits(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid = await waiting(world)
    await monitors(world, cid)
    await world.choose("R1", Presence.AVAILABLE)
    await world.settle()
    await world.accepts("R1", (await world.open_offer("R1")).id)
    assert (await world.picture(cid)).holder == "R1"
    assert await breaches(world) == []
