"""The page for bot developers is true: its first bot runs, and the names it uses are those of the wire."""

import re
from pathlib import Path

from batonpass.client import Bot, CustomerClient, RepresentativeClient
from batonpass.protocol.agent import AGENT_EVENTS
from batonpass.protocol.events import ENTRY_EVENTS, OTHER_EVENTS
from tests.client.house import House

PAGE = (Path(__file__).parents[2] / "docs" / "bots.md").read_text()


async def test_the_first_bot_of_the_page_runs(tmp_path: Path) -> None:
    house = await House(tmp_path).up()
    code = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[0]
    assert len([line for line in code.splitlines() if line.strip()]) <= 14
    code = code.replace("http://127.0.0.1:8080", house.url).replace(
        "the bot's agent key", house.keys["triage"]
    )
    names: dict[str, Bot] = {}
    exec(code.replace("bot.run()", ""), names)
    async with (
        names["bot"],
        RepresentativeClient(house.url, house.keys["representative-1"]) as rita,
        CustomerClient(house.url) as customer,
    ):
        await rita.available()
        await customer.start()
        await customer.find(lambda entry: entry.text == "Hello! What can I do for you?", 10)
        await customer.send("tea")
        await customer.find(lambda entry: entry.text == "You said: tea", 10)
        await customer.send("a person please")
        assert (await rita.next_offer(10)).note == "seems to be in a hurry"
    await house.down()


def test_the_names_on_the_page_are_those_of_the_wire() -> None:
    known = {shape.event for shape in AGENT_EVENTS}
    known |= {shape.event for shape in (*ENTRY_EVENTS, *OTHER_EVENTS)}
    used = set(re.findall(r"`((?:[a-z]+\.)[a-z_]+)(?: \{[^`]*\})?`", PAGE))
    ours = {
        name for name in used if name.split(".")[0] not in {"batonpass", "bot", "chat", "data", "protocol"}
    }
    assert ours
    assert ours - known - {"message.text", "message.entries"} == set()
