"""Accounts over REST: set-up, sign-in and its lock, sessions and cookies, passwords, keys of programs."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from batonpass.app.outcome import Env
from batonpass.app.ports import Tx
from batonpass.app.switchboard import Switchboard
from batonpass.domain.rules import Rules
from batonpass.domain.words import Words
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx as StoreTx
from batonpass.transport import cookies, rest
from batonpass.transport.passwords import Passwords
from tests.support.world import bot, person

CODE = "the code that was printed"
PASSWORD = "correct horse battery"
JSON = dict[str, Any]


class House:
    """The endpoints over a store whose time moves by `advance` only."""

    def __init__(self, client: TestClient[web.Request, web.Application], store: BaseStore[StoreTx]) -> None:
        self.client = client
        self.store = store

    async def ask(
        self, method: str, path: str, token: str = "", said: JSON | None = None, **headers: str
    ) -> tuple[int, JSON]:
        if token:
            headers["Authorization"] = f"Bearer {token}"
        async with self.client.request(method, f"/api/v1{path}", json=said, headers=headers) as answer:
            return answer.status, await answer.json(content_type=None)

    async def code(self, *asked: Any, **more: Any) -> str:
        """The code of what is refused, or "ok"."""
        status, body = await self.ask(*asked, **more)
        return "ok" if status < 300 else str(body["code"])

    async def admin(self) -> str:
        """The first admin's token."""
        status, _ = await self.ask("POST", "/setup", said={"code": CODE, "name": "Ada", "password": PASSWORD})
        assert status == 201
        return await self.sign_in("ada")

    async def sign_in(self, name: str, password: str = PASSWORD) -> str:
        status, body = await self.ask("POST", "/sessions", said={"name": name, "password": password})
        assert status == 201, body
        return str(body["token"])


def _agents(tx: Tx) -> None:
    tx.apply_config([bot("B"), person("R1"), person("R2")], [])


@pytest.fixture
async def house(frozen_store: BaseStore[StoreTx]) -> AsyncIterator[House]:
    await frozen_store.run(_agents)
    app = web.Application()
    board = Switchboard(frozen_store, Env(Rules(), Words()))
    found = rest.House(board, passwords=Passwords(cheap=True), set_up_code=CODE)
    rest.mount(app, found, rest.Options())
    async with TestClient(TestServer(app)) as client:
        yield House(client, frozen_store)


async def test_there_is_no_account_before_set_up_and_set_up_works_once(house: House) -> None:
    said = {"code": "guessed", "name": "eve", "password": PASSWORD}
    assert await house.ask("GET", "/setup") == (200, {"open": True})
    assert await house.code("POST", "/setup", said=said) == "bad_code"
    assert (
        await house.code("POST", "/setup", said=said | {"code": CODE, "password": "short"}) == "bad_request"
    )
    both = [house.code("POST", "/setup", said=said | {"code": CODE, "name": name}) for name in ("ada", "eve")]
    assert sorted(await asyncio.gather(*both)) == ["ok", "set_up_done"]
    assert await house.code("POST", "/setup", said=said | {"code": CODE, "name": "third"}) == "set_up_done"
    assert await house.ask("GET", "/setup") == (200, {"open": False})


async def test_names_are_locked_alike_whether_they_are_anybody_s_or_not(house: House) -> None:
    await house.admin()
    told: dict[str, list[tuple[int, JSON]]] = {}
    for name in ("ada", "nobody"):
        told[name] = [
            await house.ask("POST", "/sessions", said={"name": name, "password": "wrong"}) for _ in range(6)
        ]
    assert told["ada"] == told["nobody"]
    assert [body["code"] for _, body in told["ada"]] == ["bad_sign_in"] * 5 + ["too_many_attempts"]
    assert told["ada"][-1][1]["retry_after_ms"] == 1_000
    # The right password does not get around the lock, and what is refused so does not make it longer.
    said = {"name": "ADA", "password": PASSWORD}
    assert await house.code("POST", "/sessions", said=said) == "too_many_attempts"
    await house.store.advance(1_000)
    assert await house.code("POST", "/sessions", said={"name": "ada", "password": "wrong"}) == "bad_sign_in"
    assert (await house.ask("POST", "/sessions", said=said))[1]["retry_after_ms"] == 2_000
    await house.store.advance(2_000)
    assert await house.code("POST", "/sessions", said=said) == "ok"
    for _ in range(4):
        assert (
            await house.code("POST", "/sessions", said={"name": "ada", "password": "wrong"}) == "bad_sign_in"
        )


