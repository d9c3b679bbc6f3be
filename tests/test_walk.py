"""WALK.md as a playbook, row by row, on both stores."""

import pytest

from batonpass.domain.agents import Presence
from batonpass.domain.conversation import Entry, EntryKind, Status, StintState
from batonpass.domain.errors import StintEnded
from batonpass.domain.handoff import Kind, Leave, Seeks, State, Target, TargetType
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.support.ledger import Ledger
from tests.support.walk import S, walk_world
from tests.support.world import World


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

    world.recorder.take()

    # 20 | 2:10 R2 invites R3: named, so offered in the request's own commit (rule e); no entry (rule j)
    await row.at(130)
    asked = await world.asks("R2", cid, s2.id, Kind.INVITATION, target=Target(TargetType.AGENT, "R3"))
    assert asked.handoff.state is State.OFFERED
    await row.is_(entries=[], slots={"R2": 1, "R3": 1}, due=["offer 2:40", "max_wait 17:10", "match q1"])
    await row.decided("R3", "only one", {})
    await row.sent("R3 offer")

    # 21 | 2:15 R3 accepts: a helper's added is public (rule i), and starts after the entry before it
    await row.at(135)
    s3 = await world.accepts("R3", (await world.open_offer("R3")).id)
    await row.is_(
        state=("active", "R2", 3),
        entries=["11/10 added R3"],
        slots={"R2": 1, "R3": 1},
        live={"R2": "holder", "R3": "helper"},
        due=[],
    )
    await row.sent("C p10", "R2 11", "R3 offer ended", "R3 join 10")
    await row.joins("R3", s3.id, 10, [11])

    # 22 | 2:30 R2 transfers, on_complete, queue 2; the start of a pass whose giver stays is told (rule j)
    await row.at(150)
    q2 = Target(TargetType.QUEUE, "q2")
    asked = await world.asks("R2", cid, s2.id, Kind.TRANSFER, target=q2, leave=Leave.ON_COMPLETE)
    assert (asked.handoff.state, asked.handoff.seeks) == (State.QUEUED, Seeks.REPRESENTATIVE)
    await row.is_(
        state=("active", "R2", 3),
        entries=["12/11 notice "],
        slots={"R2": 1, "R3": 1},
        due=["match q2", "max_wait 17:30"],
    )
    assert row.last_notice == "R2 is finding the right person for you, and stays until they are here."
    await row.sent("C p11", "R2 12", "R3 12")

    # 23 | 2:30 match 2: R4
    await world.settle()
    await row.is_(slots={"R2": 1, "R3": 1, "R4": 1}, due=["offer 3:00", "max_wait 17:30"])
    await row.decided("R4", "only one", {})
    await row.sent("R4 offer")

    # 24 | 2:40 R4 accepts: consulted, unseen (rule i); the deadline runs from the accept (rule k)
    await row.at(160)
    s4 = await world.accepts("R4", (await world.open_offer("R4")).id)
    await row.is_(
        state=("active", "R2", 3),
        entries=["13/- added R4"],
        slots={"R2": 1, "R3": 1, "R4": 1},
        live={"R2": "holder", "R3": "helper", "R4": "consulted"},
        due=["completion 12:40"],
    )
    await row.sent("R2 13", "R3 13", "R4 offer ended", "R4 join 12")
    await row.joins("R4", s4.id, 12, [13])

    # 25 | 2:50 R2 whispers to R4: it is named, so R3 gets the entry's place (rule l)
    await row.at(170)
    await world.whispers("R2", cid, s2.id, "It is about a refund", to=("R4",))
    await row.is_(entries=["14/- message R2"])
    assert await row.hidden_from("R3") == [14]
    assert await row.hidden_from("R4") == []
    await row.sent("R2 14", "R3 14", "R4 14")

    # 26 | 3:00 R2's connection is lost; its stint and slot stay
    await row.at(180)
    await world.disconnect("R2")
    await row.is_(slots={"R2": 1, "R3": 1, "R4": 1}, due=["grace 5:30", "completion 12:40"])
    await row.sent("presence R2 to R3 to R4")

    # 27 | 3:10 C writes m4
    await row.at(190)
    await world.writes(customer, cid, "m4")
    await row.is_(entries=["15/12 message C"])
    await row.sent("C p12", "R2 15", "R3 15", "R4 15")

    # From 5:00 R1 has two other chats
    await row.at(300)
    await row.fill("R1")

    # 28 | 5:30 grace ends: the accepted pass completes (law 10), R3 stays, R4's slot goes to its new role (rule o)
    await row.at(330)
    await row.is_(
        state=("active", "R4", 4),
        entries=["16/- removed R4", "17/- removed R2", "18/13 added R4"],
        slots={"R3": 1, "R4": 1},
        live={"R3": "helper", "R4": "holder"},
        wrap_up=[],
        due=[],
    )
    s5 = await row.stint("R4")
    assert (await row.picture()).conversation.hops == 2
    assert ("q1", "R2") in await row.passed_on()  # rule n
    await row.sent(
        "R2 16-17", "R3 16-17", "R4 16-17", "C p13", "R2 18", "R3 18", "R4 ended", "R2 ended", "R4 join 17"
    )
    await row.joins("R4", s5.id, 17, [18])
    assert (await world.stint(s2.id)).read_to == 18  # rule p

    # 29 | 5:35 R4 writes
    await row.at(335)
    await world.says("R4", cid, s5.id, "I took over")
    await row.is_(entries=["19/14 message R4"])
    await row.sent("C p14", "R3 19", "R4 19")

    # 30 | 5:40 R3 leaves: the chat goes on, its stint wraps up
    await row.at(340)
    await world.leaves("R3", cid, s3.id)
    await row.is_(
        state=("active", "R4", 4),
        entries=["20/15 removed R3"],
        slots={"R3": 1, "R4": 1},
        live={"R4": "holder"},
        wrap_up=["R3"],
        due=["wrap_up 6:40"],
    )
    await row.sent("C p15", "R3 20", "R4 20", "R3 wrap_up")

    # 31 | 5:45 R4 hands back, now, next in queue 1 (rule q)
    await row.at(345)
    await world.asks("R4", cid, s5.id, Kind.HAND_BACK, target=Target(TargetType.NEXT, "q1"))
    await row.is_(
        state=("open", None, 5),
        entries=["21/16 removed R4"],
        slots={"R3": 1, "R4": 1},
        live={},
        wrap_up=["R3", "R4"],
        due=["match q1", "wrap_up 6:40", "wrap_up 6:45", "max_wait 20:45"],
    )
    await row.sent("C p16", "R4 21", "R4 wrap_up")

    # 32 | 5:45 match 1: B, the only one: A passed it on
    await world.settle()
    await row.is_(
        state=("active", "B", 6),
        entries=["22/17 added B"],
        live={"B": "holder"},
        wrap_up=["R3", "R4"],
        due=["turn 6:05", "wrap_up 6:40", "wrap_up 6:45"],
    )
    await row.decided("B", "only one", {"not_sought": 3, "passed_on": 1})
    s6 = await row.stint("B")
    assert (await row.picture()).conversation.hops == 3
    await row.sent("C p17", "B join 21")
    await row.joins("B", s6.id, 21, [22])

    # 33 | 5:47 B greets
    await row.at(347)
    await world.says("B", cid, s6.id, "Hello again", f"greet:{s6.id}")
    await row.is_(entries=["23/18 message B"], due=["wrap_up 6:40", "wrap_up 6:45"])

    # 34 | 5:55 C writes m5; B hangs
    await row.at(355)
    await world.writes(customer, cid, "m5")
    await row.is_(entries=["24/19 message C"], due=["turn 6:15", "wrap_up 6:40", "wrap_up 6:45"])
    world.recorder.take()

    # 35, 36 | 6:15 B is lost: failover, any, bound by the ladder (rule r); match 1: R3, whose wrap-up yields (rule s)
    await row.at(375)
    await row.is_(
        state=("open", None, 7),
        entries=["25/20 removed B"],
        slots={"R3": 1, "R4": 1},
        live={},
        wrap_up=["R4"],
        due=["offer 6:45", "wrap_up 6:45", "max_wait 21:15"],
    )
    await row.decided("R3", "only one", {"unreachable": 1, "full": 1, "lost": 1, "passed_on": 1})
    assert row.last_notice == "B is not answering. We are finding someone else; your messages are kept."
    await row.sent("C p20", "B 25", "B ended", "R3 ended", "R3 offer")

    # 37 | 6:20 R3 accepts: the boundary is before m5, which nobody answered (rule t)
    await row.at(380)
    s7 = await world.accepts("R3", (await world.open_offer("R3")).id)
    await row.is_(
        state=("active", "R3", 8), entries=["26/21 added R3"], live={"R3": "holder"}, wrap_up=["R4"]
    )
    assert (await row.picture()).conversation.hops == 4
    await row.sent("C p21", "R3 offer ended", "R3 join 23")
    await row.joins("R3", s7.id, 23, [24, 25, 26])

    # 38, 39 | 6:25 R3 writes; 6:45 R4's wrap-up is over
    await row.at(385)
    await world.says("R3", cid, s7.id, "I have it")
    await row.is_(entries=["27/22 message R3"])
    await row.at(405)
    await row.is_(slots={"R3": 1}, wrap_up=[], due=[])
    await row.sent("C p22", "R3 27", "R4 ended")

    # 40 | 7:00 C ends the chat: closing is a change of holder (rule u)
    await row.at(420)
    await world.ends(customer, cid)
    await row.is_(
        state=("closed", None, 9),
        entries=["28/- removed R3", "29/23 closed"],
        slots={"R3": 1},
        live={},
        wrap_up=["R3"],
        due=["wrap_up 8:00"],
    )
    await row.sent("C p23", "R3 28-29", "R3 wrap_up")

    # 41 | 7:30 R3 finishes wrap-up
    await row.at(450)
    await world.finishes("R3", s7.id)
    await row.is_(slots={}, wrap_up=[], due=["match q1"])
    await row.sent("R3 ended")
    await _checks(world, row)


