"""Faults in what desks are shown: words beyond somebody's part, whispers to others, chats of others. One play finds them."""

from collections.abc import Callable
from typing import Any

from batonpass.app import listing, searching, views
from batonpass.app.views import rows
from batonpass.domain.conversation import Conversation
from batonpass.domain.handoff import Kind, Leave, Target, TargetType
from batonpass.store.tx import Tx
from batonpass.store.tx_rows import RowQueries
from tests.faults.catalogue import Fault
from tests.faults.plants import wrap
from tests.faults.scenes import Detector
from tests.support.ground import Ground
from tests.support.stores import Place


async def _play(place: Place) -> None:
    """R1 holds, talks with R2 in private, whispers, and passes it to R2; R3 has a chat of the same customer's."""
    ground = await Ground.begin(place)
    try:
        await _desks(ground)
    finally:
        await ground.store.close()


async def _desks(ground: Ground) -> None:
    cid = await ground.start("c0")
    await ground.settle()
    await _goes_to(ground, cid, "A", "R1", Kind.TRANSFER, Leave.NOW)
    await ground.writes("c0", cid, "<early>")
    await _goes_to(ground, cid, "R1", "R2", Kind.CONSULTATION, None)
    mine = await _stint(ground, cid, "R1")
    await ground.whispers("R1", cid, mine, "<between us>", ("R2",))
    await _goes_to(ground, cid, "R1", "R3", Kind.INVITATION, None)
    await ground.look()
    await ground.leaves("R1", cid, mine)
    await ground.settle()
    await ground.writes("c0", cid, "<late>")
    await ground.start("c1", "another")
    await ground.settle()
    await ground.look()


async def _goes_to(
    ground: Ground, cid: str, giver: str, receiver: str, kind: Kind, leave: Leave | None
) -> None:
    target = Target(TargetType.AGENT, receiver)
    await ground.asks(giver, cid, await _stint(ground, cid, giver), kind, target=target, leave=leave)
    await ground.settle()
    await ground.accepts(receiver, (await ground.open_offer(receiver)).id)
    await ground.ready(receiver, await _stint(ground, cid, receiver))


async def _stint(ground: Ground, cid: str, agent_id: str) -> str:
    picture = await ground.picture(cid)
    return next(stint.id for stint in picture.stints if stint.agent_id == agent_id and stint.live)


AT_DESKS = Detector("at_desks", _play)


def _all_words(real: Callable[..., Any]) -> Callable[..., Any]:
    return lambda sight, chat, mine: chat.seq


def _all_chats(real: Callable[..., Any]) -> Callable[..., Any]:
    def live(tx: RowQueries, *_: Any) -> list[Conversation]:
        assert isinstance(tx, Tx)
        return tx.live_conversations(100)

    return live


FAULTS = [
    Fault(11, "a row shows words from after one's part", wrap(rows, "_head", _all_words), AT_DESKS),
    Fault(
        11,
        "search finds whispers to others",
        wrap(
            searching,
            "_text",
            lambda real: lambda entry, reader: views.words_of(entry) or real(entry, reader),
        ),
        AT_DESKS,
    ),
    Fault(
        11,
        "whoever knows its id reads a customer's history",
        wrap(listing, "_in_now", lambda real: lambda tx, reader, chat: True),
        AT_DESKS,
    ),
    Fault(11, "all chats stand in everybody's list", wrap(RowQueries, "live_for", _all_chats), AT_DESKS),
]
