"""A warm transfer to somebody at the desk: consulted first, unseen by the customer, then holding."""

import pytest
from playwright.async_api import expect

from batonpass.client import RepresentativeClient, to_agent
from tests.e2e.stage import Stage, log, offered, reply, timeline, write

pytestmark = pytest.mark.browser


async def test_consulted_in_private_then_holding(stage: Stage) -> None:
    shop = await stage.widget()
    async with RepresentativeClient(stage.url, stage.keys["colleague"]) as colleague:
        await colleague.available()
        await shop.get_by_role("button", name="Talk to a person").click()
        chat = await (await colleague.next_offer(10)).accept(10)
        desk = await stage.desk()
        asked = await chat.transfer(to_agent("rep"), leave="on_complete", note="It is about a refund.")
        card = await offered(desk)
        await expect(card).to_contain_text("Transfer")
        await expect(card).to_contain_text("It is about a refund.")
        await desk.keyboard.press("Alt+A")
        await expect(desk.get_by_text("You are consulted: only agents hear you.")).to_be_visible()
        await reply(desk, "Up to 100 I may grant it.")
        await expect(timeline(desk)).to_contain_text("Whisper by you. Agents only.")
        await write(shop, "Is anybody there?")
        await expect(timeline(desk)).to_contain_text("Is anybody there?")

        # Half a whisper stays private when the box becomes the holder's.
        await desk.get_by_label("Whisper, agents only").press_sequentially("He is lying, ")
        await chat.complete(asked.handoff_id)
        await expect(desk.get_by_text("You hold the baton.")).to_be_visible()
        await expect(desk.get_by_label("Private note, team only")).to_be_focused()
        await desk.keyboard.type("I think.")
        await desk.keyboard.press("Enter")
        await expect(timeline(desk)).to_contain_text("He is lying, I think.")
        await desk.keyboard.press("Alt+L")
        await reply(desk, "Now I speak with you.")
        await expect(log(shop)).to_contain_text("Now I speak with you.")
    said = await log(shop).inner_text()
    assert "grant it" not in said
    assert "I think" not in said
    assert "It is about a refund" not in said
    assert "Representative 7 is finding the right person for you" in said


@pytest.mark.prove
async def test_a_helper_at_the_desk_speaks_and_leaves(stage: Stage) -> None:
    shop = await stage.widget()
    async with RepresentativeClient(stage.url, stage.keys["colleague"]) as colleague:
        await colleague.available()
        await shop.get_by_role("button", name="Talk to a person").click()
        chat = await (await colleague.next_offer(10)).accept(10)
        desk = await stage.desk()
        await chat.invite(to_agent("rep"))
        await offered(desk)
        await desk.keyboard.press("Alt+A")
        await expect(desk.get_by_text("You help here. The customer sees your name.")).to_be_visible()
        await reply(desk, "I know this one.")
        await expect(log(shop)).to_contain_text("I know this one.")
        await desk.get_by_role("button", name="Leave").click()
        await expect(log(shop)).to_contain_text("Representative 4 has left the chat.")
        assert chat.live
