"""Faults in a chat's own course: holds, silence, coming back, picking up. One pinned play finds them all."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from batonpass.app import customer_presence, going, going_back, holds, messages, reopening, taking
from batonpass.app import customers as chats
from batonpass.domain import baton, closing, holding, passing
from batonpass.domain.case import Case
from batonpass.domain.due import DueKind
from batonpass.domain.hold import Hold
from batonpass.domain.life import LifeRules
from batonpass.store.tx_customer import CustomerQueries
from batonpass.store.tx_due import DueQueries
from tests.faults.catalogue import Fault
from tests.faults.plants import nothing, without_timer, wrap
from tests.faults.scenes import Detector
from tests.support.ground import Ground
from tests.support.houses import House, usual
from tests.support.laws import Talk
from tests.support.stores import Place

LIFE = LifeRules(
    hold_limit_ms=600_000,
    reopen_ms=900_000,
    idle_warn_ms=30_000,
    idle_hold_ms=60_000,
    customer_grace_ms=100_000,
)


def _house() -> House:
    house = usual()
    q1 = replace(house.rules.queues["q1"], life=LIFE)
    return replace(house, rules=replace(house.rules, queues={**house.rules.queues, "q1": q1}))


async def _play(place: Place) -> None:
    ground = await Ground.begin(place, _house())
    try:
        await _life(ground)
    finally:
        await ground.store.close()


async def _life(ground: Ground) -> None:
    """A person holds, parks, goes on, is picked up from, falls silent, resolves; the customer comes back and leaves."""
    cid = await ground.start("c0")
    await ground.do(customer_presence.customer_here, customer_presence.Here("s", "c0"))
    await ground.settle()
    await ground.wants_human("c0", cid)
    await _taken_by_whom_it_is_offered(ground)
    await _parks(ground)
    await _picks_up(ground, _talk(ground).holds[-1].agent_id)
    await _parks(ground)
    parked_by = _talk(ground).holds[-1].agent_id
    await _picks_up(ground, "R2" if parked_by != "R2" else "R1")
    await _says(ground)
    await ground.advance(61_000)
    await ground.writes("c0", cid, "back again")
    await ground.settle()
    await _taken_by_whom_it_is_offered(ground)
    holder = _holder(ground)
    await ground.do(going.resolve, messages.OfStint(holder[0], holder[1]))
    await ground.settle()
    said = messages.CustomerSays("c0", cid, "again", {"type": "text", "text": "<again>"})
    await ground.do(reopening.write_again, reopening.WritesAgain(said))
    await ground.do(customer_presence.customer_gone, customer_presence.Gone("s"))
    await ground.settle()
    await ground.advance(300_000)
    await ground.do(chats.end_chat, chats.EndChat("c0", cid))
    await ground.settle()


def _talk(ground: Ground) -> Talk:
    return ground.seen.talks[0]


def _holder(ground: Ground) -> tuple[str, str]:
    talk = _talk(ground)
    stint = talk.stint(talk.row.holder)
    assert stint is not None, "law 6: nobody holds it"
    return stint.agent_id, stint.id


async def _taken_by_whom_it_is_offered(ground: Ground) -> None:
    await ground.settle()
    offers = [o for o in _talk(ground).offers if o.state == "open"]
    assert offers, "law 6: nobody is asked"
    await ground.accepts(offers[0].agent_id, offers[0].id)
    await ground.settle()


async def _says(ground: Ground) -> None:
    agent_id, stint_id = _holder(ground)
    await ground.says(agent_id, _talk(ground).id, stint_id, "<well>")


async def _parks(ground: Ground) -> None:
    agent_id, stint_id = _holder(ground)
    await ground.do(holds.put_on_hold, holds.Holds(agent_id, _talk(ground).id, stint_id, ground.key()))
    await ground.settle()


async def _picks_up(ground: Ground, agent_id: str) -> None:
    await ground.do(taking.pick_up, taking.Takes(agent_id, _talk(ground).id, ground.key()))
    await ground.settle()


A_LIFE = Detector("a_life", _play)


async def _play_a_wish(place: Place) -> None:
    """The customer asks for a person, waits, and goes back to the bot, twice."""
    ground = await Ground.begin(place, _house())
    try:
        cid = await ground.start("c0")
        await ground.settle()
        for number in range(2):
            await ground.wants_human("c0", cid)
            await ground.settle()
            await ground.do(going_back.ask_for_bot, going_back.AskedForBot("c0", cid, f"back-{number}"))
            await ground.settle()
        await ground.do(chats.end_chat, chats.EndChat("c0", cid))
        await ground.settle()
    finally:
        await ground.store.close()


A_WISH = Detector("a_wish", _play_a_wish)


def _another_bot(real: Callable[..., Any]) -> Callable[..., Any]:
    return lambda tx, chats, limit: {
        chat: ("B", queue) for chat, (_, queue) in real(tx, chats, limit).items()
    }


def _forgets(hold: Hold) -> Hold:
    return replace(hold, boundary_seq=0)


def _says_nothing(real: Callable[..., Any]) -> Callable[..., Any]:
    """The customer is not told that a chat is open again."""
    return lambda case, notice: None if notice["code"] == "reopened" else real(case, notice)


def _never_abandons(real: Callable[..., Any]) -> Callable[..., Any]:
    return lambda tx, items: real(tx, [item for item in items if item.kind is not DueKind.ABANDON])


FAULTS = [
    Fault(6, "a hold has no end", without_timer(DueKind.HOLD), A_LIFE),
    Fault(6, "nobody looks after silence", without_timer(DueKind.SILENCE), A_LIFE),
    Fault(6, "who left is waited for", wrap(DueQueries, "add_due", _never_abandons), A_LIFE),
    Fault(
        5,
        "a parked chat keeps its slot",
        wrap(baton, "_wrap_up_of", lambda real: lambda case, out: real(case, replace(out, parked=False))),
        A_LIFE,
        finds="law [56]:",
    ),
    Fault(
        4,
        "a hold forgets where its holder's part ended",
        wrap(Case, "put_hold", lambda real: lambda self, hold: real(self, _forgets(hold))),
        A_LIFE,
    ),
    Fault(6, "a hold ends and is not kept as over", nothing(holding, "end"), A_LIFE, finds="what is woken"),
    Fault(
        12,
        "what was waited before the end counts again",
        wrap(closing, "reopen", lambda real: lambda case: (real(case), case.change(waited_ms=9_999))),
        A_LIFE,
    ),
    Fault(
        8,
        "nobody tells that a chat is open again",
        wrap(Case, "announce", _says_nothing),
        A_LIFE,
        finds="law (6|10|12):",
    ),
    Fault(
        6, "the customer goes back to another bot", wrap(CustomerQueries, "bots_behind", _another_bot), A_WISH
    ),
    Fault(
        6,
        "the customer is back with the bot, and waits all the same",
        wrap(passing, "end_pending", lambda real: lambda case, handoff, step, outcome: None),
        A_WISH,
        finds="law 6:|uq_|UNIQUE",
    ),
    Fault(
        8,
        "who goes back reads of a bot that has come",
        wrap(passing, "_joined_notice", lambda real: lambda case, *_: case.notice("joined_bot", agent="A")),
        A_WISH,
    ),
]
