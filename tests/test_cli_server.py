"""The commands that need a server, against a real one in its own process."""

import asyncio
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from batonpass.cli.app import app
from batonpass.client import Bot, Refused

CONFIG = """
[server]
port = 0
[store]
url = "sqlite:///var/chats.db"
[[entry]]
queue = "help"
[queues.help]
members = [{ agent = "robot", capacity_priority = 9 }, { agent = "ada" }]
[agents.robot]
kind = "bot"
name = "Robot"
[agents.ada]
kind = "representative"
capacity = 2
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BATONPASS_CONFIG", raising=False)
    (tmp_path / "batonpass.toml").write_text(CONFIG)


def batonpass(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


@contextmanager
def serving(*arguments: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server in its own process, and its address."""
    command = [sys.executable, "-m", "batonpass", "run", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            assert line.startswith("Batonpass serves on http://127.0.0.1:"), line
            yield line.split()[-1], server
        finally:
            server.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_run_serves_until_a_signal(number: signal.Signals) -> None:
    with serving() as (_, server):
        server.send_signal(number)
        assert server.wait(30) == 0


async def test_a_key_made_beside_a_running_server_opens_its_door() -> None:
    with serving() as (url, _):
        made = await asyncio.to_thread(batonpass, "keys", "create", "robot")
        assert made.exit_code == 0, made.output
        key = made.stdout.strip()
        assert made.stderr.startswith("This is the key of robot. It is shown this once")
        async with Bot(url, key) as bot:
            assert bot.me is not None
            assert bot.me.id == "robot"
        with pytest.raises(Refused) as refusal:
            await Bot(url, key[:-1] + "_").start()
        assert refusal.value.code == "bad_token"


def test_a_key_can_be_made_before_the_first_start_and_is_not_kept_as_it_is(tmp_path: Path) -> None:
    made = json.loads(batonpass("keys", "create", "ada", "--json").stdout)
    assert made["agent"] == "ada"
    stored = b"".join(file.read_bytes() for file in (tmp_path / "var").iterdir())
    assert made["key"].encode() not in stored


async def test_route_says_who_would_get_a_chat_now_and_why() -> None:
    with serving() as (url, _):
        waiting = await asyncio.to_thread(batonpass, "route", "--queue", "help")
        assert waiting.stdout == "Nobody: the chat would wait.\n"
        key = (await asyncio.to_thread(batonpass, "keys", "create", "robot")).stdout.strip()
        async with Bot(url, key):
            told = await asyncio.to_thread(batonpass, "route", "--queue", "help", "--explain")
            assert told.exit_code == 0, told.output
            assert told.stdout.splitlines()[0].startswith("Robot, by ")
            assert re.search(r"^robot|^Robot +bot +9 +available +no limit$", told.stdout, re.M)
            asked = ("route", "--queue", "help", "--json", "--context", "a=b")
            answer = json.loads((await asyncio.to_thread(batonpass, *asked)).stdout)
            assert (answer["winner"], answer["removed"], answer["context"]) == (
                "Robot",
                {"unreachable": 1},
                {"a": "b"},
            )


def test_a_port_that_is_taken_is_a_line_and_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "batonpass", "run", "--port", str(port)]
        found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 2
    assert found.stderr.splitlines()[-2:] == [
        f"127.0.0.1:{port} is taken",
        "Stop what listens there, or give a --port (0 takes a free one).",
    ]


def test_a_store_that_is_in_use_is_a_line_and_what_to_do() -> None:
    with serving() as (_, first):
        command = [sys.executable, "-m", "batonpass", "run"]
        found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 2
    assert found.stderr.splitlines()[-2:] == [
        (
            f"The store cannot be opened: the database chats.db is in use by process {first.pid}; "
            "one database serves one process"
        ),
        "It is [store] url, or --store.",
    ]


async def test_the_demo_workspace_has_its_bots_and_its_desks() -> None:
    with serving("--demo", "--port", "0", "--store", "sqlite:///demo/x.db") as (url, server):
        assert server.stdout is not None
        lines = iter(server.stdout.readline, "Ctrl-C stops.\n")
        desks = [line.strip() for line in lines if "/desk#key=" in line]
        assert [line.partition(": ")[0] for line in desks] == ["Representative 1", "Representative 2"]
        assert all(line.partition(": ")[2].startswith(f"{url}/desk#key=bpa_") for line in desks)
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0