async def test_guesses_made_together_are_counted_one_by_one(house: House) -> None:
    await house.admin()
    guesses = [
        house.code("POST", "/sessions", said={"name": "ada", "password": f"guess {n}"}) for n in range(20)
    ]
    assert sorted(await asyncio.gather(*guesses)).count("bad_sign_in") == 5


async def test_a_name_that_nobody_has_takes_as_long(house: House) -> None:
    """With the real cost: else who listens to the clock would know the names."""
    passwords = Passwords()
    kept = await passwords.hash(PASSWORD)
    assert not await passwords.fits(None, "warm")
    took = []
    for known in (kept, None):
        start = time.perf_counter()
        assert not await passwords.fits(known, "wrong")
        took.append(time.perf_counter() - start)
    assert took[1] > took[0] / 4
    assert await passwords.fits(kept, PASSWORD)


async def test_sessions_are_listed_ended_and_all_at_once(house: House) -> None:
    first = await house.admin()
    others = [await house.sign_in("ada") for _ in range(3)]
    _, body = await house.ask("GET", "/sessions", first)
    sessions = body["sessions"]
    assert [one["current"] for one in sessions] == [True, False, False, False]
    assert PASSWORD not in str(body) and first not in str(body)
    assert await house.code("DELETE", f"/sessions/{sessions[1]['session_id']}", first) == "ok"
    assert await house.code("GET", "/me", others[0]) == "bad_token"
    assert await house.code("DELETE", "/sessions/current", others[1]) == "ok"
    assert await house.code("GET", "/me", others[1]) == "bad_token"
    assert await house.code("DELETE", "/sessions", others[2]) == "ok"
    assert await house.code("GET", "/me", first) == "bad_token"


async def test_a_session_ends_by_itself(house: House) -> None:
    token = await house.admin()
    await house.store.advance(14 * 24 * 3_600_000)
    assert await house.code("GET", "/me", token) == "bad_token"


async def test_a_new_password_ends_the_other_sessions(house: House) -> None:
    here, there = await house.admin(), await house.sign_in("ada")
    said = {"old": "wrong", "new": "another good one"}
    assert await house.code("PUT", "/me/password", here, said) == "bad_sign_in"
    assert await house.code("PUT", "/me/password", here, said | {"old": PASSWORD}) == "ok"
    assert await house.code("GET", "/me", here) == "ok"
    assert await house.code("GET", "/me", there) == "bad_token"
    assert await house.code("POST", "/sessions", said={"name": "ada", "password": PASSWORD}) == "bad_sign_in"
    await house.sign_in("ada", "another good one")


async def test_admins_make_accounts_of_representatives_and_switch_them_off(house: House) -> None:
    admin = await house.admin()
    new = {"name": "rita", "password": PASSWORD, "role": "agent", "agent_id": "R1"}
    for wrong in (
        {"agent_id": "B"},
        {"agent_id": "nobody"},
        {"agent_id": None},
        {"role": "boss"},
        {"name": "a b"},
    ):
        assert await house.code("POST", "/accounts", admin, new | wrong) == "bad_request", wrong
    status, made = await house.ask("POST", "/accounts", admin, new)
    assert status == 201
    assert await house.code("POST", "/accounts", admin, new) == "name_taken"
    token = await house.sign_in("Rita")
    _, me = await house.ask("GET", "/me", token)
    assert (me["role"], me["agent_id"], me["account"]["name"]) == ("agent", "R1", "rita")
    for method, path in (("GET", "/accounts"), ("POST", "/accounts"), ("GET", "/api-keys")):
        assert await house.code(method, path, token) == "not_allowed"
    path = f"/accounts/{made['account_id']}"
    assert await house.code("PATCH", path, admin, {"enabled": False}) == "ok"
    assert await house.code("GET", "/me", token) == "bad_token"
    assert await house.code("POST", "/sessions", said={"name": "rita", "password": PASSWORD}) == "bad_sign_in"


