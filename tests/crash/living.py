"""A journey through a chat's own course: on hold, taken up again, picked up by a colleague."""

from tests.crash.journeys import Cast, Journey
from tests.crash.passing import with_rita


async def living(cast: Cast) -> None:
    """Rita parks the chat and goes on; parks it again, and Rob picks it up."""
    chat = await with_rita(cast)
    cid = chat.conversation_id
    await chat.hold("looks for it")
    chat = await cast.people["rita"].pick_up(cid, client_id="resume")
    await cast.answers(chat, "rita", "rita goes on")
    await chat.hold("gone for lunch")
    chat = await cast.people["rob"].pick_up(cid, client_id="pick-up")
    await cast.answers(chat, "rob", "rob goes on")
    await chat.resolve()
    await cast.closed()
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
    """A hold runs out: who parked it is asked to go on."""
    chat = await with_rita(cast)
    await chat.hold("a moment", for_s=1)
    again = await cast.takes("rita")
    await cast.answers(again, "rita", "rita goes on")
    await again.resolve()
    await cast.closed()
    await cast.finishes(again)


QUIET = {
    "hold_over": Journey(
        forgotten,
        ["welcome_bot", "passing_to_person", "joined", "on_hold", "hold_over", "resumed", "closed_resolved"],
        ["hello from triage", "a person please", "rita here", "rita goes on"],
    ),
}
