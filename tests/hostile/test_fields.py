"""Every field of every client event gets every kind of wrong value: each is refused, or served, and answered."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from pydantic import BaseModel

from batonpass.protocol.agent import AGENT_EVENTS
from batonpass.protocol.base import ClientEvent
from batonpass.protocol.customer import CUSTOMER_EVENTS
from batonpass.protocol.errors import CODES
from batonpass.transport import cursors
from tests.blackbox.raw import RawClient
from tests.hostile.monsters import mutations
from tests.hostile.stage import Stage
from tests.hostile.talk import start, text

CURSOR = cursors.encode("all", 2**53, 1, "0" * 32)
CONTENTS: list[dict[str, Any]] = [
    {"type": "text", "text": "hello"},
    {"type": "choices", "text": "which?", "choices": [{"label": "one", "value": "1"}]},
    {
        "type": "card",
        "title": "offer",
        "text": "have a look",
        "image_url": "https://example.com/a.png",
        "link_url": "https://example.com/",
        "choices": [{"label": "one", "value": "1"}],
    },
    {"type": "attachment", "attachment_id": "a1", "name": "a.png", "media_type": "image/png", "size": 10},
]
NESTED_NULLABLE = {"id", "image_url", "link_url"}

# Who says it, and good payloads that together have every field.
Scene = tuple[RawClient, list[dict[str, Any]]]


async def by_a_customer(stage: Stage, event: str) -> Scene:
    talk = await start(await stage.customer())
    mine = {"conversation_id": talk.cid}
    payloads: dict[str, list[dict[str, Any]]] = {
        "conversation.start": [{"client_id": "again", "context": {"name": "Vera"}, "locale": "en"}],
        "message.send": [{**mine, "client_id": "m", "content": content} for content in CONTENTS],
        "human.request": [{**mine, "client_id": "human", "reason": "in a hurry"}],
        "bot.request": [{**mine, "client_id": "bot"}],
        "conversation.end": [mine],
        "timeline.read": [{**mine, "after": 0, "limit": 10}],
        "typing.set": [{**mine, "on": True}],
        "contact.leave": [
            {
                **mine,
                "client_id": "c",
                "message": "m",
                "name": "n",
                "email": "a@example.com",
                "phone": "+49 30 1234",
            }
        ],
        "csat.give": [{"question_id": "0" * 32, "score": 3, "comment": "c"}],
        "receipt.set": [{**mine, "read": 1, "delivered": 1}],
        "transcript.get": [{**mine, "format": "json", "after": 0}],
    }
    return talk.customer, payloads[event]


async def by_rob(stage: Stage, event: str) -> Scene:
    rob, talk = await stage.held_by_rob()
    here = talk.of(talk.stints[-1])
    target = {"type": "queue", "id": "survey"}
    asked: dict[str, Any] = {
        "client_id": "p",
        "kind": "hand_back",
        "target": target,
        "reason": "r",
        "note": "n",
    }
    asked |= {
        "leave": "now",
        "seeks": "bot",
        "summary_text": "s",
        "replace": False,
        "context": {"topic": "parcel"},
    }
    brief = {"settled": "s", "promised": "p", "avoid": "a"}
    of_it = {"conversation_id": talk.cid, "handoff_id": "0" * 32}
    payloads: dict[str, list[dict[str, Any]]] = {
        "presence.set": [{"presence": "available"}],
        "stint.ready": [here],
        "message.send": [
            {**here, "client_id": "m", "content": content, "sensitive": False} for content in CONTENTS
        ],
        "message.mark": [{**here, "client_id": "k", "seq": 1}],
        "note.edit": [{**here, "client_id": "e", "note_id": "0" * 32, "text": "remember"}],
        "note.search": [{"text": "remember", "conversation_id": talk.cid, "limit": 5}],
        "summary.flag": [{**here, "client_id": "f", "handoff_id": "0" * 32, "reason": "wrong"}],
        "note.add": [{**here, "client_id": "n", "text": "remember"}],
        "handoff.request": [{**here, **asked, "brief": brief, "skills": ["de"]}],
        "handoff.complete": [of_it],
        "handoff.cancel": [of_it],
        "conversation.leave": [{**here, "resolved": False}],
        "participant.remove": [{**here, "removed_stint_id": "0" * 32}],
        "whisper.send": [{**here, "client_id": "w", "content": CONTENTS[0], "to": ["rob"]}],
        "summary.preview": [{**here, "kind": "transfer", "later": False}],
        "availability.ask": [{**here, "kind": "hand_back", "target": target, "seeks": "bot"}],
        "context.set": [{**here, "variables": {"topic": "parcel"}}],
        "conversation.resolve": [here],
        "wrapup.finish": [{**here, "summary_text": "done", "disposition": "other"}],
        "wrapup.options": [{"stint_id": here["stint_id"]}],
        "receipt.set": [{**here, "read": 1}],
        "canned.list": [{"conversation_id": talk.cid}],
        "contact.list": [{"queue_id": "orders", "done": True, "cursor": "0" * 32, "limit": 5}],
        "contact.done": [{"contact_id": "0" * 32, "done": False}],
        "timeline.read": [{"conversation_id": talk.cid, "after": 0, "limit": 10}],
        "typing.set": [{**here, "on": True}],
        "conversation.details": [{"conversation_id": talk.cid}],
        "conversation.hold": [
            {**here, "client_id": "h", "reason": "r", "for_s": 60, "until": "2100-01-01T00:00:00Z"}
        ],
        "conversation.resume": [{"conversation_id": talk.cid, "client_id": "r"}],
        "conversation.pick_up": [{"conversation_id": talk.cid, "client_id": "u", "handoff_id": "0" * 32}],
        "queue.list": [{"queue_id": "orders", "limit": 5}],
        "target.list": [{"conversation_id": talk.cid, "kind": "transfer", "text": "rita", "limit": 5}],
        "conversation.list": [{"scope": "all", "cursor": CURSOR, "limit": 5}],
        "conversation.search": [{"text": "hello", "limit": 5}],
        "customer.history": [{"conversation_id": talk.cid, "limit": 5}],
    }
    return rob, payloads[event]


async def with_an_offer(stage: Stage, event: str) -> Scene:
    rob, talk = await stage.offered_to_rob()
    payload = {"offer_id": await talk.offer(rob)}
    return rob, [payload if event == "offer.accept" else {**payload, "reason": "at lunch"}]


async def with_a_turn(stage: Stage, _event: str) -> Scene:
    bot = stage.crew.triage
    talk = await start(await stage.customer())
    stint = await talk.greets(bot, "hello")
    await talk.says("a question")
    return bot, [{"turn_id": await talk.turn(bot, stint), "conversation_id": talk.cid}]


Setting = Callable[[Stage, str], Awaitable[Scene]]
SETTINGS: dict[str, Setting] = {
    "offer.accept": with_an_offer,
    "offer.decline": with_an_offer,
    "turn.done": with_a_turn,
    "turn.working": with_a_turn,
}
SCENES: dict[str, list[tuple[type[ClientEvent], Setting]]] = {
    "customer": [(model, by_a_customer) for model in CUSTOMER_EVENTS],
    "agent": [(model, by_rob) for model in AGENT_EVENTS if model.event not in SETTINGS],
    "offers and turns": [(model, SETTINGS[model.event]) for model in AGENT_EVENTS if model.event in SETTINGS],
}


@pytest.mark.parametrize("scene", SCENES)
async def test_every_field_with_every_monster(stage: Stage, scene: str) -> None:
    for model, setting in SCENES[scene]:
        client, payloads = await setting(stage, model.event)
        assert {key for payload in payloads for key in payload} == set(model.model_fields), model
        required = {name for name, field in model.model_fields.items() if field.is_required()}
        nullable = {
            name
            for name, field in model.model_fields.items()
            if name not in required and field.default is None
        } | NESTED_NULLABLE
        count = 0
        for payload in payloads:
            model.model_validate(payload)
            for mutation in mutations(payload, required, nullable):
                await answered(client, model, mutation.text, mutation.what, wrong=mutation.wrong)
                count += 1
        assert count > 25
        assert not client.ended


async def answered(
    client: RawClient, model: type[BaseModel], payload: str, what: str, *, wrong: bool
) -> None:
    """What is wrong is refused as such; anything else is served, or refused with some code of the protocol."""
    event = getattr(model, "event", "")
    told = await client.answer(await client.say_json(f'["{event}",{payload}]'))
    assert told is not None, f"{event} {what}: closed as {client.close_reason}"
    if told["ok"]:
        assert not wrong, f"{event} {what}: was taken"
        return
    code = told["error"]["code"]
    assert code in CODES, what
    assert code != "internal", f"{event} {what}: {told}"
    assert not wrong or code in ("bad_request", "bad_cursor"), f"{event} {what}: {told}"


async def test_words_that_are_odd_but_good_come_back_as_they_were(stage: Stage) -> None:
    odd = [
        "\u202eright to left",
        "zero\u200bwidth",
        "\ufeffmark",
        "é",
        "e\u0301",
        "😀👩‍👩‍👧",
        "a\r\nb\tc",
        "\u2028\u2029",
        "\x7f\x1b[31m",
        "</script>",
        "\U0010ffff",
        " ",
    ]
    talk = await start(await stage.customer())
    await talk.greets(stage.crew.triage, "hello")
    for words in odd:
        await talk.says(words)
    assert await talk.words() == ["hello", *odd]
    seen = await stage.crew.triage.event("message.created", lambda e: e["data"]["content"] == text(odd[-1]))
    assert seen["conversation_id"] == talk.cid
