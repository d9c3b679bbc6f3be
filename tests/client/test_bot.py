"""Bots: the joining order, greetings, turns and their ids, against a real server that plays on command."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from batonpass.client import Bot, BotChat, Message, Refused, Timing, choices
from tests.client.agent_peer import AgentPeer, stint, turn
from tests.client.peer import CONVERSATION
from tests.support.until import until

QUICK = Timing(ack=2.0, connect=2.0, backoff_first=0.01, backoff_most=0.05)


@pytest.fixture
async def peer() -> AsyncIterator[AgentPeer]:
    peer = AgentPeer()
    await peer.up()
    yield peer
    await peer.down()


def echo(url: str, **options: object) -> Bot:
    """A bot that greets with the note and answers with what it heard."""
    bot = Bot(url, "key", timing=QUICK, **options)  # type: ignore[arg-type]

    @bot.on_greet
    async def greet(chat: BotChat) -> None:
        await chat.reply(f"hello, {chat.note}")

    @bot.on_message
    async def answer(chat: BotChat, message: Message) -> None:
        await chat.reply(f"heard {message.text}")

    return bot


@pytest.fixture
async def bot(peer: AgentPeer) -> AsyncIterator[Bot]:
    bot = echo(peer.url)
    await bot.start()
    yield bot
    await bot.stop()


def said(peer: AgentPeer) -> list[tuple[str, str]]:
    """What the bot sent: client id and text."""
    return [(sent["client_id"], sent["content"]["text"]) for sent in peer.payloads("message.send")]


async def take_turn(peer: AgentPeer, turn_id: str, text: str) -> int:
    """The customer writes, and a turn of that starts."""
    seq = peer.wrote(text)
    await peer.push(seq)
    await peer.tell("turn.started", {"turn": turn(turn_id, "message", seq, seq)})
    return seq


async def joined(peer: AgentPeer) -> None:
    peer.greeting = turn("t0", "greet")
    await peer.join()
    await until(lambda: peer.payloads("turn.done"))


async def test_a_bot_takes_conversations_when_it_starts(peer: AgentPeer) -> None:
    peer.presence = "missed"
    bot = echo(peer.url)
    await bot.start()
    assert peer.payloads("presence.set") == [{"presence": "available"}]
    assert bot.presence == "available"
    await bot.stop()


def named(turn_id: str) -> dict[str, str]:
    """What the bot says of a turn."""
    return {"turn_id": turn_id, "conversation_id": CONVERSATION}


async def test_it_greets_once_and_says_ready_after_the_last_packet(peer: AgentPeer, bot: Bot) -> None:
    await joined(peer)
    assert said(peer) == [("greet:s1", "hello, sorted out")]
    assert [payload["stint_id"] for payload in peer.payloads("stint.ready")] == ["s1"]
    assert peer.payloads("turn.done") == [named("t0")]


async def test_packets_that_come_again_do_not_make_it_greet_again(peer: AgentPeer, bot: Bot) -> None:
    peer.greeting = turn("t0", "greet")
    peer.turns = [peer.greeting]
    peer.stints = [stint(ready=False)]
    peer.next.append("cut")  # whatever it says first is lost, with its connection
    await peer.join()
    await until(lambda: peer.payloads("turn.done"))
    await until(lambda: not peer.packets_due)
    assert bot.connection.reconnects >= 1
    assert {client_id for client_id, _ in said(peer)} == {"greet:s1"}
    assert len(peer.payloads("turn.done")) == 1


async def test_without_a_greeting_packet_it_says_ready_after_a_moment(peer: AgentPeer, bot: Bot) -> None:
    await peer.join()
    await until(lambda: peer.payloads("stint.ready"), 2)


async def test_the_chat_brings_its_story(peer: AgentPeer, bot: Bot) -> None:
    for text in ("one", "two", "three"):
        peer.wrote(text)
    peer.boundary = 2
    await joined(peer)
    chat = bot.chats["s1"]
    assert (chat.context, chat.note) == ({"topic": "parcel"}, "sorted out")
    assert chat.summary is not None
    assert chat.summary.issue == "late parcel"
    await until(lambda: len(chat.entries) == 3)
    assert [entry.text for entry in chat.transcript] == ["one", "two", "three"]


async def test_a_turn_is_answered_under_its_own_ids_and_done_once(peer: AgentPeer, bot: Bot) -> None:
    await joined(peer)
    await take_turn(peer, "t1", "hi")
    await until(lambda: len(peer.payloads("turn.done")) == 2)
    assert said(peer)[1:] == [("re:t1:1", "heard hi")]
    assert peer.payloads("turn.done")[1] == named("t1")


async def test_several_replies_of_a_turn_are_numbered_and_the_greeting_is_the_first(peer: AgentPeer) -> None:
    bot = Bot(peer.url, "key", timing=QUICK)

    @bot.on_greet
    async def greet(chat: BotChat) -> None:
        await chat.reply("hello")
        await chat.reply(choices("what is it?", "order", ("something else", "other")))

    await bot.start()
    await joined(peer)
    assert said(peer) == [("greet:s1", "hello"), ("re:t0:2", "what is it?")]
    assert peer.payloads("message.send")[1]["content"]["choices"] == [
        {"label": "order", "value": "order"},
        {"label": "something else", "value": "other"},
    ]
    await bot.stop()


async def test_a_burst_is_one_message(peer: AgentPeer, bot: Bot) -> None:
    await joined(peer)
    first, last = peer.wrote("hi"), peer.wrote("it is late")
    await peer.push(first, last)
    await peer.tell("turn.started", {"turn": turn("t1", "message", first, last)})
    await until(lambda: len(said(peer)) == 2)
    assert said(peer)[1] == ("re:t1:1", "heard hi\nit is late")


async def test_a_turn_waits_for_the_entries_it_is_about(peer: AgentPeer, bot: Bot) -> None:
    await joined(peer)
    seq = peer.wrote("lost on the way")
    await peer.tell("turn.started", {"turn": turn("t1", "message", seq, seq)})
    await until(lambda: len(said(peer)) == 2, 5)
    assert said(peer)[1] == ("re:t1:1", "heard lost on the way")
    assert peer.reads == [0]


async def test_a_turn_the_server_ended_needs_no_done(peer: AgentPeer) -> None:
    bot = Bot(peer.url, "key", timing=QUICK)

    @bot.on_message
    async def answer(chat: BotChat, message: Message) -> None:
        await chat.reply("yes")
        await peer.tell("turn.ended", {"turn_id": "t1", "stint_id": "s1", "reason": "replied"})
        await chat.reply("and more")  # its acknowledgement comes after the end of the turn

    await bot.start()
    await joined(peer)
    await take_turn(peer, "t1", "hi")
    await until(lambda: ("re:t1:2", "and more") in said(peer))
    await take_turn(peer, "t2", "bye")
    await until(lambda: ("re:t2:2", "and more") in said(peer))
    await until(lambda: named("t2") in peer.payloads("turn.done"))
    assert named("t1") not in peer.payloads("turn.done")
    await bot.stop()


async def test_an_open_turn_in_the_snapshot_is_handled_after_the_packets(peer: AgentPeer) -> None:
    seq = peer.wrote("are you there?")
    peer.stints = [stint(ready=False, head=1)]
    peer.turns = [turn("t1", "message", seq, seq)]
    peer.packets_due = True
    bot = echo(peer.url)
    await bot.start()
    await until(lambda: said(peer))
    assert said(peer) == [("re:t1:1", "heard are you there?")]
    await bot.stop()


async def test_a_bot_started_anew_reads_the_story_of_its_stints(peer: AgentPeer) -> None:
    """No packets come for a stint that said ready; its greeting may still be due."""
    peer.boundary = peer.wrote("before the boundary")
    seq = peer.wrote("since")
    peer.stints = [stint(boundary_seq=1, head=2)]
    peer.turns = [turn("t1", "message", seq, seq)]
    bot = echo(peer.url)
    await bot.start()
    await until(lambda: said(peer))
    assert said(peer) == [("re:t1:1", "heard since")]
    chat = bot.chats["s1"]
    assert (chat.note, chat.context) == ("sorted out", {"topic": "parcel"})
    assert [entry.text for entry in chat.transcript] == ["before the boundary", "since"]
    await bot.stop()


async def test_a_greeting_still_due_after_a_restart_is_said(peer: AgentPeer) -> None:
    peer.stints = [stint()]
    peer.turns = [turn("t0", "greet")]
    bot = echo(peer.url)
    await bot.start()
    await until(lambda: said(peer))
    assert said(peer) == [("greet:s1", "hello, sorted out")]
    await bot.stop()


async def test_handlers_of_a_chat_run_one_after_another(peer: AgentPeer) -> None:
    bot = Bot(peer.url, "key", timing=QUICK)
    gate = asyncio.Event()
    log: list[str] = []

    @bot.on_message
    async def answer(chat: BotChat, message: Message) -> None:
        log.append(f"begin {message.text}")
        await gate.wait()
        log.append(f"end {message.text}")

    await bot.start()
    await joined(peer)
    await take_turn(peer, "t1", "a")
    await take_turn(peer, "t2", "b")
    await until(lambda: log)
    await until(lambda: len(bot.chats["s1"].entries) == 2)
    assert log == ["begin a"]
    gate.set()
    await until(lambda: len(log) == 4)
    assert log == ["begin a", "end a", "begin b", "end b"]
    await bot.stop()


@pytest.mark.parametrize("on_error, ended", [("leave", False), ("end", True)])
async def test_a_handler_that_raises_leaves_its_turn_or_ends_it(
    peer: AgentPeer, on_error: str, ended: bool
) -> None:
    bot = Bot(peer.url, "key", timing=QUICK, on_error=on_error)  # type: ignore[arg-type]

    @bot.on_message
    async def answer(chat: BotChat, message: Message) -> None:
        if message.text == "a":
            raise RuntimeError("broken")
        await chat.reply("fine")

    await bot.start()
    await joined(peer)
    await take_turn(peer, "t1", "a")
    await take_turn(peer, "t2", "b")
    await until(lambda: named("t2") in peer.payloads("turn.done"))
    assert said(peer) == [("re:t2:1", "fine")]  # the next turn is served all the same
    assert (named("t1") in peer.payloads("turn.done")) is ended
    await bot.stop()


async def test_escalating_names_reason_note_context_and_queue_and_ends_the_turn(peer: AgentPeer) -> None:
    bot = Bot(peer.url, "key", timing=QUICK)

    @bot.on_message
    async def answer(chat: BotChat, message: Message) -> None:
        await chat.set_context(topic="refund")
        await chat.escalate("asked", note="be kind", context={"order": "7"}, queue="orders")

    await bot.start()
    await joined(peer)
    await take_turn(peer, "t1", "a person please")
    await until(lambda: peer.payloads("handoff.request"))
    asked = peer.payloads("handoff.request")[0]
    assert asked == {
        "conversation_id": "c1",
        "stint_id": "s1",
        "client_id": "pass:t1:1",
        "kind": "escalation",
        "target": {"type": "queue", "id": "orders"},
        "reason": "asked",
        "note": "be kind",
        "context": {"order": "7"},
        "replace": False,
    }
    assert peer.payloads("context.set")[0]["variables"] == {"topic": "refund"}
    assert bot.chats["s1"].context == {"topic": "refund"}
    await bot.stop()
    assert named("t1") not in peer.payloads("turn.done")


async def test_an_escalation_nobody_can_take_is_the_handlers_to_answer(peer: AgentPeer) -> None:
    bot = Bot(peer.url, "key", timing=QUICK)

    @bot.on_message
    async def answer(chat: BotChat, message: Message) -> None:
        try:
            await chat.escalate("asked")
        except Refused as refused:
            await chat.reply(refused.code)

    await bot.start()
    await joined(peer)
    peer.next.append({"code": "unavailable", "message": "nobody", "retryable": False})
    await take_turn(peer, "t1", "a person please")
    await until(lambda: said(peer))
    assert said(peer) == [("re:t1:1", "unavailable")]
    await bot.stop()


async def test_a_stint_that_ended_while_away_is_read_to_its_end_and_closed(peer: AgentPeer, bot: Bot) -> None:
    await joined(peer)
    chat = bot.chats["s1"]
    peer.wrote("you never saw this")
    peer.packets_due = False
    await peer.cut()
    await until(lambda: chat.entries.closed, 5)
    assert chat.state == "ended"
    assert [entry.text for entry in chat.entries] == ["you never saw this"]
    assert bot.chats == {}


async def test_the_end_of_a_stint_waits_for_its_missing_entries(peer: AgentPeer) -> None:
    bot = echo(peer.url)
    ended: list[int] = []

    @bot.on_end
    def count(chat: BotChat) -> None:
        ended.append(len(chat.entries))

    await bot.start()
    await joined(peer)
    peer.wrote("lost on the way")
    await peer.tell("stint.updated", {"stint": stint(state="ended", head=1, reason="passed")})
    await until(lambda: ended)
    assert ended == [1]
    await bot.stop()


async def test_turns_of_a_stint_that_ended_are_not_begun(peer: AgentPeer) -> None:
    bot = Bot(peer.url, "key", timing=QUICK)
    gate = asyncio.Event()
    begun: list[str] = []

    @bot.on_message
    async def answer(chat: BotChat, message: Message) -> None:
        begun.append(message.text)
        await gate.wait()

    await bot.start()
    await joined(peer)
    await take_turn(peer, "t1", "a")
    await take_turn(peer, "t2", "b")
    await until(lambda: begun)
    await peer.tell("stint.updated", {"stint": stint(state="ended", head=2)})
    await until(lambda: not bot.chats)
    gate.set()
    await bot.stop()
    assert begun == ["a"]
    assert peer.payloads("turn.done") == [named("t0")]


async def test_a_slow_handler_is_announced_when_asked_to(peer: AgentPeer) -> None:
    bot = Bot(peer.url, "key", timing=QUICK, keep_working=True)

    @bot.on_message
    async def answer(chat: BotChat, message: Message) -> None:
        await until(lambda: len(peer.payloads("turn.working")) >= 2)

    await bot.start()
    await joined(peer)
    seq = peer.wrote("think")
    await peer.push(seq)
    await peer.tell("turn.started", {"turn": turn("t1", "message", seq, seq) | {"ends_in_ms": 1_000}})
    await until(lambda: named("t1") in peer.payloads("turn.done"))
    assert peer.payloads("turn.working") == [named("t1")] * 2
    await bot.stop()


async def test_a_late_reply_of_a_passed_baton_ends_quietly(
    peer: AgentPeer, bot: Bot, capsys: pytest.CaptureFixture[str]
) -> None:
    await joined(peer)
    peer.next.append({"code": "stint_ended", "message": "too late", "retryable": False})
    await take_turn(peer, "t1", "hi")
    await until(lambda: "turn_overtaken" in capsys.readouterr().out)
    assert named("t1") not in peer.payloads("turn.done")
