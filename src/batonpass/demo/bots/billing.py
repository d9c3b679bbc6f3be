"""The billing bot: stands before the people of Billing, tells how a bill stands, and passes on the rest."""

from batonpass.client import Bot, BotChat, Message, Refused, card
from batonpass.demo.bots.words import understand
from batonpass.protocol.content import CardContent

HELLO = "Hello, this is billing. I have what was said so far. Which bill is it about?"
PASS = ("Talk to a person", "I would like to talk to a person.")
NOBODY = "Nobody of billing is free right now. Your question stays here; ask again in a moment."


def billing_bot(url: str, key: str) -> Bot:
    """Return the bot, not yet connected."""
    bot = Bot(url, key)
    bot.on_greet(greet)
    bot.on_message(answer)
    return bot


async def greet(chat: BotChat) -> None:
    """Show the bill of the order that the context names, or ask which it is."""
    order = chat.context.get("order")
    await chat.reply(_bill(order) if order else HELLO)


async def answer(chat: BotChat, message: Message) -> None:
    """Look a bill up by its order; whatever else is asked goes to a person."""
    meaning = understand(message.text)
    if meaning.order and not meaning.person:
        await chat.set_context(order=meaning.order)
        await chat.reply(_bill(meaning.order))
    elif meaning.thanks or meaning.yes:
        await chat.reply("You are welcome.")
    else:
        await _pass_on(chat)


def _bill(order: str) -> CardContent:
    text = f"Order {order}: 153.00 EUR, paid by card."
    return card("Your bill", text, ("That is right, thanks", "Yes, thank you."), PASS)


async def _pass_on(chat: BotChat) -> None:
    try:
        await chat.escalate("a question about a bill that the bot cannot answer")
    except Refused as refused:
        if refused.code != "unavailable":
            raise
        await chat.reply(NOBODY)
