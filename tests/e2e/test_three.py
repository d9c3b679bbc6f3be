"""Three browsers at once, a customer and two representatives, with bots connected: every way of passing, by hand."""

import asyncio
import re

import pytest
from playwright.async_api import Page, expect

from batonpass.tasks import spawn
from tests.e2e.stage import Stage, ask, log, offered, reply, timeline, whom, write

pytestmark = pytest.mark.browser

TOO_LATE = re.compile("Already taken|This offer ended")
NOTE = "Two labels failed, see the warehouse's note."


@pytest.mark.prove
async def test_one_queue_bot_person_person_bot_cold(stage: Stage) -> None:
    """Bot, escalation, a cold pass to a colleague by name, and from there down the ladder to the other bot."""
    desk, second, shop = await _open_all(stage, "/?journey=one-queue")
    await write(shop, "I got size 42 but I ordered 44, order 48-2019.")
    await expect(log(shop)).to_contain_text("I have read: I got size 42")
    await shop.get_by_role("button", name="Talk to a person").click()
    await (await offered(desk)).get_by_role("button", name="Accept").click()
    await expect(log(shop)).to_contain_text("Representative 4 has joined and has read the chat so far.")
    await reply(desk, "I am asking billing.")
    await expect(log(shop)).to_contain_text("I am asking billing.")

    dialog = await ask(desk, "Transfer")
    await whom(dialog, "Representative 7")
    await dialog.get_by_role("radio", name=re.compile("^Now")).check()
    await dialog.get_by_label("Note").fill(NOTE)
    await expect(dialog).to_contain_text("You leave at once.")
    await desk.keyboard.press("Control+Enter")
    await expect(dialog).to_have_count(0)
    card = await offered(second)
    await expect(card).to_contain_text("Transfer")
    await expect(card).to_contain_text(NOTE)
    await expect(card).to_contain_text("48-2019")
    await write(shop, "Are you still there?")
    await second.keyboard.press("Alt+A")
    await expect(log(shop)).to_contain_text("Representative 7 has joined and has read the chat so far.")
    await expect(timeline(second)).to_contain_text("Are you still there?")
    await expect(second.get_by_role("region", name="Details")).to_contain_text(NOTE)
    await expect(desk.get_by_role("button", name="Finish wrap-up")).to_be_visible()
    await expect(desk.get_by_role("button", name="Transfer")).to_have_count(0)
    await reply(second, "Yes, Representative 4 told me all.")
    await expect(log(shop)).to_contain_text("Representative 4 told me all.")

    await second.keyboard.press("Alt+B")
    await expect(log(shop)).to_contain_text("Representative 7 has passed you to Survey bot.")
    await write(shop, "Thanks!")
    await expect(log(shop)).to_contain_text("Thank you.")
    for word in (NOTE, "warehouse", "baton"):
        await expect(log(shop)).not_to_contain_text(word)


