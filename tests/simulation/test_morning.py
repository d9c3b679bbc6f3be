"""A morning at a busy desk: the laws hold while it goes on, and the reports say what was seen."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from typer.testing import CliRunner

from batonpass.cli.app import app
from batonpass.simulation.morning import Result, play
from batonpass.simulation.plan import config, morning
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.support.laws import check_laws
from tests.support.stores import PostgresPlaces, SqlitePlaces

RULES = config(morning(1, 60, 5)).rules()


async def lawful(store: BaseStore[Tx]) -> list[str]:
    return [str(breach) for breach in await store.read(_breaches)]


def _breaches(tx: Tx) -> list[Any]:
    return check_laws(tx, RULES)


@dataclass
class NowAndThen:
    """Asks the laws at every so manieth look, which reads the whole database."""

    every: int
    looks: int = 0

    async def __call__(self, store: BaseStore[Tx]) -> list[str]:
        self.looks += 1
        return await lawful(store) if self.looks % self.every == 0 else []


def without_time(result: Result) -> dict[str, Any]:
    return {name: value for name, value in result.figures.items() if name != "seconds"}


async def test_a_small_morning_is_lawful_and_its_figures_are_right(sqlite_places: SqlitePlaces) -> None:
    result = await play(morning(1, 60, 5), (await sqlite_places.new()).url, NowAndThen(6))
    assert result.breaches == []
    assert result.differences == []
    figures = result.figures["report"]
    assert figures["chats"]["started"] == 60
    assert figures["waits"]["person"]["count"] > 20
    assert figures["handling"]["after_work"]["count"] > 20
    assert {count["kind"] for count in figures["handoffs"]} >= {"arrival", "escalation", "failover"}


@pytest.mark.postgres
async def test_a_morning_on_postgres(postgres_places: PostgresPlaces) -> None:
    result = await play(morning(2, 15, 2), (await postgres_places.new()).url, NowAndThen(10))
    assert (result.breaches, result.differences) == ([], [])


async def test_the_same_seed_plays_the_same_morning(sqlite_places: SqlitePlaces) -> None:
    first = await play(morning(3, 12, 2), (await sqlite_places.new()).url)
    again = await play(morning(3, 12, 2), (await sqlite_places.new()).url)
    assert without_time(first) == without_time(again)


@pytest.mark.prove
@pytest.mark.timeout(1_200)
async def test_a_whole_morning() -> None:
    """3,000 conversations, 60 representatives, two bots, lunch, an outage of the LLM, a bot that dies."""
    result = await play(morning(1, 3_000, 60), inspect=NowAndThen(12))
    assert result.breaches == []
    assert result.differences == []
    assert result.figures["report"]["chats"]["started"] > 2_900
    assert result.figures["seconds"] < 900


def test_the_command_prints_a_page_and_a_last_line_for_programs() -> None:
    told = CliRunner().invoke(app, ["simulate", "--conversations", "12", "--people", "2", "--json"])
    assert told.exit_code == 0, told.output
    *shown, last = told.stdout.splitlines()
    verdict = json.loads(last)
    assert (verdict["ok"], verdict["breaches"]) == (True, [])
    assert verdict["figures"]["report"]["chats"]["started"] == 12
    assert shown[0] == "A morning at a busy desk: 12 conversations, 2 people, two bots"
    assert shown[-2:] == ["The laws held", "The report says what was seen"]
    assert max(map(len, shown)) < 160


async def test_the_checks_see_what_is_broken(sqlite_places: SqlitePlaces) -> None:
    """Each check of the end, on a store where somebody has broken what it looks at."""

    done = False

    async def break_it(store: BaseStore[Tx]) -> list[str]:
        nonlocal done
        if not done and await store.read(_chats_over) > 3:
            done = True
            await store.run(_broken)
        return []

    result = await play(morning(1, 12, 2), (await sqlite_places.new()).url, break_it)
    assert done
    laws = {breach[:5] for breach in result.breaches}
    assert {"law 1", "law 2", "law 8"} <= laws, result.breaches
    assert result.differences
    assert not result.ok


BREAKS = (
    """UPDATE entries SET stint_id = (SELECT r.stint_id FROM entries r WHERE r.kind = 'removed'
       AND r.conversation_id = entries.conversation_id ORDER BY r.seq LIMIT 1)
       WHERE kind = 'message' AND public_seq IS NOT NULL""",
    "UPDATE entries SET public_seq = NULL WHERE kind = 'added' AND epoch = 1",
    "UPDATE stints SET started_at = started_at - 1000 WHERE role = 'holder'",
    "UPDATE entries SET client_id = NULL WHERE kind = 'message' AND seq = 3",
)


def _chats_over(tx: Tx) -> int:
    return int(
        tx.connection.exec_driver_sql("SELECT count(*) FROM entries WHERE kind = 'closed'").scalar() or 0
    )


def _broken(tx: Tx) -> None:
    """A message is put behind the end of its stint, a change of holder is hidden, an end is moved, words vanish."""
    for change in BREAKS:
        tx.connection.exec_driver_sql(change)
