"""Dialogues, a distribution with summarizers, and the command line, for tests of `summarize` and `summaries`."""

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from batonpass.cli.app import app
from batonpass.plugin_api import SUMMARIZERS

PARCEL = {
    "id": "parcel",
    "turns": [
        {"role": "customer", "text": "Hi, my parcel has not arrived. The order number is BX-20417."},
        {"role": "agent", "text": "The carrier says it was delivered on March 4th. What is your PIN?"},
        {"role": "customer", "text": "4417. It cost $48.90 and should have come to Wexcombe."},
        {"role": "agent", "text": "Unfortunately I cannot issue refunds above $25."},
    ],
    "facts": {"order": "BX-20417", "amount": "$48.90", "pin": "4417", "colour": "green", "town": "Wexcombe"},
    "reference_summaries": ["The customer's parcel has not arrived."],
    "reason": "refund",
}
SILENT = {"id": "silent", "turns": []}

PLUGIN = '''
import asyncio
from batonpass.plugin_api import Fact, Maker, Summary, SummaryFailed

def told(request, **more):
    last = request.turns[-1]
    return Summary(Maker("own", "7", "m-1"), prose="The customer wrote.", first_seq=last.seq, last_seq=last.seq, **more)

class Echo:
    """Says which role the last turn has, and what it was told."""
    name, version, immediate = "own", "7", False

    def __init__(self):
        self.options = {}

    def configure(self, options):
        if "bad" in options:
            raise ValueError("bad: found true, expected nothing")
        self.options = options

    async def summarize_later(self, request):
        if not request.turns:
            raise SummaryFailed("nothing_said")
        if "sleep" in self.options:
            await asyncio.sleep(self.options["sleep"])
        words = [request.purpose, request.turns[-1].role, request.reason, request.note]
        words += [f"{key}={value!r}" for key, value in sorted(self.options.items())]
        if not self.options.get("invent"):
            return told(request, intent=" ".join(filter(None, words))[:60])
        return told(request, issue="It was 777.")

class Broken:
    name, version, immediate = "broken", "1", True
    def summarize(self, request):
        raise KeyError("words of the chat")

class Async:
    name, version, immediate = "async", "1", True
    async def summarize(self, request):
        ...
'''


def write(file: Path, *dialogues: dict[str, Any]) -> Path:
    """The file, with these dialogues in it."""
    file.write_text("".join(f"{json.dumps(one)}\n" for one in dialogues))
    return file


def install(folder: Path) -> str:
    """Put a real distribution with three summarizers into a folder: one slow, one that raises, one that is
    refused. Returns the folder, which must be on the path."""
    site = folder / "site"
    info = site / "own-1.dist-info"
    info.mkdir(parents=True)
    module = f"own_{abs(hash(str(folder)))}"
    (site / f"{module}.py").write_text(PLUGIN)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: own\nVersion: 1\n")
    points = "".join(f"{name.lower()} = {module}:{name}\n" for name in ("Echo", "Broken", "Async"))
    (info / "entry_points.txt").write_text(f"[{SUMMARIZERS}]\n{points}")
    return str(site)


def batonpass(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def rows(found: Result) -> list[dict[str, Any]]:
    assert (found.exit_code, found.stderr) == (0, "")
    return [json.loads(line) for line in found.stdout.splitlines()]
