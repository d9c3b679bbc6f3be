"""Both summaries over real connections: the rules' at once, the model's later, whatever the model's server does."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from batonpass.client import Bot, BotChat, CustomerClient, Message, Refused, RepresentativeClient, Timing
from batonpass.client.representative import Offer, RepresentativeChat
from batonpass.protocol.agent import NoteSearch, NotesFound
from batonpass.protocol.shapes import SummaryShape
from tests.client.house import House
from tests.support import llm_server as llm
from tests.support.llm_server import LlmServer
from tests.support.local_model import LACKING, local_model, weights
from tests.support.until import until

QUICK = Timing(ack=5, backoff_first=0.02, backoff_most=0.2)
RITA = "representative-1"

CONFIG = """
[summarizer]
later = "llm"
deadline = {deadline}

[plugins.llm]
base_url = "{url}"
model = "small"
attempts = 1
"""


@dataclass
class Scene:
    """A customer whose bot has handed over to Rita's queue; the model does as `model` says."""

    house: House
    model: LlmServer
    customer: CustomerClient
    rita: RepresentativeClient

    async def hands_over(self) -> Offer:
        await self.customer.start({"journey": "one-queue"})
        await self.customer.send("My parcel BX-20417 has not arrived, please find it.")
        return await self.rita.next_offer(10)


Open = Callable[..., Awaitable[Scene]]


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Open]:
    async with AsyncExitStack() as stack:
        model = stack.enter_context(LlmServer())

        async def open_(deadline: float = 10.0, handler: Callable[..., Any] = escalate) -> Scene:
            more = CONFIG.format(url=model.url, deadline=deadline)
            house = await House(tmp_path, more).up()
            stack.push_async_callback(house.down)
            triage = Bot(house.url, house.keys["triage"], timing=QUICK)
            triage.on_message(handler)
            rita = RepresentativeClient(house.url, house.keys[RITA], timing=QUICK)
            customer = CustomerClient(house.url, timing=QUICK)
            for client in (triage, rita, customer):
                await stack.enter_async_context(client)
            await rita.available()
            return Scene(house, model, customer, rita)

        yield open_
        model.released.set()


async def escalate(chat: BotChat, message: Message) -> None:
    await chat.escalate("parcel lost")


def of(offer: Offer) -> SummaryShape:
    assert offer.info.handoff.summary is not None
    return offer.info.handoff.summary


async def second(offer: Offer, client: RepresentativeClient) -> SummaryShape:
    """The summary's next version, waiting for it."""
    await client.changed.until(lambda: offer.info.handoff.summary_version > 1, 20)
    return of(offer)


