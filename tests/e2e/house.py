"""The workspace of the browser tests: its settings, and the bots that serve in it.

A chat enters Returns: the order bot, then two representatives; Survey and its bot get what is handed back. Around it
stands what a transfer may aim at: Billing with a bot and a person, Night, which is closed, and the workflow Dispute.
`{journey: "nobody"}` as context enters a queue of bots alone, `{journey: "one-queue"}` the ladder of one queue, and
`{journey: "crowd"}` goes at once to `busy`, who serves hundreds (`tests/e2e/crowd.py`).
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from batonpass.client import Bot, BotChat, Message, choices

SETTINGS = """
[server]
cors_origins = {origins}

[config]
source = "{source}"

[identity.shop]
secrets = ["env:STAGE_IDENTITY_SECRET"]

[timers]
offer = {offer}
sweep = 3600

[[entry]]
when = {{ journey = "nobody" }}
queue = "bots"

[[entry]]
when = {{ journey = "one-queue" }}
queue = "ladder"

[[entry]]
when = {{ journey = "crowd" }}
queue = "crowd"

[[entry]]
queue = "returns"

[queues.returns]
name = "Returns"
reopen = 600
csat = true
dispositions = {{ exchanged = "Exchanged", refunded = "Refunded", other = "Something else" }}
members = [
    {{ agent = "order-bot", capacity_priority = 100 }},
    {{ agent = "rep", capacity_priority = 50 }},
    {{ agent = "colleague", capacity_priority = 40 }},
]

[queues.returns.hand_back]
target = "queue"
id = "survey"

[queues.survey]
name = "Survey"
members = [{{ agent = "survey-bot", capacity_priority = 10 }}]

[queues.bots]
name = "Bots only"
members = [{{ agent = "order-bot", capacity_priority = 10 }}]

[queues.ladder]
name = "Everything"
members = [
    {{ agent = "order-bot", capacity_priority = 100 }},
    {{ agent = "rep", capacity_priority = 50 }},
    {{ agent = "colleague", capacity_priority = 40 }},
    {{ agent = "survey-bot", capacity_priority = 10 }},
]

[queues.billing]
name = "Billing"
members = [
    {{ agent = "billing-bot", capacity_priority = 100 }},
    {{ agent = "colleague" }},
    {{ agent = "third" }},
]

[queues.night]
name = "Billing, night"
hours = "tomorrow"
members = [{{ agent = "third" }}]

[queues.crowd]
name = "Everyday"
auto_accept = true
members = [{{ agent = "busy" }}]

[hours.tomorrow]
timezone = "UTC"
{tomorrow} = "08:00-09:00"

[workflows.dispute]
steps = [
    {{ queue = "billing", timeout = 600 }},
]
fallback = {{ queue = "returns" }}

[agents.order-bot]
kind = "bot"
name = "Order bot"

[agents.survey-bot]
kind = "bot"
name = "Survey bot"

[agents.billing-bot]
kind = "bot"
name = "Billing bot"

[agents.rep]
kind = "representative"
name = "Representative 4"
capacity = 2

[agents.colleague]
kind = "representative"
name = "Representative 7"
capacity = 2

[agents.third]
kind = "representative"
name = "Representative 12"
capacity = 1
skills = ["french"]

[agents.busy]
kind = "representative"
name = "Representative 9"
capacity = 500

[agents.chief]
kind = "representative"
name = "Supervisor 1"
supervisor = true

[canned.hello]
shortcut = "hi"
text = "Hello {{customer}}, this is {{agent}}. How can I help?"

[canned.label]
shortcut = "label"
text = "Your label for order {{order}} is in your e-mail."
"""


def settings(offer_seconds: float, origins: tuple[str, ...], source: str = "store") -> str:
    """Return the settings as TOML. Night opens tomorrow at eight (UTC), so that it is closed now."""
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%A").lower()
    listed = str(list(origins)).replace("'", '"')
    return SETTINGS.format(offer=float(offer_seconds), origins=listed, tomorrow=tomorrow, source=source)


def order_bot(url: str, key: str) -> Bot:
    bot = Bot(url, key)

    async def greet(chat: BotChat) -> None:
        await chat.reply(choices("Hello, I am the order bot. What is it about?", "A return", "A person"))

    async def answer(chat: BotChat, message: Message) -> None:
        if "person" in message.text.lower():
            await chat.escalate("The customer pressed for a person.", note="Two labels failed already.")
        else:
            await chat.reply(f"I have read: **{message.text}**")

    bot.on_greet(greet)
    bot.on_message(answer)
    return bot


def survey_bot(url: str, key: str) -> Bot:
    bot = Bot(url, key)

    async def greet(chat: BotChat) -> None:
        await chat.reply(f"Hello, I am the survey bot. {'I have a note.' if chat.note else 'No note.'}")

    async def answer(chat: BotChat, message: Message) -> None:
        await chat.reply("Thank you.")

    bot.on_greet(greet)
    bot.on_message(answer)
    return bot


def billing_bot(url: str, key: str) -> Bot:
    bot = Bot(url, key)

    async def greet(chat: BotChat) -> None:
        await chat.reply("Hello, I am the billing bot.")

    async def answer(chat: BotChat, message: Message) -> None:
        await chat.reply("Your bill is paid.")

    bot.on_greet(greet)
    bot.on_message(answer)
    return bot


BOTS: dict[str, Callable[[str, str], Bot]] = {
    "order-bot": order_bot,
    "survey-bot": survey_bot,
    "billing-bot": billing_bot,
}
PEOPLE = ("rep", "colleague", "third", "busy", "chief")