async def _checks(world: World, row: Ledger) -> None:
    """The last section of WALK.md."""
    picture = await row.picture()
    assert [entry.seq for entry in picture.entries] == list(range(1, 30))
    private = [entry.seq for entry in picture.entries if entry.public_seq is None]
    assert private == [7, 13, 14, 16, 17, 28]
    public = [entry.public_seq for entry in picture.entries if entry.public_seq is not None]
    assert public == list(range(1, 24))
    changes = [entry.seq for entry in picture.entries if _changes_holder(entry)]
    assert changes == [1, 6, 9, 18, 21, 22, 25, 26, 29]
    assert [stint.boundary_seq for stint in picture.stints] == [0, 6, 10, 12, 17, 21, 23]
    assert [stint.epoch for stint in picture.stints] == [1, 3, 3, 3, 4, 6, 8]
    assert {stint.state for stint in picture.stints} == {StintState.ENDED}
    assert [str(handoff.kind) for handoff in picture.handoffs] == [
        "arrival", "escalation", "invitation", "transfer", "hand_back", "failover"
    ]  # fmt: skip
    assert {handoff.state for handoff in picture.handoffs} == {State.COMPLETED}
    assert [entry.kind for entry in picture.entries].count(EntryKind.ADDED) == 7
    assert [entry.kind for entry in picture.entries].count(EntryKind.REMOVED) == 7
    assert (picture.conversation.status, picture.conversation.hops) == (Status.CLOSED, 4)
    assert await row.hidden_from("R3") == [14]
    assert await row.hidden_from("B") == [7, 14]
    assert await world.sweep() == []
    assert S == 1_000


def _changes_holder(entry: Entry) -> bool:
    """Whether it is the public entry of a change of holder."""
    if entry.public_seq is None:
        return False
    holds = entry.kind in (EntryKind.ADDED, EntryKind.REMOVED) and entry.data["role"] == "holder"
    return holds or entry.kind is EntryKind.CLOSED
