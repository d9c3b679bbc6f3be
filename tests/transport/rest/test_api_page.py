"""The stranger's script of docs/api.md: curl makes a queue, a bot and a representative, plays a chat, reads figures."""

import asyncio
import json
import os
import shutil
from pathlib import Path

from batonpass.transport.passwords import Passwords
from tests.support.server import NO_AFTERWORD, Workspace
from tests.support.stores import SqlitePlaces

PAGE = Path(__file__).parents[3] / "docs" / "api.md"


async def test_the_curl_script_of_the_docs_plays_a_chat_and_reads_its_figures(
    tmp_path: Path, sqlite_places: SqlitePlaces
) -> None:
    assert shutil.which("curl"), "the page is about curl"
    script = PAGE.read_text().split("```sh\n")[1].split("```")[0]
    workspace = Workspace(
        tmp_path, await sqlite_places.new(), more=NO_AFTERWORD + '[config]\nsource = "store"\n'
    )
    async with workspace.running() as running:
        running.house.passwords = Passwords(cheap=True)
        assert running.house.set_up_code is not None
        done = await asyncio.create_subprocess_exec(
            "bash", "-eu", "-o", "pipefail", "-c", script,
            env={"PATH": os.environ["PATH"], "URL": running.url, "CODE": running.house.set_up_code},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await asyncio.wait_for(done.communicate(), 60)
    assert done.returncode == 0, (out[-2_000:], err[-2_000:])
    answers = out.decode()
    assert "I have sent it again, today." in answers
    report = json.loads(answers[answers.rindex('{"since"') :])
    [group] = [one for one in report["groups"] if one["queue"] == "help"]
    assert group["chats"]["started"] == 1, group
