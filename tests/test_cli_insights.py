"""`batonpass insights` on a store of a few chats: a page, a table, JSON, CSV, and what it refuses."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from batonpass.app.administering import Configuration
from batonpass.app.audit import FILE
from batonpass.app.configuring import env_of
from batonpass.app.switchboard import Switchboard
from batonpass.cli.app import app
from batonpass.config import load_config
from batonpass.store.engine import open_store
from batonpass.store.tx import Tx
from tests.app.test_insights import escalated
from tests.handoffs.house import house

CONFIG = """
[store]
url = "sqlite:///{path}"
[insights]
service_level = 5
[[entry]]
queue = "q1"
[queues.q1]
members = [{{agent = "R1"}}]
[agents.R1]
kind = "representative"
"""


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("insights")
    file = folder / "batonpass.toml"
    file.write_text(CONFIG.format(path=folder / "chats.db"))

    async def chats() -> None:
        store = await open_store(f"sqlite:///{folder / 'chats.db'}", Tx, frozen_clock=True)
        try:
            await escalated(await house(store, "A", "R1"))
        finally:
            await store.close()

    asyncio.run(chats())
    return file


def ask(config: Path, *how: str) -> Result:
    # The clock of the chats ran ahead by a minute.
    until = [] if "--to" in how else ["--to", "2100-01-01", "--from", "2099-01-01"]
    return CliRunner().invoke(app, ["insights", "--config", str(config), *until, *how])


def today(config: Path, *how: str) -> Result:
    return ask(config, "--from", "1d", "--to", "2020-01-01" if "never" in how else _tomorrow(), *how)


def _tomorrow() -> str:
    from datetime import UTC, datetime, timedelta

    return (datetime.now(UTC) + timedelta(days=1)).isoformat()


def test_a_page_to_read(config: Path) -> None:
    told = today(config)
    assert told.exit_code == 0, told.stderr
    assert "1 begun, 1 closed (resolved 1)" in told.stdout
    assert "0.0 % within 5 s" in told.stdout
    assert "person 1 (mean 39 s" in told.stdout


def test_a_line_for_each_division(config: Path) -> None:
    lines = today(config, "--by", "day,queue").stdout.splitlines()
    assert lines[-2].split()[:3] == ["time", "queue", "chats"]
    assert lines[-1].split()[2:4] == ["q1", "1"]


def test_json_and_csv(config: Path) -> None:
    found = json.loads(today(config, "--by", "agent", "--json").stdout)
    assert found["total"]["waits"]["person"]["mean_s"] == 7.0
    assert [group["agent"] for group in found["groups"]] == ["A", "R1"]
    head, line = today(config, "--csv").stdout.splitlines()[:2]
    assert dict(zip(head.split(","), line.split(","), strict=True))["handling.bot.mean_s"] == "5.0"
    alike = today(config, "--handoffs", "--csv").stdout.splitlines()
    assert alike[0] == "kind,target,state,reason,count"


def test_a_version_in_the_store_says_what_is_in_time(config: Path, tmp_path: Path) -> None:
    """With `[config] source = "store"` the file's `[insights]` is not what is in force."""
    file = tmp_path / "batonpass.toml"
    file.write_text('[config]\nsource = "store"\n' + config.read_text())
    assert json.loads(today(file, "--json").stdout)["service_level_s"] == 5.0

    async def adopt() -> None:
        store = await open_store(load_config(file).store_url, Tx, beside=True)
        try:
            board = Switchboard(store, env_of(load_config(file)))
            version = Configuration(board, load_config(file))
            await version.begin()
            await version.change(_slower, FILE)
        finally:
            await store.close()

    asyncio.run(adopt())
    assert json.loads(today(file, "--json").stdout)["service_level_s"] == 30.0


def _slower(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "insights": {"service_level": 30}}


def test_an_empty_window_is_a_report_too(config: Path) -> None:
    told = ask(config)
    assert told.exit_code == 0, told.stderr
    assert "0 begun, 0 closed" in told.stdout


@pytest.mark.parametrize(
    "how, says",
    [
        (["--by", "colour"], "--by 'colour' is no division"),
        (["--by", "day,week"], "--by: one of hour, day, week, month, not two"),
        (["--zone", "Mars"], "--zone: no time zone"),
        (["--from", "yesterday", "--to", "now"], "'yesterday' is no moment"),
        (["--from", "2026-02-01", "--to", "2026-01-01"], "--from: not before"),
        (["--json", "--csv"], "say one"),
    ],
)
def test_what_it_does_not_understand(config: Path, how: list[str], says: str) -> None:
    told = ask(config, *how)
    assert told.exit_code == 2
    assert says in told.stderr