async def test_the_last_admin_stays_one(house: House) -> None:
    admin = await house.admin()
    own = (await house.ask("GET", "/me", admin))[1]["account"]["account_id"]
    for change in ({"enabled": False}, {"role": "agent", "agent_id": "R1"}):
        assert await house.code("PATCH", f"/accounts/{own}", admin, change) == "last_admin"
    await house.ask("POST", "/accounts", admin, {"name": "bea", "password": PASSWORD, "role": "admin"})
    assert await house.code("PATCH", f"/accounts/{own}", admin, {"enabled": False}) == "ok"
    assert await house.code("GET", "/me", admin) == "bad_token"


async def test_a_cookie_works_for_our_own_pages_only(house: House) -> None:
    await house.admin()
    said = {"name": "ada", "password": PASSWORD, "cookie": True}
    async with house.client.post("/api/v1/sessions", json=said) as answer:
        given = answer.headers["Set-Cookie"]
        assert "token" not in await answer.json()
    cookie, *more = given.split("; ")
    assert cookie.startswith(cookies.NAME + "=")
    assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= set(more) and "Domain" not in given
    own = f"http://{house.client.host}:{house.client.port}"
    for headers, expected in (
        ({"Sec-Fetch-Site": "same-origin"}, "ok"),
        ({"Origin": own}, "ok"),
        ({"Sec-Fetch-Site": "cross-site"}, "cross_site"),
        ({"Sec-Fetch-Site": "same-site"}, "cross_site"),
        ({"Origin": "https://evil.example"}, "cross_site"),
        ({"Origin": "null"}, "cross_site"),
        ({"Origin": "http://[evil"}, "cross_site"),
        ({}, "cross_site"),
    ):
        code = await house.code("DELETE", "/sessions/nonsense", Cookie=cookie, **headers)
        assert code == ("not_found" if expected == "ok" else expected), headers
        assert await house.code("GET", "/me", Cookie=cookie, **headers) == "ok"
    async with house.client.delete("/api/v1/sessions", headers={"Cookie": cookie, "Origin": own}) as answer:
        assert "Max-Age=0" in answer.headers["Set-Cookie"]
    assert await house.code("GET", "/me", Cookie=cookie) == "bad_token"


async def test_keys_of_programs_are_shown_once_and_withdrawn_at_once(house: House) -> None:
    admin = await house.admin()
    _, made = await house.ask("POST", "/api-keys", admin, {"name": "deploy"})
    key = made["key"]
    assert (await house.ask("GET", "/me", key))[1]["role"] == "admin"
    _, listed = await house.ask("GET", "/api-keys", key)
    assert key not in str(listed) and listed["keys"][0]["prefix"] == made["prefix"]
    assert await house.code("DELETE", f"/api-keys/{made['key_id']}", admin) == "ok"
    assert await house.code("GET", "/me", key) == "bad_token"
    assert await house.code("DELETE", f"/api-keys/{made['key_id']}", admin) == "not_found"


async def test_keys_of_programs_are_listed_in_pages_and_none_is_left_out(house: House) -> None:
    admin = await house.admin()
    made = [(await house.ask("POST", "/api-keys", admin, {"name": f"n{n}"}))[1]["key_id"] for n in range(5)]
    listed: list[str] = []
    page: JSON = {"next": None}
    while not listed or page["next"]:
        where = f"&cursor={page['next']}" if page["next"] else ""
        _, page = await house.ask("GET", f"/api-keys?limit=2{where}", admin)
        assert len(page["keys"]) <= 2
        listed += [key["key_id"] for key in page["keys"]]
        page.setdefault("next", None)
    assert listed == made
    assert await house.code("GET", "/api-keys?cursor=nonsense", admin) == "bad_cursor"


async def test_what_was_done_at_the_door_is_in_the_audit_log_without_secrets(house: House) -> None:
    admin = await house.admin()
    await house.ask("POST", "/api-keys", admin, {"name": "deploy"})
    await house.ask("POST", "/sessions", said={"name": "ada", "password": "wrong"})
    rows = await house.store.read(lambda tx: tx.audit_rows(limit=10))
    found = [row.action for row in rows][::-1]
    assert found == ["accounts.created", "sessions.began", "api_keys.created", "sessions.refused"]
    assert all(row.address for row in rows)
    assert PASSWORD not in str(rows) and admin not in str(rows)
