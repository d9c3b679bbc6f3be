"""The desk under a day's load, in a real Chromium: `python -m tests.bench.desk`, and a part of `make bench`.

A representative has 200 open chats, the one on the screen is 5,000 messages long. A script then plays 1,000 events
(customers write, in the open chat too) while keys are pressed: letters in the composer, now and then the next chat.

- `desk_input_ms_p95`: from the key until the frame that shows it was drawn, over all keys. What opening another chat
  takes stands beside it, as `switch_p95_ms`.
- `desk_memory_growth`: what the page's heap has grown by over the 1,000 events, as a share; collected before each look.
  As many events are played before the first look, so that what is filled once is full.
"""

import asyncio
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, CDPSession, Page, async_playwright, expect

from tests.e2e.crowd import AGENT, ANSWERED, Crowd
from tests.e2e.stage import Stage, timeline
from tests.support import machine

# Measured in the page: a key's own time, and a task after the next frame. What comes later than that was drawn.
WATCH = """
globalThis.keyTimes = [];
addEventListener("keydown", ({ timeStamp, altKey }) => {
    requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => keyTimes.push({ ms: performance.now() - timeStamp, altKey });
        port2.postMessage(null);
    });
}, { capture: true });
"""
LETTERS = "we have found it and it is on its way to you "


@dataclass(frozen=True, slots=True)
class Load:
    """How much is played. `every`: a key for so many events."""

    chats: int = 200
    history: int = 5_000
    events: int = 1_000
    every: int = 2


@dataclass(frozen=True, slots=True)
class Figures:
    input_p50_ms: float
    input_p95_ms: float
    switch_p95_ms: float
    memory_growth: float
    heap_mb: float
    open_ms: float


async def measure(browser: Browser, folder: Path, load: Load) -> Figures:
    """Seed, open the desk, play twice, look at the second."""
    stage = Stage(folder, browser)
    await stage.start()
    try:
        return await _measure(stage, load)
    finally:
        for context in browser.contexts:
            await context.close()
        await stage.stop()


async def _measure(stage: Stage, load: Load) -> Figures:
    assert stage.running is not None
    crowd = Crowd(stage.running)
    await crowd.gather(load.chats, stage.keys[AGENT])
    for chat in crowd.chats:
        await crowd.talk(chat, 5)
        await crowd.answers(chat, ANSWERED[0])  # so that the long chat waits alone, and stands first
    await crowd.talk(crowd.chats[0], load.history)
    context = await stage.browser.new_context(viewport={"width": 1440, "height": 900})
    await context.add_init_script(WATCH)
    page = await context.new_page()
    await page.goto(f"{stage.url}/desk#key={stage.keys[AGENT]}")
    opened = await _open(page, crowd)
    tools = await context.new_cdp_session(page)
    await _play(page, crowd, load, "w")
    before = await _heap(tools)
    await page.evaluate("keyTimes.length = 0")
    await _play(page, crowd, load, "m")
    after = await _heap(tools)
    times = await page.evaluate("keyTimes")
    keys = sorted(one["ms"] for one in times)
    switches = sorted(one["ms"] for one in times if one["altKey"]) or [0.0]
    return Figures(
        _at(keys, 0.5), _at(keys, 0.95), _at(switches, 0.95), after / before - 1, after / 2**20, opened
    )


async def _open(page: Page, crowd: Crowd) -> float:
    """Open the long chat; return the milliseconds until its last line is there."""
    await crowd.asks(crowd.chats[0], "the very last line")
    row = page.get_by_text("the very last line").first
    await row.wait_for()
    begun = await page.evaluate("performance.now()")
    await row.click()
    await expect(timeline(page)).to_contain_text("the very last line")
    await page.locator("#composer").focus()
    return float(await page.evaluate("performance.now()")) - float(begun)


async def _play(page: Page, crowd: Crowd, load: Load, mark: str) -> None:
    """Events and keys side by side; every hundredth key opens the next chat, and the fiftieth after it comes back."""
    keys = load.events // load.every
    for number in range(load.events):
        chat = crowd.chats[0 if number % 4 == 0 else number % len(crowd.chats)]
        await crowd.asks(chat, f"{mark}{number}: is there any news about my order by now?")
        if number % load.every == 0:
            await _press(page, number // load.every)
    # Not `wait_for_function`, which the page's policy forbids.
    while await page.evaluate("keyTimes.length") < keys:  # noqa: ASYNC110 - it is the page that counts
        await asyncio.sleep(0.05)


async def _press(page: Page, number: int) -> None:
    if number % 100 == 25:
        await page.keyboard.press("Alt+j")
    elif number % 100 == 75:
        await page.keyboard.press("Alt+k")
    else:
        await page.keyboard.press(LETTERS[number % len(LETTERS)].replace(" ", "Space"))


async def _heap(tools: CDPSession) -> int:
    await tools.send("HeapProfiler.enable")
    await tools.send("HeapProfiler.collectGarbage")
    await tools.send("HeapProfiler.collectGarbage")
    used = await tools.send("Runtime.getHeapUsage")
    return int(used["usedSize"])


def _at(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


async def run(load: Load) -> Figures | None:
    """Measure with a Chromium of its own; None on a machine without one."""
    chromium = machine.chromium()
    if chromium is None:
        return None
    expect.set_options(timeout=60_000)
    with tempfile.TemporaryDirectory() as folder:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=str(chromium), args=machine.CHROMIUM_FLAGS
            )
            try:
                return await measure(browser, Path(folder), load)
            finally:
                await browser.close()


def figures(load: Load | None = None) -> dict[str, float]:
    """Return what `make bench` adds; nothing where there is no Chromium."""
    found = asyncio.run(run(load or Load()))
    if found is None:
        print(machine.lacks_browser(), file=sys.stderr, flush=True)
        return {}
    print(f"desk: {found}", file=sys.stderr, flush=True)
    return {
        "desk_input_ms_p95": round(found.input_p95_ms, 1),
        "desk_memory_growth": round(found.memory_growth, 3),
    }


if __name__ == "__main__":
    print(json.dumps(figures()))
