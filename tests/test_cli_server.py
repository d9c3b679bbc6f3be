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
from batonpass.client import Bot, CustomerClient, Refused, RepresentativeClient
from tests.blackbox import raw

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
        shown = "".join(lines)
        assert f"\n     {url}/\n" in shown
        assert len(re.findall(rf"\n     {url}/desk#key=bpa_\S+\n", shown)) == 2
        assert re.search(rf"\n     {url}/operator#setup=[0-9a-f]+&agent=supervisor-1\n", shown)
        assert "The desk of Representative 1." in shown
        assert "The desk of Representative 2," in shown
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0


async def test_route_says_who_would_get_this_chat_now_and_were_another_file_the_configuration(
    tmp_path: Path,
) -> None:
    other = tmp_path / "other.toml"
    other.write_text(CONFIG.replace('{ agent = "ada" }', '{ agent = "ada", capacity_priority = 20 }'))
    with serving() as (url, _):
        robot, ada = [
            (await asyncio.to_thread(batonpass, "keys", "create", name)).stdout.strip()
            for name in ("robot", "ada")
        ]
        async with raw.customer(url) as customer, raw.agent(url, ada):
            started = await customer.good("conversation.start", {"client_id": "s"})
            ask = ("route", "--conversation", started["conversation_id"])
            waits = (await asyncio.to_thread(batonpass, *ask)).stdout.splitlines()
            assert waits[:2] == ["Its arrival waits in help:", "Nobody: the chat would wait."]
            assert waits[-2].split()[-1] == "unreachable"
            assert waits[-1].split()[-1] == "away"
            async with raw.agent(url, robot):
                await customer.event("conversation.agent_added")
                held = json.loads((await asyncio.to_thread(batonpass, *ask, "--json")).stdout)
                assert (held["hypothetical"], held["winner"], held["queue"]) == (True, None, "help")
                changed = await asyncio.to_thread(batonpass, *ask, "--with", str(other), "--json")
                answer = json.loads(changed.stdout)
                assert [(m["agent"], m["capacity_priority"]) for m in answer["members"]] == [
                    ("ada", 20),
                    ("robot", 9),
                ]
                assert answer["with"] == str(other)
            await customer.good("conversation.end", {"conversation_id": started["conversation_id"]})
            over = await asyncio.to_thread(batonpass, *ask)
            assert over.stdout == "Nobody: this chat is closed.\n"
        unknown = await asyncio.to_thread(batonpass, "route", "--conversation", "x")
        assert (unknown.exit_code, unknown.stderr.splitlines()[0]) == (2, "There is no chat 'x'")


async def test_a_chat_is_exported_with_notes_and_without_what_is_sensitive() -> None:
    with serving() as (url, _):
        ada = (await asyncio.to_thread(batonpass, "keys", "create", "ada")).stdout.strip()
        async with RepresentativeClient(url, ada) as desk, CustomerClient(url) as customer:
            await desk.available()
            await customer.start({"topic": "parcel"})
            chat = await (await desk.next_offer(10)).accept(10)
            said = await customer.send("my number is ZQ7741190")
            await chat.entries.until(lambda: any(e.text.startswith("my number") for e in chat.entries), 10)
            seq = next(e.number for e in chat.entries if e.text.startswith("my number"))
            note = await chat.add_note("calls back on Monday")
            await chat.edit_note(note.message_id, "calls back on Friday")
            await chat.mark_sensitive(seq)
            assert said.message_id
            found = await asyncio.to_thread(batonpass, "export", chat.conversation_id, "--json")
            kept = json.loads(found.stdout)
            notes = [e["data"]["text"] for e in kept["timeline"] if e["event"] == "note.added"]
            assert notes == ["calls back on Monday", "calls back on Friday"]
            assert kept["variables"] == {"topic": "parcel"}
            assert [handoff["kind"] for handoff in kept["handoffs"]] == ["arrival"]
            text = (await asyncio.to_thread(batonpass, "export", chat.conversation_id)).stdout
            assert "calls back on Friday" in text
            assert "ZQ7741190" not in found.stdout + text
    unknown = await asyncio.to_thread(batonpass, "export", "x")
    assert (unknown.exit_code, unknown.stderr.splitlines()[0]) == (2, "There is no chat 'x'")


async def test_switches_are_heeded_by_a_running_server(tmp_path: Path) -> None:
    (tmp_path / "batonpass.toml").write_text(CONFIG + "[switches]\ncold = false\n")
    with serving() as (url, _):
        standing = await asyncio.to_thread(batonpass, "switches")
        assert "cold               off" in standing.stdout
        off = await asyncio.to_thread(batonpass, "switches", "notes", "off", "--json")
        told = json.loads(off.stdout)
        assert (told["notes"], told["cold"], told["transfers"]) == (False, False, True)
        key = (await asyncio.to_thread(batonpass, "keys", "create", "robot")).stdout.strip()
        async with raw.agent(url, key) as robot, raw.customer(url) as customer:
            started = await customer.good("conversation.start", {"client_id": "s"})
            context = await robot.event("conversation.context")
            note = {
                "conversation_id": started["conversation_id"],
                "stint_id": context["data"]["stint_id"],
                "client_id": "n",
                "text": "x",
            }
            assert (await robot.ask("note.add", note))["error"]["code"] == "switched_off"
            await asyncio.to_thread(batonpass, "switches", "notes", "file")
            await robot.good("note.add", note)
        on = await asyncio.to_thread(batonpass, "switches", "cold", "on", "--json")
        assert json.loads(on.stdout)["cold"] is True


@pytest.mark.parametrize(
    "arguments,line",
    [
        (("switches", "gravity", "on"), "batonpass.toml has no switch 'gravity'"),
        (("switches", "notes"), "A switch is turned with NAME and on, off or file"),
        (("switches", "notes", "maybe"), "A switch is turned with NAME and on, off or file"),
        (
            ("route", "--conversation", "x", "--queue", "help"),
            "--with goes with --conversation, and neither with --queue or --context.",
        ),
        (
            ("route", "--with", "batonpass.toml"),
            "--with goes with --conversation, and neither with --queue or --context.",
        ),
    ],
)
def test_what_makes_no_sense_is_a_line(arguments: tuple[str, ...], line: str) -> None:
    found = batonpass(*arguments)
    assert (found.exit_code, found.stderr.splitlines()[0]) == (2, line)
