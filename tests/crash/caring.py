"""A journey through what the customer gets beside the talk: receipts, a question, an address."""

from batonpass.client.errors import Refused
from tests.crash.journeys import Cast, Journey
from tests.crash.passing import with_rita
from tests.support.until import until


async def caring(cast: Cast) -> None:
    """Both have read it; rita hands back and is scored; the customer asks for a person again, goes back to the bot
    instead of waiting, and leaves an address."""
    chat, customer = await with_rita(cast), cast.customer
    await customer.seen(read=2, delivered=2)
    await chat.seen(max(entry.number for entry in chat.entries))
    await chat.hand_back()
    await cast.hears("hello from survey")
    await until(lambda: bool(customer.questions), 25)
    await customer.give_score(next(iter(customer.questions)), 5, "thank you")
    await cast.finishes(chat)
    await _goes_back(cast)
    await customer.leave_contact("call me", phone="+49 30 123456", client_id="address")
    await cast.closed()
    (contact,) = await cast.people["rita"].contacts()
    await cast.people["rita"].finish_contact(contact.contact_id)
    assert await cast.people["rita"].contacts() == [], "what is done is not listed"


async def _goes_back(cast: Cast) -> None:
    """Everybody else is away, so the customer waits. After a crash the bot may come back later than the customer."""
    customer = cast.customer
    for person in cast.people.values():
        await person.away()
    await customer.ask_for_human("once more", client_id="again")
    while True:
        await until(lambda: customer.back_to or customer.holder, 25)
        try:
            await customer.ask_for_bot(client_id="back")
        except Refused as refused:
            if refused.code != "unavailable":
                raise
        else:
            break
    await until(lambda: sum(entry.text == "hello from survey" for entry in customer.entries) == 2, 25)


CARING = Journey(
    caring,
    [
        "welcome_bot",
        "passing_to_person",
        "joined",
        "passing_to_bot",
        "passed_to_bot",
        "passing_to_person",
        "went_back",
        "contact_left",
    ],
    ["hello from triage", "a person please", "rita here", "hello from survey", "hello from survey"],
)
