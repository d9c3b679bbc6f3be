"""The desk shows the newest summary, the last version of a note, and no words of a sensitive message."""

import pytest
from playwright.async_api import expect

from batonpass.client import RepresentativeClient, to_agent
from batonpass.domain.events import SummaryChanged
from batonpass.plugin_api import Maker, Step, Summary, summary_to_dict
from tests.e2e.stage import Stage, offered, timeline, write

pytestmark = pytest.mark.browser

LATER = Summary(
    Maker("llm", "1", "small"),
    issue="The customer wants the parcel found.",
    steps=(Step("bot", "Asked the carrier.", 2),),
    next_step="Call the customer back.",
    first_seq=1,
    last_seq=2,
)


async def test_the_offer_and_the_card_show_the_summary_that_came_later(stage: Stage) -> None:
    desk = await stage.desk()
    shop = await stage.widget()
    await write(shop, "My parcel has not arrived.")
    await shop.get_by_role("button", name="Talk to a person").click()
    card = await offered(desk)
    running = stage.running
    assert running is not None
    (offer,) = await running.store.read(lambda tx: tx.offers_of("rep"))
    await running.store.run(lambda tx: tx.set_handoff_summary(offer.handoff_id, 2, summary_to_dict(LATER)))
    running.board.publisher.publish([SummaryChanged(offer.conversation_id, offer.handoff_id)])
    await expect(card).to_contain_text("The customer wants the parcel found.")
    await expect(card).to_contain_text("Call the customer back.")
    await expect(card).to_contain_text("Asked the carrier.")
    await desk.keyboard.press("Alt+A")
    await expect(desk.get_by_text("Model small")).to_be_visible()


@pytest.mark.prove
async def test_the_last_version_of_a_note_and_no_word_of_a_sensitive_message(stage: Stage) -> None:
    shop = await stage.widget()
    async with RepresentativeClient(stage.url, stage.keys["colleague"]) as colleague:
        await colleague.available()
        await shop.get_by_role("button", name="Talk to a person").click()
        chat = await (await colleague.next_offer(10)).accept(10)
        desk = await stage.desk()
        await chat.invite(to_agent("rep"))
        await offered(desk)
        await desk.keyboard.press("Alt+A")
        await write(shop, "My number is ZQ7741190.")
        await expect(timeline(desk)).to_contain_text("My number is ZQ7741190.")
        note = await chat.add_note("Calls back on Monday")
        await expect(timeline(desk)).to_contain_text("Calls back on Monday")
        await chat.edit_note(note.message_id, "Calls back on Friday")
        said = next(entry for entry in chat.entries if "ZQ7741190" in entry.text)
        await chat.mark_sensitive(said.number)
        await expect(timeline(desk)).to_contain_text("Calls back on Friday")
        await expect(timeline(desk)).not_to_contain_text("Calls back on Monday")
        await expect(timeline(desk)).not_to_contain_text("ZQ7741190")
        await expect(shop.get_by_text("My number is ZQ7741190.")).to_be_visible()
