"""The server is killed with SIGKILL in the middle of a chat: nothing is lost, nothing doubled, one greeting."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from batonpass.client import Bot, BotChat, CustomerClient, Message, RepresentativeClient, Timing
from batonpass.client.entry import Entry
from tests.client.house import ServerProcess
from tests.support.until import until

QUICK = Timing(ack=2, connect=5, backoff_first=0.02, backoff_most=0.1)


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    process = ServerProcess(tmp_path)
    yield process
    await process.down()


def counting_bot(process: ServerProcess) -> Bot:
    """Greets, and answers each message with its text, so that a lost or doubled answer shows."""
    bot = Bot(process.url, process.keys["triage"], timing=QUICK)

    @bot.on_greet
    async def greet(chat: BotChat) -> None:
        await chat.reply("hello")

    @bot.on_message
    async def answer(chat: BotChat, message: Message) -> None:
        for entry in message.entries:
            await chat.reply(f"heard {entry.text}")

    return bot


def messages(entries: Sequence[Entry] | AsyncIterator[Entry], actor: str) -> list[str]:
    return [entry.text for entry in entries if entry.is_message and entry.actor_type == actor]  # type: ignore[union-attr]


def check(customer: CustomerClient, said: list[str]) -> None:
    entries = list(customer.entries)
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
    assert messages(entries, "customer") == said
    answers = messages(entries, "bot")
    assert answers.count("hello") == 1
    assert sorted(answers) == sorted(["hello", *(f"heard {text}" for text in said)])


async def test_killed_at_random_while_customer_and_bot_talk(process: ServerProcess) -> None:
    await process.up()
    said = [f"m{n}" for n in range(30)]
    async with counting_bot(process), CustomerClient(process.url, timing=QUICK) as customer:
        await customer.start()

        async def talk() -> None:
            for text in said:
                await customer.send(text)

        talking = asyncio.ensure_future(talk())  # noqa: TID251 - gathered below
        for upto in (4, 12, 20):
            await until(lambda at=upto: len(messages(customer.entries, "customer")) >= at)  # type: ignore[misc, arg-type]
            await process.kill()
            await process.up()
        await talking
        await customer.find(lambda entry: entry.text == "heard m29", 20)
        check(customer, said)
        assert customer.connection.reconnects == process.kills == 3


FEW = [
    "agent_send.after_commit#1",
    "agent_send.before_push#2",
    "customer_send.after_commit#2",
    "ready.after_commit",
]
MORE = [
    *("agent_send.before_commit#1", "agent_send.before_push#1", "agent_send.before_commit#2"),
    *("agent_send.after_commit#2", "customer_send.before_commit#2", "customer_send.before_push#2"),
    *("ready.before_commit", "turn_done.after_commit", "connect.after_commit"),
]
PASSES = ["ask.after_commit", "accept.after_commit", "match.after_commit#2"]
MORE_PASSES = [
    *("ask.before_commit", "ask.before_push", "accept.before_commit", "accept.before_push"),
    *("match.before_commit", "match.after_commit", "match.before_push", "start_chat.after_commit"),
]


def points(few: list[str], more: list[str]) -> list[ParameterSet]:
    """A few for every run; all of them for `make prove`."""
    return [pytest.param(name) for name in few] + [
        pytest.param(name, marks=pytest.mark.prove) for name in more
    ]


@pytest.mark.parametrize("failpoint", points(FEW, MORE))
async def test_killed_at_the_commits_of_a_talk(process: ServerProcess, failpoint: str) -> None:
    await process.up(failpoint)
    said = ["a", "b", "c"]
    restarting = asyncio.gather(restart(process))
    async with counting_bot(process), CustomerClient(process.url, timing=QUICK) as customer:
        await customer.start()
        await asyncio.gather(*(customer.send(text) for text in said))
        await restarting
        await customer.find(lambda entry: entry.text == "heard c", 20)
        check(customer, said)


@pytest.mark.parametrize("failpoint", points(PASSES, MORE_PASSES))
async def test_killed_at_the_commits_of_a_pass(process: ServerProcess, failpoint: str) -> None:
    await process.up(failpoint)
    restarting = asyncio.gather(restart(process))
    async with (
        Bot(process.url, process.keys["triage"], timing=QUICK) as bot,
        RepresentativeClient(process.url, process.keys["representative-1"], timing=QUICK) as rita,
        CustomerClient(process.url, timing=QUICK) as customer,
    ):

        @bot.on_message
        async def pass_on(chat: BotChat, message: Message) -> None:
            await chat.escalate("asked", note="careful")

        @rita.on_offer
        async def take(offer: object) -> None:
            chat = await offer.accept()  # type: ignore[attr-defined]
            await chat.send("I am Rita", client_id="rita-1")

        await rita.available()
        await customer.start()
        await customer.send("a person please")
        await customer.find(lambda entry: entry.text == "I am Rita", 20)
        await restarting
        entries = list(customer.entries)
        assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
        assert messages(entries, "person") == ["I am Rita"]
        assert messages(entries, "customer") == ["a person please"]
        chat = next(iter(rita.chats.values()))
        assert chat.handoff is not None
        # Whoever is back first after the kill gets a chat that had just arrived: then nobody gave a note.
        assert chat.note == ("" if chat.handoff.kind == "arrival" else "careful")
        assert [e.number for e in chat.transcript] == list(range(1, len(chat.transcript) + 1))


async def restart(process: ServerProcess) -> None:
    await process.died()
    await process.up()
