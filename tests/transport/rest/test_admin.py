"""Administration over REST, on a running server: the configuration and its versions, keys, the log."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import socketio
from sqlalchemy import update

from batonpass.app import accounts
from batonpass.app.audit import By
from batonpass.config import ConfigError
from batonpass.server import Running, add_key, start_server
from batonpass.store import schema as s
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from batonpass.transport.auth import API_KEY_PREFIX, new_secret
from tests.support.configured import TOML, config_of
from tests.support.stores import Place, SqlitePlaces
from tests.support.until import until

JSON = dict[str, Any]


class Desk:
    """An administrator at a running server."""

    def __init__(self, running: Running, http: aiohttp.ClientSession, key: str, folder: Path) -> None:
        self.running = running
        self.folder = folder
        self._http = http
        self._key = key

    async def ask(
        self, method: str, path: str, said: JSON | None = None, *, key: str = "", **headers: str
    ) -> tuple[int, JSON]:
        headers["Authorization"] = f"Bearer {key or self._key}"
        url = f"{self.running.url}/api/v1{path}"
        async with self._http.request(method, url, json=said, headers=headers) as answer:
            return answer.status, {"etag": answer.headers.get("ETag")} | await answer.json(content_type=None)

    async def good(self, method: str, path: str, said: JSON | None = None, **headers: str) -> JSON:
        status, body = await self.ask(method, path, said, **headers)
        assert status < 300, body
        return body

    async def refused(
        self, method: str, path: str, said: JSON | None = None, **headers: str
    ) -> tuple[int, str]:
        status, body = await self.ask(method, path, said, **headers)
        return status, str(body.get("code"))


@asynccontextmanager
async def serving(places: SqlitePlaces, folder: Path, source: str = "store") -> AsyncIterator[Desk]:
    place = await places.new()
    running = await start_server(config_of(folder, source=source), port=0, store_url=place.url)
    secret = new_secret(API_KEY_PREFIX)
    new = accounts.NewApiKey(By("cli"), "tests", "admin", secret.hash, secret.prefix)
    await running.board.do_and_push(accounts.create_api_key, new)
    try:
        async with aiohttp.ClientSession() as http:
            yield Desk(running, http, secret.text, folder)
    finally:
        await running.stop()


@pytest.fixture
async def desk(sqlite_places: SqlitePlaces, tmp_path: Path) -> AsyncIterator[Desk]:
    async with serving(sqlite_places, tmp_path) as found:
        yield found


async def test_a_queue_a_bot_and_a_person_are_made_and_serve_at_once(desk: Desk) -> None:
    await desk.good("PUT", "/admin/agents/help-bot", {"kind": "bot", "name": "Help"})
    await desk.good("PUT", "/admin/agents/rita", {"kind": "representative", "capacity": 3})
    made = await desk.good("PUT", "/admin/queues/help", {"name": "Help"})
    assert (made["version"], made["keys"], made["etag"]) == (4, ["queues.help"], '"4"')
    await desk.good("PUT", "/admin/queues/help/members/help-bot", {"capacity_priority": 100})
    await desk.good("PUT", "/admin/queues/help/members/rita", {})
    queue = await desk.good("GET", "/admin/queues/help")
    assert queue["members"] == [{"capacity_priority": 100, "agent": "help-bot"}, {"agent": "rita"}]
    assert desk.running.board.env.rules.queues["help"].name == "Help"
    key = await desk.good("POST", "/admin/agents/help-bot/keys", {"label": "production"})
    assert key["key"].startswith(key["prefix"])
    body = await desk.good("GET", "/admin/keys?agent_id=help-bot")
    assert [("key" in row, row["label"], row["good"]) for row in body["keys"]] == [
        (False, "production", True)
    ]
    agents = await desk.good("GET", "/admin/agents")
    assert {item["id"] for item in agents["items"]} >= {"help-bot", "rita", "A"}
    await desk.good("DELETE", "/admin/agents/rita")
    assert [m["agent"] for m in (await desk.good("GET", "/admin/queues/help"))["members"]] == ["help-bot"]
    assert await desk.refused("DELETE", "/admin/agents/rita") == (404, "not_found")


async def test_what_is_wrong_is_told_key_by_key(desk: Desk) -> None:
    status, body = await desk.ask("PATCH", "/admin/queues/q1", {"overflow": "q9", "prioritty": 3})
    assert (status, body["code"]) == (422, "config_invalid")
    fields = {one["field"]: one["problem"] for one in body["errors"]}
    assert "did you mean priority?" in fields["queues.q1.prioritty"]
    status, body = await desk.ask("DELETE", "/admin/queues/q2")
    assert (status, [one["field"] for one in body["errors"]]) == (422, ["entry[0].queue"])


async def test_a_lost_race_is_told(desk: Desk) -> None:
    read = await desk.good("GET", "/admin/config")
    await desk.good("PATCH", "/admin/tables/timers", {"offer": 12})
    late = {"document": read["document"], "comment": "mine"}
    assert await desk.refused("PUT", "/admin/config", late) == (428, "precondition_required")
    mine = {"If-Match": read["etag"]}
    assert await desk.refused("PUT", "/admin/config", late, **mine) == (412, "precondition_failed")
    assert await desk.refused("PATCH", "/admin/queues/q1", {"name": "x"}, **mine) == (
        412,
        "precondition_failed",
    )
    changed = await desk.good("PUT", "/admin/config", late, **{"If-Match": '"2"'})
    assert (changed["version"], changed["comment"]) == (3, "mine")
    assert desk.running.board.env.rules.offer_ms == 30_000


async def test_versions_are_listed_compared_and_taken_back(desk: Desk) -> None:
    for seconds in (11, 12, 13):
        await desk.good("PATCH", "/admin/config", {"patch": {"timers": {"offer": seconds}}, "comment": "try"})
    first = await desk.good("GET", "/admin/config/versions?limit=3")
    assert [row["version"] for row in first["versions"]] == [4, 3, 2]
    rest = await desk.good("GET", f"/admin/config/versions?limit=3&cursor={first['next']}")
    assert [(row["version"], row["by"]["role"]) for row in rest["versions"]] == [(1, "file")]
    assert first["versions"][0]["by"]["role"] == "admin"
    diff = await desk.good("GET", "/admin/config/versions/4/diff?against=2")
    assert diff["changes"] == [{"key": "timers.offer", "before": 11, "after": 13}]
    back = await desk.good("POST", "/admin/config/versions/2/revert", {})
    assert (back["version"], back["comment"]) == (5, "back to version 2")
    assert desk.running.board.env.rules.offer_ms == 11_000
    whole = await desk.good("GET", "/admin/config/versions/5")
    assert whole["document"]["timers"] == {"offer": 11}
    assert await desk.refused("POST", "/admin/config/versions/99/revert", {}) == (404, "not_found")


async def test_the_same_change_sent_twice_is_one_version(desk: Desk) -> None:
    again = {"Idempotency-Key": "once"}
    first = await desk.good("PATCH", "/admin/tables/timers", {"offer": 12}, **again)
    await desk.good("PATCH", "/admin/tables/timers", {"offer": 13})
    assert await desk.good("PATCH", "/admin/tables/timers", {"offer": 12}, **again) == first | {"etag": None}
    assert desk.running.board.env.rules.offer_ms == 13_000


async def test_drift_is_shown_and_imported_by_hand_only(desk: Desk) -> None:
    await desk.good("PATCH", "/admin/tables/timers", {"offer": 12})
    drift = await desk.good("GET", "/admin/config/drift")
    assert drift["changes"] == [{"key": "timers", "before": {"offer": 12}}]
    assert (await desk.good("GET", "/admin/config"))["drift"] == 1
    assert await desk.refused("POST", "/admin/config/reload") == (409, "config_from_store")
    config_of(desk.folder, TOML + "[timers]\nturn = 5\n")
    made = await desk.good("POST", "/admin/config/import", {})
    assert made["keys"] == ["timers.offer", "timers.turn"]
    assert desk.running.board.env.rules.turn_ms == 5_000


async def test_where_the_file_is_the_source_it_is_reloaded(
    sqlite_places: SqlitePlaces, tmp_path: Path
) -> None:
    async with serving(sqlite_places, tmp_path, "file") as desk:
        assert await desk.refused("PATCH", "/admin/tables/timers", {"offer": 12}) == (409, "config_from_file")
        config_of(tmp_path, TOML + "[timers]\noffer = 12\n[server]\nport = 1\n", source="file")
        made = await desk.good("POST", "/admin/config/reload")
        assert (made["version"], made["needs_restart"]) == (2, ["server.port"])
        (tmp_path / "batonpass.toml").write_text("[timers]\noffer = 0\n")
        status, body = await desk.ask("POST", "/admin/config/reload")
        assert (status, body["errors"][0]["field"]) == (422, "timers.offer")
        assert desk.running.board.env.rules.offer_ms == 12_000


async def test_a_change_is_tried_before_it_is_made(desk: Desk) -> None:
    await desk.running.board.do_and_push(connects, "R3")
    patch = {"queues": {"q1": {"members": [{"agent": "R3"}]}}, "agents": {"A": None}}
    said = {"patch": patch, "context": {"topic": "x"}}
    tried = await desk.good("POST", "/admin/config/preview", said)
    assert (tried["route"]["queue"], tried["route"]["winner"]) == ("q1", "R3")
    assert {change["key"] for change in tried["changes"]} == {"queues.q1.members", "agents.A"}
    now = await desk.good("POST", "/admin/config/preview", {"context": {}})
    assert (now["changes"], now["route"].get("winner")) == ([], None)
    assert desk.running.configuration.number == 1
    status, body = await desk.ask("POST", "/admin/config/preview", {"patch": {"entry": []}})
    assert (status, body["code"]) == (422, "config_invalid")


async def test_an_order_that_is_not_saved_says_who_would_get_what(desk: Desk) -> None:
    for agent_id in ("A", "R1", "R2"):
        await desk.running.board.do_and_push(connects, agent_id)

    async def course(**patch: Any) -> list[tuple[str, str, Any]]:
        said = {"patch": {"queues": {"q1": patch}}, "queue": "q1", "course": True}
        found = await desk.good("POST", "/admin/config/preview", said)
        return [(s["kind"], s["queue"], (s.get("agent") or {}).get("id")) for s in found["course"]]

    now = await course()
    assert now == [("arrival", "q1", "A"), ("escalation", "q1", "R1"), ("hand_back", "q1", None)]
    above = [{"agent": "A", "capacity_priority": 60}, {"agent": "R1", "capacity_priority": 50}]
    above.append({"agent": "R2", "capacity_priority": 70})
    # Who had it is not asked again; of people alone the ladder begins anew.
    assert [step[2] for step in await course(members=above)] == ["R2", "R1", "A"]
    alone = [{"agent": "R2"}]
    assert [step[2] for step in await course(members=alone)] == ["R2", "R2", None]
    named = await course(hand_back={"target": "agent", "id": "A"})
    assert named[-1] == ("hand_back", "q1", "A")
    elsewhere = await course(hand_back={"target": "queue", "id": "q2"})
    assert elsewhere[-1] == ("hand_back", "q2", None)
    status, body = await desk.ask("POST", "/admin/config/preview", {"course": True})
    assert (status, body["code"]) == (404, "not_found")


async def test_the_house_s_words_are_listed_and_what_replaces_them_is_checked(desk: Desk) -> None:
    listed = await desk.good("GET", "/admin/words")
    words = {word["code"]: word for word in listed["words"]}
    assert set(words["passed_to_bot"]["params"]) == {"agent", "giver"}
    assert set(words["joined"]["texts"]) == set(listed["locales"])
    await desk.good("PATCH", "/admin/tables/words", {"de": {"joined": "{agent} ist da."}})
    status, body = await desk.ask("PATCH", "/admin/tables/words", {"de": {"joined": "{giver} ist da."}})
    assert (status, [error["field"] for error in body["errors"]]) == (422, ["words.de.joined"])


async def test_who_did_what_is_in_the_log(desk: Desk) -> None:
    await desk.good("PATCH", "/admin/tables/timers", {"offer": 12})
    key = await desk.good("POST", "/admin/agents/A/keys", {})
    await desk.good("DELETE", f"/admin/keys/{key['prefix']}")
    log = await desk.good("GET", "/audit?limit=2&action=keys.")
    assert [line["action"] for line in log["lines"]] == ["keys.revoked", "keys.created"]
    assert log["lines"][0]["by"]["id"].startswith("key:")
    assert key["key"] not in str(log)
    first = await desk.good("GET", "/audit?limit=1")
    second = await desk.good("GET", f"/audit?limit=1&cursor={first['next']}")
    assert second["lines"][0]["action"] == "keys.created"
    (line,) = (await desk.good("GET", "/audit?ref=2"))["lines"]
    assert (line["action"], line["details"]["keys"]) == ("config.changed", ["timers"])


async def test_keys_are_listed_in_pages_the_newest_first(desk: Desk) -> None:
    made = [(await desk.good("POST", "/admin/agents/A/keys", {}))["prefix"] for _ in range(3)]
    first = await desk.good("GET", "/admin/keys?agent_id=A&limit=2")
    second = await desk.good("GET", f"/admin/keys?agent_id=A&limit=2&cursor={first['next']}")
    assert (len(first["keys"]), second.get("next")) == (2, None)
    listed = [key["prefix"] for key in (*first["keys"], *second["keys"])]
    assert sorted(listed) == sorted(made)
    # Of all agents together, without a gap between the pages.
    everywhere: list[str] = []
    page = await desk.good("GET", "/admin/keys?limit=1")
    while True:
        everywhere += [key["prefix"] for key in page["keys"]]
        if page.get("next") is None:
            break
        page = await desk.good("GET", f"/admin/keys?limit=1&cursor={page['next']}")
    assert len(everywhere) == len(set(everywhere))
    assert set(made) <= set(everywhere)


async def test_field_25_a_revoked_key_closes_its_sockets_and_leaves_the_other(desk: Desk) -> None:
    """FIELD 25: two keys are good at once, and one that is taken back takes its open connections along."""
    one = await desk.good("POST", "/admin/agents/R1/keys", {})
    two = await desk.good("POST", "/admin/agents/R1/keys/rotate", {"overlap": 3600})
    first, second = await open_desk(desk, one["key"]), await open_desk(desk, two["key"])
    try:
        await desk.good("DELETE", f"/admin/keys/{one['prefix']}")
        await until(lambda: not first.connected)
        assert second.connected
        with pytest.raises(socketio.exceptions.ConnectionError):
            await open_desk(desk, one["key"])
    finally:
        await second.disconnect()


async def test_a_removed_agent_is_put_out(desk: Desk) -> None:
    rita = await open_desk(desk, await add_key(desk.running.store, "R3"))
    await desk.good("PATCH", "/admin/config", {"patch": {"queues": {"q2": {"members": []}}}})
    assert rita.connected
    await desk.good("DELETE", "/admin/agents/R3")
    await until(lambda: not rita.connected)


async def test_supervisors_hear_of_a_version_and_of_the_end_of_their_role(desk: Desk) -> None:
    await desk.good("PATCH", "/admin/agents/R1", {"supervisor": True})
    boss = socketio.AsyncClient(reconnection=False)
    heard: list[JSON] = []
    boss.on("config.updated", lambda event: heard.append(event["data"]), namespace="/supervisor")
    key = await add_key(desk.running.store, "R1")
    await boss.connect(
        desk.running.url, namespaces=["/supervisor"], auth={"token": key}, transports=["websocket"]
    )
    await desk.good("PUT", "/admin/queues/q3", {"members": [{"agent": "R1"}]})
    await until(lambda: bool(heard))
    assert heard == [{"version": 3, "queues": ["q1", "q2", "q3"]}]
    await desk.good("PATCH", "/admin/agents/R1", {"supervisor": False})
    await until(lambda: not boss.connected)


async def test_a_version_that_is_none_any_more_stops_the_start(
    sqlite_places: SqlitePlaces, tmp_path: Path
) -> None:
    """As after an update of the program: it says which key, and serves nobody by half a configuration."""
    place = await sqlite_places.new()
    running = await start_server(config_of(tmp_path), port=0, store_url=place.url)
    await running.stop()
    async with opened(place) as store:
        await store.run(spoil)
    with pytest.raises(ConfigError, match=r"version 1: queues\.q1\.colour: found an unknown key"):
        await start_server(config_of(tmp_path), port=0, store_url=place.url)


def spoil(tx: Tx) -> None:
    document = tx.config_versions(limit=1)[0].document
    document["queues"]["q1"]["colour"] = "red"
    tx.do(update(s.config_versions).values(document=document))


@asynccontextmanager
async def opened(place: Place) -> AsyncIterator[BaseStore[Tx]]:
    store = await place.open()
    try:
        yield store
    finally:
        await store.close()


async def test_administration_is_for_admins(desk: Desk) -> None:
    boss = await desk.good("PATCH", "/admin/agents/R1", {"supervisor": True})
    assert boss["version"] == 2
    key = await add_key(desk.running.store, "R1")
    for method, path in (("GET", "/admin/config"), ("GET", "/audit"), ("GET", "/admin/keys")):
        status, body = await desk.ask(method, path, key=key)
        assert (status, body["code"]) == (403, "not_allowed")


async def open_desk(desk: Desk, key: str) -> socketio.AsyncClient:
    client = socketio.AsyncClient(reconnection=False)
    await client.connect(
        desk.running.url, namespaces=["/agent"], auth={"token": key}, transports=["websocket"]
    )
    return client


def connects(tx: Any, env: Any, agent_id: str) -> Any:
    """An agent is there and available, without a socket."""
    from batonpass.app import presence
    from batonpass.domain.agents import Presence

    presence.connect(tx, env, presence.Connection(f"sid-{agent_id}", agent_id))
    return presence.choose(tx, env, presence.Choice(agent_id, Presence.AVAILABLE))
