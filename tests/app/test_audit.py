"""The log of who did what, on both stores."""

from batonpass.app.audit import By, audit
from batonpass.app.ports import Tx
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx as StoreTx


def _three(tx: Tx) -> None:
    audit(tx, By("admin", "ada", "192.0.2.7"), "keys.created", "triage", {"prefix": "bpa_x"})
    audit(tx, By("cli"), "keys.revoked", "triage")
    audit(tx, By("admin", "ada"), "config.changed", "2", {"keys": ["timers.offer"]})


def _actions(tx: Tx, action: str = "", who: str = "", ref: str = "") -> list[str]:
    return [row.action for row in tx.audit_rows(limit=10, action=action, who=who, ref=ref)]


async def test_what_was_done_is_read_newest_first(store: BaseStore[StoreTx]) -> None:
    await store.run(_three)
    assert await store.read(_actions) == ["config.changed", "keys.revoked", "keys.created"]
    assert await store.read(_actions, action="keys.") == ["keys.revoked", "keys.created"]
    assert await store.read(_actions, who="ada") == ["config.changed", "keys.created"]
    assert await store.read(_actions, ref="triage") == ["keys.revoked", "keys.created"]
    rows = await store.read(lambda tx: tx.audit_rows(limit=10))
    assert (rows[2].role, rows[2].who, rows[2].address) == ("admin", "ada", "192.0.2.7")
    assert rows[2].details == {"prefix": "bpa_x"}


async def test_pages_of_the_log_join_without_a_gap(store: BaseStore[StoreTx]) -> None:
    """Lines of one transaction have one time: their ids tell them apart."""
    await store.run(_three)
    first = await store.read(lambda tx: tx.audit_rows(limit=2))
    last = first[-1]
    rest = await store.read(lambda tx: tx.audit_rows(limit=2, before=(last.at, last.id)))
    assert [row.action for row in (*first, *rest)] == ["config.changed", "keys.revoked", "keys.created"]
