"""Customers that a site signs for: the same one on two devices, by either of two secrets (FIELD 25)."""

from datetime import UTC, datetime, timedelta

import pytest

from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from batonpass.transport.identity import sign
from tests.transport.rest.place import Place, opened

OLD, NEW = "o" * 40, "n" * 40


async def session(place: Place, identity: str) -> tuple[int, dict[str, str]]:
    return await place.ask("", "POST", "/customer-sessions", {"identity": identity})


async def test_field_25_one_customer_on_two_devices_by_either_secret(
    frozen_store: BaseStore[Tx], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLD", OLD)
    monkeypatch.setenv("NEW", NEW)
    monkeypatch.setenv("SHORT", "s" * 20)
    async with opened(frozen_store) as place:
        place.rest.house.sites = {"shop": ("env:NEW", "env:OLD"), "weak": ("env:SHORT", "env:NONE")}
        now = datetime.fromtimestamp(await place.world.now() / 1000, UTC)
        soon = now + timedelta(minutes=5)
        found = [await session(place, sign("shop", "cleo", secret, soon)) for secret in (OLD, NEW)]
        other = await session(place, sign("shop", "carl", NEW, soon))
        assert [status for status, _ in found] == [201, 201]
        (_, one), (_, two) = found
        assert one["customer_id"] == two["customer_id"] != other[1]["customer_id"]
        assert one["token"] != two["token"]
        for wrong in (
            sign("shop", "cleo", "x" * 40, soon),
            sign("nobody", "cleo", NEW, soon),
            sign("weak", "cleo", "s" * 20, soon),
            sign("shop", "cleo", NEW, now - timedelta(minutes=5)),
            sign("shop", "cleo", NEW, now + timedelta(days=9)),
            sign("shop", "", NEW, soon),
            sign("shop", "cleo", NEW, soon)[:-2] + "AA",
            "e30.e30.",
            "no.jwt",
        ):
            status, body = await session(place, wrong)
            assert (status, body.get("code")) == (401, "bad_identity"), wrong
        # The old secret is withdrawn: its tokens stay good, new ones are refused.
        place.rest.house.sites = {"shop": ("env:NEW",)}
        assert (await session(place, sign("shop", "cleo", OLD, soon)))[0] == 401
        headers = {"Authorization": f"Bearer {one['token']}"}
        async with place.client.post("/api/v1/customer/conversations", headers=headers) as answer:
            chat = (await answer.json())["conversation_id"]
        headers = {"Authorization": f"Bearer {two['token']}"}
        async with place.client.get("/api/v1/customer/session", headers=headers) as answer:
            assert (await answer.json())["conversations"][0]["conversation_id"] == chat
        await place.world.store.advance(30 * 24 * 3_600_000)
        async with place.client.get("/api/v1/customer/session", headers=headers) as answer:
            assert answer.status == 401
