"""WALK.md as a playbook: its rows that need no transfer or invitation, on both stores.

Rows 1 to 19 are the walk's own. Rows 20 to 30 invite and transfer, which comes later; so from row 31 on the
hand-back is given by R2, who holds after row 19, where the walk has R4. The rules asserted are the same.
"""

import pytest

from batonpass.domain.agents import Presence
from batonpass.domain.conversation import EntryKind, Status, StintState
from batonpass.domain.errors import StintEnded
from batonpass.domain.handoff import Kind, State, Target, TargetType
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.support.ledger import Ledger
from tests.support.walk import S, walk_world


async def test_the_walk(frozen_store: BaseStore[Tx]) -> None:
    world = await walk_world(frozen_store)
    customer = await world.customer("C")

    # 1 | 0:00 C starts a chat: no entry (rule b)
    cid = await world.start(customer)
    row = Ledger(world, cid)
    await row.is_(state=("open", None, 0), entries=[], slots={}, due=["match q1", "max_wait 15:00"])

    # 2 | 0:00 match 1: A. One added (rule c), the only public entry of its commit
    await world.settle()
    s1 = await row.stint("A")
    await row.is_(
        state=("active", "A", 1), entries=["1/1 added A"], slots={}, live={"A": "holder"}, due=["turn 0:20"]
    )
    await row.decided("A", "capacity priority", {"away": 1})
    assert (s1.epoch, s1.boundary_seq) == (1, 0)
    await world.ready("A", s1.id)

    # 3 | 0:02 A greets; T1 ends
    await row.at(2)
    await world.says("A", cid, s1.id, "Hello", f"greet:{s1.id}")
    await row.is_(entries=["2/2 message A"], due=[])

    # 4 | 0:10 C writes m1: turn T2
    await row.at(10)
    await world.writes(customer, cid, "m1")
    t2 = await row.turn("A")
    await row.is_(entries=["3/3 message C"], due=["turn 0:30"])

    # 5 | 0:12 C writes m2: one turn at a time (rule d)
    await row.at(12)
    await world.writes(customer, cid, "m2")
    await row.is_(entries=["4/4 message C"], due=["turn 0:30"])

    # 6 | 0:15 A answers m1; T3 (m2) starts in the same commit
    await row.at(15)
    await world.says("A", cid, s1.id, "About m1", f"re:{t2.id}:1")
    t3 = await row.turn("A")
    assert (t3.from_seq, t3.to_seq) == (4, 4)
    await row.is_(entries=["5/5 message A"], due=["turn 0:35"])

    # 7 | 0:20 A escalates in T3: answer queued (rule e), one public entry (rule f)
    await row.at(20)
    asked = await world.asks("A", cid, s1.id, Kind.ESCALATION)
    assert (asked.handoff.state, asked.position) == (State.QUEUED, 1)
    await row.is_(
        state=("open", None, 2), entries=["6/6 removed A"], live={}, due=["match q1", "max_wait 15:20"]
    )
    assert row.last_notice == "A is passing you to a person. They will see what you wrote here."

    # 8 | 0:20 match 1: R1, longest idle
    await world.settle()
    await row.is_(slots={"R1": 1}, due=["offer 0:50", "max_wait 15:20"])
    await row.decided("R1", "longest idle", {"not_sought": 2, "away": 1})

    # 9 | 0:22 late reply of S1: refused, one draft, the same refusal again
    await row.at(22)
    for _ in range(2):
        with pytest.raises(StintEnded):
            await world.says("A", cid, s1.id, "About m2", f"re:{t3.id}:1")
    await row.is_(entries=["7/- draft A"])

    # 10 | 0:25 C writes m3, while nobody holds
    await row.at(25)
    await world.writes(customer, cid, "m3")
    await row.is_(entries=["8/7 message C"], due=["offer 0:50", "max_wait 15:20"])

    # 11, 12 | 0:30 R1 declines; match 1: R2, the only one
    await row.at(30)
    await world.declines("R1", (await world.open_offer("R1")).id)
    await row.is_(slots={}, due=["match q1", "max_wait 15:20"])
    await world.settle()
    await row.is_(slots={"R2": 1}, due=["offer 1:00", "max_wait 15:20"])
    await row.decided("R2", "only one", {"not_sought": 2, "away": 1, "declined": 1})

    # 13, 14 | 1:00 O2 due: R2 is away (missed); nobody is left, and no restart: the ladder removed nobody
    await row.at(60)
    await row.is_(slots={}, due=["max_wait 15:20"])
    await row.decided(None, "nobody", {"not_sought": 2, "away": 2, "declined": 1})
    assert (await row.agent("R2")).presence is Presence.MISSED

    # 15, 16 | 1:30 R2 is back; its missed exclusion goes
    await row.at(90)
    await world.choose("R2", Presence.AVAILABLE)
    await world.settle()
    await row.is_(slots={"R2": 1}, due=["offer 2:00", "max_wait 15:20"])
    await row.decided("R2", "only one", {"not_sought": 2, "away": 1, "declined": 1})

    # 17 | 1:35 R2 accepts: hop 1, boundary 6
    await row.at(95)
    s2 = await world.accepts("R2", (await world.open_offer("R2")).id)
    await row.is_(
        state=("active", "R2", 3), entries=["9/8 added R2"], slots={"R2": 1}, live={"R2": "holder"}, due=[]
    )
    assert (s2.boundary_seq, (await row.picture()).conversation.hops) == (6, 1)
    await world.ready("R2", s2.id)

    # 18, 19 | 1:40 R2 writes; 2:00 R3 is available
    await row.at(100)
    await world.says("R2", cid, s2.id, "Here I am")
    await row.is_(entries=["10/9 message R2"])
    await row.at(120)
    await world.choose("R3", Presence.AVAILABLE)
    await world.settle()

    # From 5:00 R1 has two other chats
    await row.at(300)
    await row.fill("R1")

    # 31 | 5:45 R2 hands back, now, next in queue 1: wrap-up keeps the slot
    await row.at(345)
    await world.asks("R2", cid, s2.id, Kind.HAND_BACK, target=Target(TargetType.NEXT, "q1"))
    await row.is_(
        state=("open", None, 4),
        entries=["11/10 removed R2"],
        slots={"R2": 1},
        live={},
        wrap_up=["R2"],
        due=["match q1", "wrap_up 6:45", "max_wait 20:45"],
    )

    # 32 | 5:45 match 1: B, the only one: A passed it on
    await world.settle()
    await row.is_(
        state=("active", "B", 5),
        entries=["12/11 added B"],
        live={"B": "holder"},
        wrap_up=["R2"],
        due=["turn 6:05", "wrap_up 6:45"],
    )
    await row.decided("B", "only one", {"not_sought": 3, "passed_on": 1})
    s3 = await row.stint("B")
    assert (s3.boundary_seq, (await row.picture()).conversation.hops) == (11, 2)
    await world.ready("B", s3.id)

    # 33 | 5:47 B greets
    await row.at(347)
    await world.says("B", cid, s3.id, "Hello again", f"greet:{s3.id}")
    await row.is_(entries=["13/12 message B"], due=["wrap_up 6:45"])

    # 34 | 5:55 C writes m5; B hangs
    await row.at(355)
    await world.writes(customer, cid, "m5")
    await row.is_(entries=["14/13 message C"], due=["turn 6:15", "wrap_up 6:45"])

    # 35, 36 | 6:15 B is lost: failover, any, bound by the ladder (rule r); match 1: R3
    await row.at(375)
    await row.is_(
        state=("open", None, 6),
        entries=["15/14 removed B"],
        slots={"R2": 1, "R3": 1},
        live={},
        wrap_up=["R2"],
        due=["offer 6:45", "wrap_up 6:45", "max_wait 21:15"],
    )
    await row.decided("R3", "only one", {"full": 1, "lost": 1, "passed_on": 2})
    assert row.last_notice == "B is not answering. We are finding someone else; your messages are kept."

    # 37 | 6:20 R3 accepts: the boundary is before m5, which nobody answered (rule t)
    await row.at(380)
    s4 = await world.accepts("R3", (await world.open_offer("R3")).id)
    await row.is_(
        state=("active", "R3", 7), entries=["16/15 added R3"], live={"R3": "holder"}, wrap_up=["R2"]
    )
    assert (s4.boundary_seq, (await row.picture()).conversation.hops) == (13, 3)

    # 38, 39 | 6:25 R3 writes; 6:45 R2's wrap-up is over
    await row.at(385)
    await world.ready("R3", s4.id)
    await world.says("R3", cid, s4.id, "I have it")
    await row.is_(entries=["17/16 message R3"])
    await row.at(405)
    await row.is_(slots={"R3": 1}, wrap_up=[], due=[])

    # 40 | 7:00 C ends the chat: closing is a change of holder (rule u)
    await row.at(420)
    await world.ends(customer, cid)
    await row.is_(
        state=("closed", None, 8),
        entries=["18/- removed R3", "19/17 closed"],
        slots={"R3": 1},
        live={},
        wrap_up=["R3"],
        due=["wrap_up 8:00"],
    )

    # 41 | 7:30 R3 finishes wrap-up
    await row.at(450)
    await world.finishes("R3", s4.id)
    await row.is_(slots={}, wrap_up=[], due=["match q1"])

    picture = await row.picture()
    assert [en.seq for en in picture.entries] == list(range(1, 20))
    assert [en.public_seq for en in picture.entries if en.public_seq] == list(range(1, 18))
    assert [en.kind for en in picture.entries if not en.public_seq] == [EntryKind.DRAFT, EntryKind.REMOVED]
    assert {s.state for s in picture.stints} == {StintState.ENDED}
    assert {h.state for h in picture.handoffs} == {State.COMPLETED}
    assert picture.conversation.status is Status.CLOSED
    assert await world.sweep() == []
    assert S == 1_000
