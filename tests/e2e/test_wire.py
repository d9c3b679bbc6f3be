"""The ear on the wire of customers' pages (every browser test ends with its verdict): it hears, and it would tell."""

import pytest

from batonpass.client import RepresentativeClient
from tests.e2e.stage import Stage, log

pytestmark = pytest.mark.browser


async def test_the_ear_hears_a_chat_and_tells_what_is_private(stage: Stage) -> None:
    shop = await stage.widget()
    async with RepresentativeClient(stage.url, stage.keys["rep"]) as rep:
        await rep.available()
        await shop.get_by_role("button", name="Talk to a person").click()
        chat = await (await rep.next_offer(10)).accept(10)
        await chat.add_note("The customer shouts a lot")
        await chat.send("Good morning")
    await log(shop).get_by_text("Good morning").wait_for()
    assert {said[0] for said in stage.ear.heard if isinstance(said, list) and isinstance(said[0], str)} >= {
        "session.snapshot",
        "message.created",
        "conversation.agent_added",
    }
    assert await stage.leaks() == []

    # What it would say of a leak.
    stage.ear.heard.append(["message.created", {"data": {"text": "psst: The customer shouts a lot"}}])
    stage.ear.heard.append(["message.created", {"seq": 4, "data": {}}])
    stage.ear.packet('42/customer,["note.added",{}]')
    stage.ear.packet('42/agent,["message.created",{}]')
    assert await stage.leaks() == [
        "no event of a customer's: note.added",
        'no packet of a customer\'s: 42/agent,["message.created",{}]',
        "a private word: The customer shouts a lot",
        "a private field: seq",
    ]
    stage.ear.heard.clear()
    stage.ear.strange.clear()
