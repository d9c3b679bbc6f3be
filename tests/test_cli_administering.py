"""Administration from the command line, beside a running server and without one."""

import asyncio
import json
import signal
from pathlib import Path
from typing import Any

import pytest

from batonpass.client import Bot, Refused
from tests.test_cli_server import CONFIG, batonpass, serving

STORE = '[config]\nsource = "store"\n'


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BATONPASS_CONFIG", raising=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "batonpass.toml"
    path.write_text(STORE + CONFIG)
    return path


def told(*arguments: str) -> Any:
    found = batonpass(*arguments, "--json")
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def test_versions_are_made_compared_and_taken_back(file: Path) -> None:
    assert batonpass("config", "versions").stderr == "There is no version yet: the first start makes one.\n"
    assert told("config", "import")["version"] == 1
    file.write_text(STORE + CONFIG + "[timers]\noffer = 12\n")
    drift = batonpass("config", "drift", "--check")
    assert (drift.exit_code, drift.stdout) == (1, 'timers\n  + {"offer": 12}\n')
    made = told("config", "import", "--comment", "busier days")
    assert (made["version"], made["keys"], made["comment"]) == (2, ["timers"], "busier days")
    assert told("config", "drift")["changes"] == []
    assert told("config", "diff")["changes"] == [{"key": "timers", "before": None, "after": {"offer": 12}}]
    assert batonpass("config", "show").stdout.count("offer = 12") == 1
    assert told("config", "revert", "1")["version"] == 3
    assert "offer = 12" not in batonpass("config", "show").stdout
    listed = batonpass("config", "versions").stdout.splitlines()
    assert [line.split()[0] for line in listed] == ["3", "2", "1"]
    assert listed[0].endswith("back to version 1")
    lines = told("audit", "--action", "config.")["lines"]
    assert [(line["role"], line["ref"]) for line in lines] == [("cli", "3"), ("cli", "2"), ("cli", "1")]
    assert batonpass("config", "diff", "9").exit_code == 2


def test_what_is_exported_is_imported_as_the_same(file: Path) -> None:
    told("config", "import")
    exported = batonpass("config", "export").stdout
    assert "[server]" not in exported
    head = CONFIG[: CONFIG.index("[[entry]]")]
    file.write_text(STORE + head + exported)
    assert told("config", "drift")["changes"] == []


def test_each_source_refuses_what_is_the_others(file: Path) -> None:
    refused = batonpass("reload")
    assert refused.exit_code == 2
    assert refused.stderr.startswith("The store is the source of the configuration\n")
    file.write_text(CONFIG)
    for command in (("import",), ("revert", "1")):
        refused = batonpass("config", *command)
        assert refused.exit_code == 2
        assert refused.stderr.startswith("The file is the source of the configuration\n")


def test_commands_know_what_was_changed_in_the_store(file: Path) -> None:
    told("config", "import")
    file.write_text((STORE + CONFIG).replace("ada", "eve"))
    assert batonpass("keys", "create", "eve").exit_code == 2, "the file alone knows her"
    assert batonpass("keys", "create", "ada").exit_code == 0


def test_keys_are_listed_rotated_and_taken_back(file: Path) -> None:
    first = told("keys", "create", "robot", "--label", "old")["key"]
    second = told("keys", "rotate", "robot", "--overlap", "60")["key"]
    rows = {row["prefix"]: row for row in told("keys", "list", "robot")["keys"]}
    assert [(first.startswith(p), second.startswith(p)) for p in rows] == [(False, True), (True, False)]
    assert all(row["good"] for row in rows.values())
    gone = told("keys", "revoke", second[:10])
    assert (gone["good"], gone["agent"]) == (False, "robot")
    assert batonpass("keys", "revoke", "bpa_nobody").exit_code == 2
    shown = batonpass("keys", "list").stdout
    assert first not in shown
    assert "revoked" in shown


def test_a_running_server_heeds_a_reload_and_a_revocation(file: Path) -> None:
    """A signal and the command do the same; a file that is wrong changes nothing."""
    file.write_text(CONFIG)
    with serving() as (url, server):
        key = told("keys", "create", "robot")["key"]
        file.write_text(CONFIG.replace('name = "Robot"', 'name = "Robbie"'))
        assert told("reload")["keys"] == ["agents.robot.name"]
        file.write_text("broken")
        server.send_signal(signal.SIGHUP)
        assert asyncio.run(_name(url, key)) == "Robbie"
        file.write_text(CONFIG.replace('name = "Robot"', 'name = "Bobby"'))
        server.send_signal(signal.SIGHUP)
        asyncio.run(_signalled())
        told("keys", "revoke", key[:10])
        with pytest.raises(Refused) as refusal:
            asyncio.run(_name(url, key))
        assert refusal.value.code == "bad_token"


async def _name(url: str, key: str) -> str | None:
    async with Bot(url, key) as bot:
        return bot.me.name if bot.me else None


async def _signalled() -> None:
    """Until the newest version is one that the server has read on a signal."""
    async with asyncio.timeout(20):
        while True:
            found = await asyncio.to_thread(told, "config", "versions", "--limit", "1")
            if found["versions"][0]["by"]["role"] == "signal":
                return


def test_a_change_beside_the_server_is_the_one_in_force(file: Path) -> None:
    with serving():
        file.write_text((STORE + CONFIG).replace("capacity = 2", "capacity = 5"))
        assert told("config", "import")["version"] == 2
        members = told("route", "--queue", "help")["members"]
        assert [m["capacity"] for m in members] == [None, 5]
