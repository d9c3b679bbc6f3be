"""Small journeys in which a timer runs out: each has one short timer, and the server dies where it fires."""

import asyncio

from batonpass.client import Refused, RepresentativeChat
from tests.crash.journeys import PATIENCE_S, Cast, Journey
from tests.crash.living import QUIET
from tests.crash.passing import SLOW
from tests.support.until import until


async def _escalated(cast: Cast) -> None:
    await cast.begins({})
    await cast.says("a person please")


async def _settled_by_rita(cast: Cast) -> None:
    await _settle(cast, await cast.takes("rita"))


async def _settle(cast: Cast, chat: RepresentativeChat) -> None:
    await cast.answers(chat, "rita", "settled now")
    await chat.resolve()
    await cast.closed()
    await cast.finishes(chat)


async def missed(cast: Cast) -> None:
    """A team of one misses its offer and is away; coming back, it is offered the chat again."""
    rita = cast.people["rita"]
    await _escalated(cast)
    chat = None
    while chat is None:
        await until(lambda: rita.presence == "missed", PATIENCE_S)
        await rita.available()
        try:
            chat = await cast.takes("rita")
        except Refused as too_late:
            if too_late.code != "offer_ended":
                raise
    await _settle(cast, chat)


async def hung(cast: Cast) -> None:
    """The bot says nothing until its turn is over: the chat fails over to a person, and the customer is told."""
    triage = cast.bots["triage"]
    triage.on_message(lambda chat, message: asyncio.Event().wait())  # type: ignore[arg-type, return-value]
    await cast.begins({})
    await cast.says("hang")
    await _settled_by_rita(cast)


async def gone(cast: Cast) -> None:
    """The bot's program ends and does not come back within the grace time."""
    await cast.begins({})
    await cast.bots["triage"].stop()
    await cast.says("anybody there")
    await _settled_by_rita(cast)


async def wrapped_up(cast: Cast) -> None:
    """A representative forgets to finish the after-work; its time ends it."""
    await _escalated(cast)
    chat = await cast.takes("rita")
    await cast.answers(chat, "rita", "settled now")
    await chat.hand_back("over to you")
    await cast.hears("hello from survey")
    await chat.until(lambda chat: chat.state == "ended", PATIENCE_S)
    await cast.customer.end()
    await cast.closed()


async def in_a_burst(cast: Cast) -> None:
    """The customer's lines are gathered before the bot's turn begins."""
    await cast.begins({})
    for word in ("one", "two", "three"):
        await cast.says(word)
        await cast.hears(f"triage heard {word}")
    await cast.customer.end()
    await cast.closed()


async def unanswered(cast: Cast) -> None:
    """Nobody serves the queue: after the longest wait the chat ends with words."""
    await cast.customer.start({"journey": "unanswered"}, client_id="start")
    await cast.closed()


async def at_night(cast: Cast) -> None:
    """The queue is closed for good: the chat ends with words at once."""
    await cast.customer.start({"journey": "night"}, client_id="start")
    await cast.closed()


_FAILED_OVER = ["welcome_bot", "lost_bot", "joined", "closed_resolved"]

TROUBLES = {
    "offer_over": Journey(
        missed,
        ["welcome_bot", "passing_to_person", "joined", "closed_resolved"],
        ["hello from triage", "a person please", "settled now"],
        {"offer": 0.5},
    ),
    # With the customer there, the grace of one who left ends in nothing; while it waits the timer runs out.
    "abandon_over": Journey(
        missed,
        ["welcome_bot", "passing_to_person", "joined", "closed_resolved"],
        ["hello from triage", "a person please", "settled now"],
        {"offer": 0.7, "customer_grace": 0.2},
    ),
    "turn_over": Journey(hung, _FAILED_OVER, ["hello from triage", "hang", "settled now"], {"turn": 1.5}),
    "grace_over": Journey(
        gone, _FAILED_OVER, ["hello from triage", "anybody there", "settled now"], {"grace": 1.0, "turn": 300}
    ),
    "wrap_up_over": Journey(
        wrapped_up,
        [
            "welcome_bot",
            "passing_to_person",
            "joined",
            "passing_to_bot",
            "passed_to_bot",
            "closed_by_customer",
        ],
        ["hello from triage", "a person please", "settled now", "hello from survey"],
        {"wrap_up": 0.4},
    ),
    "burst_over": Journey(
        in_a_burst,
        ["welcome_bot", "closed_by_customer"],
        [
            "hello from triage",
            *(said for word in ("one", "two", "three") for said in (word, f"triage heard {word}")),
        ],
        {"burst": 0.05},
    ),
    # Start-up lets whoever waits wait for as long as agents have to come back.
    "waits_closed": Journey(at_night, ["closed_hours"], []),
    "max_wait_over": Journey(unanswered, ["closed_unanswered"], [], {"grace": 0.5}),
}
TROUBLES |= SLOW | QUIET
TROUBLES["stint_lost"] = TROUBLES["grace_over"]
TROUBLES["hours_changed"] = TROUBLES["waits_closed"]
TROUBLES["lease"] = TROUBLES["offer_over"]
