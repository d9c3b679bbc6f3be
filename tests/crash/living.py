"""A journey through a chat's own course: on hold, taken up again, picked up by a colleague; and its silences."""

from tests.crash.journeys import PATIENCE_S, Cast, Journey
from tests.crash.passing import with_rita


async def living(cast: Cast) -> None:
    """Rita parks the chat and goes on; parks it again, and Rob picks it up."""
    chat = await with_rita(cast)
    cid = chat.conversation_id
    await cast.customer.connection.cut()
    await chat.hold("looks for it")
    chat = await cast.people["rita"].pick_up(cid, client_id="resume")
    await cast.answers(chat, "rita", "rita goes on")
    await chat.hold("gone for lunch")
    chat = await cast.people["rob"].pick_up(cid, client_id="pick-up")
    await cast.answers(chat, "rob", "rob goes on")
    await chat.resolve()
    await cast.closed()
    await cast.people["rita"].set_presence("away")  # after a restart whoever is back first would be asked
    await cast.says("one more thing")
    again = await cast.takes("rob")
    await cast.answers(again, "rob", "of course")
    await cast.customer.end()
    await cast.closed()
    await cast.finishes(again)


LIVING = Journey(
    living,
    [
        "welcome_bot",
        "passing_to_person",
        "joined",
        "on_hold",
        "resumed",
        "on_hold",
        "joined",
        "closed_resolved",
        "reopened",
        "joined",
        "closed_by_customer",
    ],
    [
        "hello from triage",
        "a person please",
        "rita here",
        "rita goes on",
        "rob goes on",
        "one more thing",
        "of course",
    ],
)


async def forgotten(cast: Cast) -> None:
    """A hold runs out: who parked it is asked to go on, and nobody else is there, who might be back first."""
    chat = await with_rita(cast)
    await cast.people["rob"].set_presence("away")
    await chat.hold("a moment", for_s=1)
    again = await cast.takes("rita")
    await cast.answers(again, "rita", "rita goes on")
    await again.resolve()
    await cast.closed()
    await cast.finishes(again)


async def fallen_silent(cast: Cast) -> None:
    """The customer says nothing for a while, and the chat is parked; what it writes then brings Rita back."""
    await with_rita(cast)
    await cast.people["rob"].set_presence("away")
    await cast.customer.find(lambda entry: "on_hold_silent" in str(entry.data), PATIENCE_S)
    await cast.says("still here")
    again = await cast.takes("rita")
    await cast.answers(again, "rita", "rita goes on")
    await again.resolve()
    await cast.closed()
    await cast.finishes(again)


async def wordless(cast: Cast) -> None:
    """Rita takes the chat and says nothing: Rob is found instead."""
    await cast.begins({})
    await cast.says("a person please")
    await cast.takes("rita")
    await cast.people["rob"].available()
    chat = await cast.takes("rob")
    await cast.answers(chat, "rob", "rob goes on")
    await chat.resolve()
    await cast.closed()
    await cast.finishes(chat)


QUIET = {
    "silence_over": Journey(
        fallen_silent,
        [
            "welcome_bot",
            "passing_to_person",
            "joined",
            "on_hold_silent",
            "hold_over",
            "resumed",
            "closed_resolved",
        ],
        ["hello from triage", "a person please", "rita here", "still here", "rita goes on"],
        {"idle_hold": 1.0, "grace": 3.0},
    ),
    "first_reply_over": Journey(
        wordless,
        ["welcome_bot", "passing_to_person", "joined", "no_reply", "joined", "closed_resolved"],
        ["hello from triage", "a person please", "rob goes on"],
        {"first_reply": 2.0, "grace": 3.0},
    ),
    "hold_over": Journey(
        forgotten,
        ["welcome_bot", "passing_to_person", "joined", "on_hold", "hold_over", "resumed", "closed_resolved"],
        ["hello from triage", "a person please", "rita here", "rita goes on"],
        {"grace": 3.0},
    ),
}

LONG = ("first_reply_over", "abandon_over", "customer_here", "customer_gone")
"""Only in `make prove`: others die in the same way."""