async def test_two_queues_consulted_invited_warm_and_handed_back(stage: Stage) -> None:
    """Advice in private, a helper who speaks and leaves, a warm pass, and the bot of the next queue."""
    desk, second, shop = await _open_all(stage, "/")
    await shop.get_by_role("button", name="Talk to a person").click()
    await (await offered(desk)).get_by_role("button", name="Accept").click()
    await expect(log(shop)).to_contain_text("Representative 4 has joined")

    # Consulted: the two whisper, the customer sees nothing of it.
    dialog = await ask(desk, "Ask for advice in private")
    await whom(dialog, "Representative 7")
    await desk.keyboard.press("Control+Enter")
    await (await offered(second)).get_by_role("button", name="Accept").click()
    await expect(second.get_by_text("You are consulted: only agents hear you.")).to_be_visible()
    await reply(second, "Up to 100 you may grant it.")
    await expect(timeline(desk)).to_contain_text("Up to 100 you may grant it.")
    await second.get_by_role("button", name="Leave").click()
    await expect(timeline(second).get_by_text("Up to 100 you may grant it.")).to_be_visible()

    # Invited: speaks beside the holder, under their own name.
    dialog = await ask(desk, "Invite a colleague")
    await whom(dialog, "Representative 7")
    await desk.keyboard.press("Control+Enter")
    await (await offered(second)).get_by_role("button", name="Accept").click()
    await expect(log(shop)).to_contain_text("Representative 7 has joined to help.")
    await expect(second.get_by_text("You help here. The customer sees your name.")).to_be_visible()
    await reply(second, "I know this one.")
    await expect(log(shop)).to_contain_text("I know this one.")
    await second.get_by_role("button", name="Leave").click()
    await expect(log(shop)).to_contain_text("Representative 7 has left the chat.")

    # Warm: in private first, then it is theirs.
    dialog = await ask(desk, "Transfer")
    await whom(dialog, "Representative 7")
    await dialog.get_by_role("radio", name=re.compile("^When I complete")).check()
    await desk.keyboard.press("Control+Enter")
    await (await offered(second)).get_by_role("button", name="Accept").click()
    await reply(second, "I can take it from here.")
    await expect(timeline(desk)).to_contain_text("I can take it from here.")
    await desk.get_by_role("button", name="Complete", exact=True).click()
    await expect(log(shop)).to_contain_text("Representative 7 has joined and has read the chat so far.")
    await expect(second.get_by_text("You hold the baton.")).to_be_visible()
    await reply(second, "Here I am again.")
    await expect(log(shop)).to_contain_text("Here I am again.")

    await second.keyboard.press("Alt+B")
    await expect(log(shop)).to_contain_text("Hello, I am the survey bot.")
    for word in ("Up to 100", "I can take it", "Supervisor"):
        await expect(log(shop)).not_to_contain_text(word)


async def test_two_who_take_one_chat_at_once_are_one_winner_and_a_sentence(stage: Stage) -> None:
    """The offer is accepted by one and the waiting chat picked up by the other, in the same moment."""
    await _race(stage)


@pytest.mark.prove
@pytest.mark.parametrize("run", range(20))
async def test_two_who_take_one_chat_at_once_many(stage: Stage, run: int) -> None:
    await _race(stage)


async def _race(stage: Stage) -> None:
    desk, second, shop = await _open_all(stage, "/")
    await shop.get_by_role("button", name="Talk to a person").click()
    accept = (await offered(desk)).get_by_role("button", name="Accept")
    await second.get_by_role("tab", name=re.compile("^Queue")).click()
    pick_up = second.get_by_role("button", name=re.compile("Pick up")).first
    await expect(pick_up).to_be_visible()
    told = {page: spawn(_told(page), name="told") for page in (desk, second)}
    buttons = [await button.element_handle() for button in (accept, pick_up)]
    await asyncio.gather(*(button.dispatch_event("click") for button in buttons))
    await asyncio.wait(told.values(), return_when=asyncio.FIRST_COMPLETED)
    (loser,) = [page for page, task in told.items() if task.done()]
    winner, name = (desk, "Representative 4") if loser is second else (second, "Representative 7")
    told[winner].cancel()
    assert f"Already taken by {name}. Nothing changed for you." in await told[loser]
    await expect(winner.get_by_text("You hold the baton.")).to_be_visible()
    await expect(loser.get_by_text("You hold the baton.")).to_have_count(0)
    await reply(winner, "One of us is here.")
    await expect(log(shop)).to_contain_text("One of us is here.")
    assert await log(shop).get_by_text("has joined").count() == 1


async def _told(page: Page) -> str:
    """What a page says to who came too late."""
    said = page.get_by_text(TOO_LATE).first
    await said.wait_for(timeout=15_000)
    return re.sub(r"\s+", " ", await said.locator("..").inner_text())


async def _open_all(stage: Stage, path: str) -> tuple[Page, Page, Page]:
    desk, second = await asyncio.gather(stage.desk(), stage.desk("colleague"))
    return desk, second, await stage.widget(path)
