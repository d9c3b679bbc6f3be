"""The survey bot: takes over when a person hands back, says what it was about, asks two questions, thanks.

It takes the topic from the context and the outcome from the summary, and says both in words of its own: note,
summary and context are for agents only, and are never repeated to the customer.
"""

from batonpass.client import Bot, BotChat, Message, Refused, choices
from batonpass.demo.bots.words import understand

SETTLED = choices("Was it settled?", "Yes", "Partly", "No")
EASE = choices("And how easy was it? 1 is hard, 5 is easy.", "1", "2", "3", "4", "5")
TOPICS = {
    "parcel": " about your parcel",
    "return": " about sending something back",
    "returns": " about sending something back",
    "bill": " about a bill",
    "hours": " about our opening hours",
}
OUTCOMES = {"yes": " It seems to be settled.", "partly": " Part of it seems to be settled."}
THANKS = "Thank you, that helps. If there is anything else, just ask for a person."
MORE = "The questions are done. Ask for a person if there is anything else."
NOBODY = "Nobody is free right now. Please try again in a moment."


def survey_bot(url: str, key: str) -> Bot:
    """Return the bot, not yet connected."""
    bot = Bot(url, key)
    bot.on_greet(greet)
    bot.on_message(answer)
    return bot


async def greet(chat: BotChat) -> None:
    """Say what it was about, and ask the first question."""
    await chat.reply(
        choices(f"{_recall(chat)} {SETTLED.text}", *(choice.label for choice in SETTLED.choices))
    )


def _recall(chat: BotChat) -> str:
    giver = chat.handoff.giver.name if chat.handoff and chat.handoff.giver else "a colleague"
    topic = TOPICS.get(chat.context.get("topic", ""), "")
    outcome = OUTCOMES.get(chat.summary.outcome if chat.summary else "", "")
    return f"Hello! You talked to {giver}{topic}.{outcome} May I ask two short questions?"


async def answer(chat: BotChat, message: Message) -> None:
    """Take the answer to the open question, and ask the next one."""
    said = message.text.strip()
    asked = chat.my_texts()
    if understand(said).person:
        await _to_a_person(chat)
    elif THANKS in asked:
        await chat.reply(MORE)
    elif EASE.text in asked:
        await _keep(chat, "survey_ease", said, [choice.value for choice in EASE.choices])
        await chat.reply(THANKS)
    else:
        await _keep(chat, "survey_settled", said.lower(), ["yes", "partly", "no"])
        await chat.reply(EASE)


async def _keep(chat: BotChat, name: str, said: str, known: list[str]) -> None:
    """Keep an answer that is one of the choices; words of the customer's own stay in the transcript."""
    await chat.set_context({name: said if said in known else "other"})


async def _to_a_person(chat: BotChat) -> None:
    try:
        await chat.escalate("the customer asked for a person during the survey")
    except Refused as refused:
        if refused.code != "unavailable":
            raise
        await chat.reply(NOBODY)
