"""Journeys with more than one agent at a time: helpers, warm transfers, leaving; and a supervisor's acts."""

from batonpass.client import RepresentativeChat, RepresentativeClient, to_agent
from batonpass.client.connection import Connection
from batonpass.client.entry import as_content
from batonpass.client.errors import Refused
from batonpass.protocol.agent import AgentSent
from batonpass.protocol.base import SUPERVISOR
from batonpass.protocol.supervisor import (
    ActDone,
    Assign,
    Close,
    CloseDone,
    Monitor,
    SupervisorWhisper,
    SwitchesDone,
    SwitchSet,
    TakeOver,
)
from tests.crash.journeys import PATIENCE_S, QUICK, Cast, Journey
from tests.support.until import until


async def joins(
    cast: Cast, who: str, role: str, *, unless: RepresentativeChat | None = None
) -> RepresentativeChat:
    """The live chat of somebody in this role, once its packets have come."""
    chats = cast.people[who].chats

    def found() -> list[RepresentativeChat]:
        return [c for c in chats.values() if c.live and c.role == role and c is not unless]

    await until(found, PATIENCE_S)
    return found()[0]


async def accepts(cast: Cast, who: str, role: str) -> RepresentativeChat:
    """Take offers until one is good: an earlier one may have been called off."""
    while True:
        try:
            await cast.takes(who)
        except Refused as refused:
            if refused.code != "offer_ended":
                raise
        else:
            return await joins(cast, who, role)


async def with_rita(cast: Cast) -> RepresentativeChat:
    """Rita holds, and Rob is there."""
    await cast.begins({})
    await cast.says("a person please")
    chat = await cast.takes("rita")
    await cast.answers(chat, "rita", "rita here")
    await cast.people["rob"].available()
    return chat


async def together(cast: Cast) -> None:
    """An invitation called off, a helper removed, a warm transfer completed, and the last one out."""
    chat = await with_rita(cast)
    called_off = await chat.invite(to_agent("rob"))
    await chat.cancel(called_off.handoff_id)
    await chat.invite(to_agent("rob"))
    helper = await accepts(cast, "rob", "helper")
    await cast.answers(helper, "rob", "rob helps")
    await chat.whisper("thank you", client_id="w-rita")
    await chat.remove(helper.stint_id)
    await cast.finishes(helper)
    warm = await chat.transfer(to_agent("rob"), leave="on_complete")
    consulted = await accepts(cast, "rob", "consulted")
    await consulted.whisper("give it to me", client_id="w-rob")
    await chat.complete(warm.handoff_id)
    holding = await joins(cast, "rob", "holder")
    await cast.answers(holding, "rob", "rob goes on")
    await cast.finishes(chat)
    await holding.invite(to_agent("rita"))
    await accepts(cast, "rita", "helper")
    await holding.leave()
    promoted = await joins(cast, "rita", "holder")
    await cast.answers(promoted, "rita", "rita goes on")
    await cast.finishes(holding)
    await promoted.resolve()
    await cast.closed()
    await cast.finishes(promoted)


TOGETHER = Journey(
    together,
    [
        "welcome_bot", "passing_to_person", "joined", "helper_joined", "helper_left", "transfer_started", "joined",
        "helper_joined", "joined", "closed_resolved",
    ],
    ["hello from triage", "a person please", "rita here", "rob helps", "rob goes on", "rita goes on"],
)  # fmt: skip


async def supervised(cast: Cast) -> None:
    """Sue looks in, whispers, gives it to Rob, takes it over, and closes it."""
    chat = await with_rita(cast)
    cid = chat.conversation_id
    sue = cast.people["sue"] = RepresentativeClient(cast.customer.url, cast.keys["sue"], timing=QUICK)
    desk = Connection(
        cast.customer.url, SUPERVISOR, {"token": cast.keys["sue"]},
        on_snapshot=_unheeded, on_event=_unheeded_event, timing=QUICK,
    )  # fmt: skip
    async with sue:
        await desk.start()
        try:
            act = {"conversation_id": cid, "reason": "training"}
            await desk.call(Monitor(**act, client_id="monitor"), ActDone)
            await joins(cast, "sue", "observer")
            said = SupervisorWhisper(conversation_id=cid, client_id="w-sue", content=as_content("be kind"))
            await desk.call(said, AgentSent)
            await desk.call(SwitchSet(name="notes", on=True, reason="training"), SwitchesDone)
            await _assigns(desk, Assign(**act, client_id="assign", agent_id="rob", force=True))
            rob = await joins(cast, "rob", "holder")
            await cast.answers(rob, "rob", "rob goes on")
            await cast.finishes(chat)
            await desk.call(TakeOver(**act, client_id="take-over", force=True), ActDone)
            mine = await joins(cast, "sue", "holder")
            await cast.answers(mine, "sue", "sue here")
            await cast.finishes(rob)
            await desk.call(Close(**act), CloseDone)
            await cast.closed()
            await cast.finishes(mine)
        finally:
            await desk.stop()


async def _assigns(desk: Connection, assign: Assign) -> None:
    """Until Rob is back: after a restart he may come later than the supervisor's request."""
    while True:
        try:
            await desk.call(assign, ActDone)
            return
        except Refused as refused:
            if refused.code != "unavailable":
                raise


SUPERVISED = Journey(
    supervised,
    ["welcome_bot", "passing_to_person", "joined", "joined", "took_over", "closed_by_supervisor"],
    ["hello from triage", "a person please", "rita here", "rob goes on", "sue here"],
)


def _unheeded(*_: object) -> None:
    """A snapshot that nobody needs."""


def _unheeded_event(*_: object) -> None:
    """An event that nobody needs."""


async def talked_too_long(cast: Cast) -> None:
    """Giver and receiver of a warm transfer talk past the deadline: the giver goes on."""
    chat = await with_rita(cast)
    warm = await chat.transfer(to_agent("rob"), leave="on_complete")
    await accepts(cast, "rob", "consulted")
    await until(lambda: chat.state_of(warm.handoff_id) == "returned", PATIENCE_S)
    await cast.answers(chat, "rita", "rita goes on")
    await chat.resolve()
    await cast.closed()
    await cast.finishes(chat)


async def silent(cast: Cast) -> None:
    """Nobody writes while a person holds: the policy hands back to the survey bot."""
    chat = await with_rita(cast)
    await cast.hears("hello from survey")
    await cast.finishes(chat)
    await cast.customer.end()
    await cast.closed()


SLOW = {
    "completion_over": Journey(
        talked_too_long,
        [
            "welcome_bot",
            "passing_to_person",
            "joined",
            "transfer_started",
            "transfer_ended",
            "closed_resolved",
        ],
        ["hello from triage", "a person please", "rita here", "rita goes on"],
        {"completion": 1.0, "grace": 3.0},
    ),
    "idle_over": Journey(
        silent,
        [
            "welcome_bot",
            "passing_to_person",
            "joined",
            "passing_to_bot",
            "passed_to_bot",
            "closed_by_customer",
        ],
        ["hello from triage", "a person please", "rita here", "hello from survey"],
        {"idle": 1.5, "grace": 3.0},
    ),
}