def late(behaviour: llm.Behaviour) -> llm.Behaviour:
    """The same, once the test lets it."""

    async def behave(server: LlmServer, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        await asyncio.get_running_loop().run_in_executor(None, server.released.wait, 30)
        return await behaviour(server, request, body)

    return behave


async def test_the_rules_tell_at_once_and_the_model_later(scene: Open) -> None:
    here = await scene()
    here.model.will(late(llm.ok))
    offer = await here.hands_over()
    first = of(offer)
    assert (first.maker.name, offer.info.handoff.summary_version) == ("rules", 1)
    here.model.released.set()
    later = await second(offer, here.rita)
    assert (later.maker.name, later.maker.model, later.status) == ("llm", "small", "ok")
    assert [fact.value for fact in later.facts] == ["BX-20417"]
    assert "BX-20417" not in here.model.chats[0], "an identifier left the house in clear"


async def test_after_the_accept_it_still_comes(scene: Open) -> None:
    here = await scene()
    here.model.will(llm.hang)
    offer = await here.hands_over()
    chat = await offer.accept(10)
    assert chat.handoff is not None
    assert chat.handoff.summary is not None
    assert (chat.handoff.summary.maker.name, chat.handoff.summary_version) == ("rules", 1)
    here.model.released.set()
    await chat.entries.until(lambda: chat.handoff is not None and chat.handoff.summary_version == 2, 20)


async def test_it_is_in_the_packets_of_a_later_join(scene: Open) -> None:
    here = await scene()
    offer = await here.hands_over()
    await second(offer, here.rita)
    chat = await offer.accept(10)
    assert chat.handoff is not None
    assert chat.handoff.summary is not None
    assert chat.handoff.summary.maker.name == "llm"


@pytest.mark.prove
@pytest.mark.xdist_group("local-model")
@pytest.mark.timeout(600)
async def test_a_real_model_tells_later(tmp_path: Path) -> None:
    """The same with a real model on this machine: the rules' at once, its own over the real HTTP API when it comes."""
    if weights() is None:
        pytest.skip(LACKING)
    async with AsyncExitStack() as stack:
        url = stack.enter_context(local_model())
        options = 'structured = "never"\ntimeout = 250\nmax_output_tokens = 150\n'
        house = await House(tmp_path, CONFIG.format(url=url, deadline=250.0) + options).up()
        stack.push_async_callback(house.down)
        triage = Bot(house.url, house.keys["triage"], timing=QUICK)
        triage.on_message(escalate)
        rita = RepresentativeClient(house.url, house.keys[RITA], timing=QUICK)
        customer = CustomerClient(house.url, timing=QUICK)
        for client in (triage, rita, customer):
            await stack.enter_async_context(client)
        await rita.available()
        await customer.start({"journey": "one-queue"})
        await customer.send("My parcel BX-20417 has not arrived, please find it.")
        offer = await rita.next_offer(10)
        assert (of(offer).maker.name, offer.info.handoff.summary_version) == ("rules", 1)
        chat = await offer.accept(30)
        await chat.send("I look for it.")
        await chat.entries.until(lambda: chat.handoff is not None and chat.handoff.summary_version == 2, 300)
        assert chat.handoff is not None
        assert chat.handoff.summary is not None
        later = chat.handoff.summary
        assert (later.maker.name, later.status) == ("llm", "ok"), later.status_reason
        assert [fact.value for fact in later.facts] == ["BX-20417"]


BROKEN = [
    (llm.rate_limited(60), "rate_limited"),
    (llm.status(500), "server_error"),
    (llm.hang, "timeout"),
    (llm.trickle, "timeout"),
    (llm.html, "not_json"),
    (llm.cut_json, "cut_answer"),
    (llm.says({"nonsense": 1}), "wrong_schema"),
    (llm.says("", refusal="I will not."), "refused"),
    (llm.huge, "too_big"),
    (llm.reset, "connection"),
]


@pytest.mark.parametrize(
    "behaviour,reason", BROKEN, ids=[reason + str(n) for n, (_, reason) in enumerate(BROKEN)]
)
async def test_whatever_the_model_does_the_hand_off_completes_and_the_first_stands(
    scene: Open, behaviour: llm.Behaviour, reason: str
) -> None:
    here = await scene(deadline=1.5)
    here.model.will(behaviour)
    offer = await here.hands_over()
    chat = await offer.accept(10)
    await chat.send("I will find it.")
    assert chat.handoff is not None
    assert chat.handoff.state in ("accepted", "completed")
    await chat.entries.until(lambda: chat.handoff is not None and chat.handoff.summary_version == 2, 20)
    summary = chat.handoff.summary
    assert summary is not None
    assert (summary.maker.name, summary.status, summary.status_reason) == ("rules", "fallback", reason)
    assert [fact.value for fact in summary.facts] == ["BX-20417"]


async def test_the_breaker_opens_and_closes_again(scene: Open) -> None:
    """Five failures in a row and the model is left alone; when its rest is over one try decides."""
    here = await scene()
    here.model.will(llm.status(500))
    offer = await here.hands_over()
    assert (await second(offer, here.rita)).status_reason == "server_error"
    chat = await offer.accept(10)
    assert [await previewed(here, chat) for _ in range(5)] == ["server_error"] * 4 + ["resting"]
    assert len(here.model.bodies) == 5
    here.model.will(llm.ok)
    assert await previewed(here, chat) == "resting"
    here.house.running.summarizers.runner.breaker("llm").rest_s = 0.0
    here.house.running.summarizers.runner.breaker("llm").failed()
    assert [await previewed(here, chat) for _ in range(2)] == ["", ""]


async def previewed(here: Scene, chat: RepresentativeChat) -> str:
    """Ask the model for a preview; the reason why there is none, or nothing."""
    came: list[dict[str, object]] = []
    here.rita._handlers["summary.previewed"] = [lambda envelope: came.append(envelope["data"])]
    await chat.preview(later=True)
    await until(lambda: bool(came))
    return str(came[0].get("reason", ""))


async def test_a_preview_shows_both(scene: Open) -> None:
    here = await scene()
    offer = await here.hands_over()
    chat = await offer.accept(10)
    first = await chat.preview()
    assert first is not None
    assert first.maker.name == "rules"
    assert await previewed(here, chat) == ""


async def test_after_work_is_told_and_ones_own_words_are_kept(scene: Open) -> None:
    here = await scene()
    offer = await here.hands_over()
    chat = await offer.accept(10)
    await chat.send("I have found it, it comes tomorrow.")
    await chat.resolve()
    await chat.entries.until(lambda: chat.done is not None and chat.done.maker.name == "llm", 20)
    await chat.finish("Found it.")
    stored = await here.house.running.store.read(lambda tx: tx.summaries_in(chat.conversation_id))
    of_stint = [one for one in stored if one.ref == chat.stint_id]
    assert of_stint[-1].edited == "Found it."
    assert [one.purpose for one in of_stint] == ["wrap_up", "wrap_up"]


async def test_a_flag_reaches_those_who_read_it(scene: Open) -> None:
    here = await scene()
    offer = await here.hands_over()
    chat = await offer.accept(10)
    await chat.flag(offer.info.handoff.handoff_id, "the number is another one")
    await chat.entries.until(lambda: any(e.event == "summary.flagged" for e in chat.entries), 10)
    details = await chat.details()
    assert [h.summary_flagged for h in details.handoffs if h.handoff_id == offer.info.handoff.handoff_id] == [
        True
    ]


async def test_notes_are_written_anew_and_found(scene: Open) -> None:
    here = await scene()
    offer = await here.hands_over()
    chat = await offer.accept(10)
    note = await chat.add_note("calls back on Monday")
    await chat.edit_note(note.message_id, "calls back on Friday")
    found = await here.rita.connection.call(NoteSearch(text="friday"), NotesFound)
    assert [(one.text, one.version, one.author) for one in found.notes] == [
        ("calls back on Friday", 2, "Rita")
    ]
    with pytest.raises(Refused):
        await chat.edit_note("nothing", "x")


async def test_what_a_bot_marks_as_sensitive_a_representative_does_not_read(scene: Open) -> None:
    async def verifies(chat: BotChat, message: Message) -> None:
        await chat.mark_sensitive(message.entries[-1].number)
        await chat.escalate("verified")

    here = await scene(handler=verifies)
    offer = await here.hands_over()
    await second(offer, here.rita)
    chat = await offer.accept(10)
    seen = str([entry.data for entry in chat.entries]) + str(offer.info) + str(chat.handoff)
    assert "BX-20417" not in seen
    assert "•••" in seen
    assert [e.text for e in here.customer.entries if "BX-20417" in e.text], "it is the customer's own"
    assert "BX-20417" not in str(here.model.bodies)
