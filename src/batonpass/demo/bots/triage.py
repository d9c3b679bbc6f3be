"""The triage bot: asks what it is about, answers what is simple, and knows when it is out of its depth.

It keeps no state of its own. What it found out stands in the context, where the next agent reads it; what it
said stands in the transcript. So it may be stopped and started at any time.
"""

from functools import partial

from batonpass.client import Bot, BotChat, Message, Refused, card, choices
from batonpass.demo.bots.words import Meaning, understand

PERSON = ("A person, please", "I would like to talk to a person.")
TOPICS = (
    ("My parcel", "Where is my parcel?"),
    ("A return", "I would like to return something."),
    ("A bill", "I have a question about a bill."),
    PERSON,
)
HELLO = "Hello! I can look up parcels and explain returns. What is it about?"
HELLO_ORDER = "Hello! I can help with your order {order}. What is it about?"
BACK = choices("Here I am again, with all you wrote so far. What can I do?", *TOPICS)
WHICH_ORDER = "I will look it up. Which order is it? The number is in the mail that confirmed it."
PARCEL = {
    "way": "Order {order} is on its way and should be with you within two working days.",
    "home": "Order {order} was delivered. If you cannot find it, a neighbour may have taken it in.",
}
RETURN = "You can send it back for a month, and it costs nothing. What shall I do?"
EXCHANGE, REFUND, LABEL = "Exchange it for another size", "Refund it", "Make a return label"
RETURNS = (
    ("Exchange it", EXCHANGE),
    ("Refund it", REFUND),
    PERSON,
)
DONE = {
    EXCHANGE: "I have put the exchange down. The label is in your account, under the order.",
    REFUND: "I have put the refund down. The label is in your account, under the order.",
}
HOURS = "People answer here on working days from 8 to 18 o'clock; I am here all the time."
HELPED = (
    "Did that help?",
    ("Yes, thanks", "Yes, thank you."),
    ("No", "No, I would like to talk to a person."),
)
WELCOME = "You are welcome. Write again if there is anything else."
AGAIN = choices("Sorry, I did not get that. Is it about one of these?", *TOPICS)
NOBODY = "Nobody is free right now. I have noted what you need; please try again in a moment."


def triage_bot(url: str, key: str) -> Bot:
    """Return the bot, not yet connected."""
    bot = Bot(url, key)
    bot.on_greet(greet)
    bot.on_message(partial(answer, picture=f"{url}/assets/demo-boot.svg"))
    return bot


async def greet(chat: BotChat) -> None:
    """Say hello; a chat that came from somebody else goes on where it was."""
    order = chat.context.get("order", "")
    if any(entry.from_customer for entry in chat.entries):
        await chat.reply(BACK)
    elif order:
        await chat.reply(choices(HELLO_ORDER.format(order=order), *TOPICS))
    else:
        await chat.reply(choices(HELLO, *TOPICS))


async def answer(chat: BotChat, message: Message, *, picture: str | None = None) -> None:
    """Answer what is simple, else pass on. `picture` is the address of the goods' picture."""
    meaning = understand(message.text)
    await _remember(chat, meaning)
    if meaning.person:
        await _pass_on(chat, "the customer asked for a person")
    elif message.text in DONE:
        await chat.reply(choices(f"{DONE[message.text]} {HELPED[0]}", *HELPED[1:]))
    elif meaning.topic or meaning.order:
        await _help(chat, meaning, picture)
    elif meaning.thanks or meaning.yes:
        await chat.reply(WELCOME)
    elif meaning.no:
        await _pass_on(chat, "the answer did not help")
    elif AGAIN.text in chat.my_texts():
        await _pass_on(chat, "not understood twice")
    else:
        await chat.reply(AGAIN)


async def _remember(chat: BotChat, meaning: Meaning) -> None:
    found = {"topic": meaning.topic, "order": meaning.order}
    new = {name: value for name, value in found.items() if value and chat.context.get(name) != value}
    if new:
        await chat.set_context(new)


async def _help(chat: BotChat, meaning: Meaning, picture: str | None) -> None:
    topic = meaning.topic or chat.context.get("topic", "parcel")
    order = meaning.order or chat.context.get("order", "")
    if topic == "hours":
        await chat.reply(HOURS)
    elif topic == "return":
        await _offer_return(chat, order, picture)
    elif topic == "bill":
        await _pass_on(chat, "a question about a bill")
    elif not order:
        await chat.reply(WHICH_ORDER)
    else:
        await _look_up(chat, order)


async def _offer_return(chat: BotChat, order: str, picture: str | None) -> None:
    """Show what can be done: as a card of the goods where the order is known, else as a question."""
    if not order:
        await chat.reply(choices(RETURN, *RETURNS))
        return
    await chat.reply(RETURN)
    await chat.reply(card("Trail boot, blue", f"Order {order}, size 44", *RETURNS, image_url=picture))


async def _look_up(chat: BotChat, order: str) -> None:
    await chat.typing()
    state = look_up(order)
    if state == "unknown":
        await _pass_on(chat, f"order {order} is not in the list")
    else:
        await chat.reply(choices(f"{PARCEL[state].format(order=order)} {HELPED[0]}", *HELPED[1:]))


def look_up(order: str) -> str:
    """Stand in for a shop's own system: `way`, `home` or `unknown`, by the order's last digit."""
    return {0: "unknown", 1: "home", 2: "home", 3: "home"}.get(int(order[-1]), "way")


async def _pass_on(chat: BotChat, reason: str) -> None:
    """Escalate with what the next agent should know; stay, and say so, when nobody can take it."""
    known = [f"{name}: {chat.context[name]}" for name in ("topic", "order") if name in chat.context]
    try:
        await chat.escalate(reason, note="; ".join(known))
    except Refused as refused:
        if refused.code != "unavailable":
            raise
        await chat.reply(NOBODY)
