"""The demo as a whole, as its user starts it: a process, its last line, its exit status."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from batonpass.store.pgserver import PgServer

STAR = Path(__file__).parents[3] / "shared" / "data" / "star.dev.jsonl"
STORES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
SEEDS = range(10)


async def play(*words: str, limit_s: float = 100.0) -> tuple[int, dict[str, Any], str]:
    """Run `batonpass demo --json`; return its status, the object on its last line, and stderr."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BATONPASS_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "batonpass", "demo", "--json", *words),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
    )
    try:
        async with asyncio.timeout(limit_s):
            out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
    lines = out.decode().splitlines()
    return process.returncode or 0, json.loads(lines[-1]) if lines else {}, err.decode()


def assert_kept(verdict: dict[str, Any], status: int, errors: str) -> None:
    """Every law held, by the figures and by the exit status."""
    laws = [
        *("lost", "duplicated", "misordered", "voice_violations", "joining_order_violations"),
        *("capacity_violations", "handoffs_unfinished", "sweep_found_work"),
    ]
    assert {law: verdict.get(law) for law in laws} == dict.fromkeys(laws, 0), errors
    assert verdict["ok"] is True, errors
    assert status == 0


@pytest.mark.postgres
async def test_a_small_demo_is_ok() -> None:
    """The other two play on SQLite."""
    status, verdict, errors = await play("--conversations", "6", "--store", "postgres")
    assert_kept(verdict, status, errors)
    assert verdict["conversations"] == 6
    assert verdict["handoffs"]["escalation"] > 0
    assert verdict["messages_delivered"] > verdict["messages_sent"] > 70


async def test_a_small_demo_of_every_kind_is_ok() -> None:
    status, verdict, errors = await play("--scenario", "all", "--conversations", "10")
    assert_kept(verdict, status, errors)
    assert {"arrival", "escalation", "transfer", "invitation"} <= verdict["handoffs"].keys()


async def test_the_laws_hold_under_kills() -> None:
    status, verdict, errors = await play("--conversations", "6", "--crash")
    assert_kept(verdict, status, errors)
    assert verdict["kills"] >= 5
    assert verdict["reconnects"] >= 5


async def test_a_run_can_be_kept(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    status, _, errors = await play("--conversations", "1", "--keep", str(folder))
    assert status == 0, errors
    kept = {file.name for file in folder.iterdir()}
    assert {"frames.jsonl", "plan.jsonl", "server.log", "batonpass.toml", "demo.db"} <= kept


@pytest.mark.postgres
async def test_a_server_given_by_url_gets_a_database_and_loses_it() -> None:
    server = await asyncio.to_thread(PgServer.start)
    try:
        url = await server.create_database("mine")
        status, verdict, errors = await play("--conversations", "1", "--store", url)
        assert_kept(verdict, status, errors)
        assert await databases(url) == {"mine", "postgres"}
    finally:
        await asyncio.to_thread(server.stop)


async def databases(url: str) -> set[str]:
    import asyncpg

    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch("SELECT datname FROM pg_database WHERE NOT datistemplate")
        return {row["datname"] for row in rows}
    finally:
        await connection.close()


@pytest.mark.prove
@pytest.mark.parametrize("store", STORES)
async def test_three_hundred_real_dialogues_are_ok(store: str) -> None:
    status, verdict, errors = await play(*three_hundred(store), limit_s=1200)
    assert_kept(verdict, status, errors)


@pytest.mark.prove
@pytest.mark.parametrize("crash", [False, True], ids=["whole", "killed"])
@pytest.mark.parametrize("store", STORES)
async def test_three_hundred_with_every_kind_are_ok(store: str, crash: bool) -> None:
    """From fifty conversations on it is only ok when every kind, leave, target and end was played."""
    words = [*three_hundred(store), "--scenario", "all", *(["--crash"] if crash else [])]
    status, verdict, errors = await play(*words, limit_s=1800)
    assert_kept(verdict, status, errors)


@pytest.mark.prove
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("store", STORES)
async def test_three_hundred_real_dialogues_are_ok_under_kills(store: str, seed: int) -> None:
    words = [*three_hundred(store), "--crash", "--seed", str(seed)]
    status, verdict, errors = await play(*words, limit_s=1800)
    assert_kept(verdict, status, errors)


def three_hundred(store: str) -> list[str]:
    """STAR where it is present, else our own dialogues, again and again."""
    dialogues = ["--dialogues", str(STAR)] if STAR.exists() else []
    return ["--conversations", "300", "--store", store, *dialogues]
