"""How the engines would look up what a query asks: which tables they would read from end to end."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import event, text

from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx

BIG = frozenset(
    {
        "conversations",
        "entries",
        "stints",
        "handoffs",
        "offers",
        "variables",
        "summaries",
        "turns",
        "dispositions",
    }
)
"""Tables that grow with every chat there ever was."""


async def whole_tables(store: BaseStore[Tx], query: Callable[..., Any], *args: Any) -> list[str]:
    """Run a read-only query; the plan lines of its statements that read a big table from end to end.

    PostgreSQL is asked with sequential scans made dear: one that is left has no index to go by.
    """
    return await store.read(_scans, query, args)


def _scans(tx: Tx, query: Callable[..., Any], args: tuple[Any, ...]) -> list[str]:
    asked: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        asked.append((statement, parameters))

    event.listen(tx.connection, "before_cursor_execute", note)
    try:
        query(tx, *args)
    finally:
        event.remove(tx.connection, "before_cursor_execute", note)
    if tx.dialect == "sqlite":
        return [line for each in asked for line in _sqlite(tx, *each)]
    tx.connection.execute(text("SET LOCAL enable_seqscan = off"))
    return [line for each in asked for line in _postgres(tx, *each)]


def _sqlite(tx: Tx, statement: str, parameters: Any) -> list[str]:
    rows = tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    lines = [str(row[-1]) for row in rows]
    return [f"{line} in {statement}" for line in lines if _is_scan(line)]


def _is_scan(line: str) -> bool:
    """`SCAN t` reads it all; with an index too, unless it is a partial one, which holds only what matters."""
    words = line.split()
    return words[0] == "SCAN" and words[1] in BIG and "INDEX ix_handoffs_" not in line


def _postgres(tx: Tx, statement: str, parameters: Any) -> list[str]:
    rows = tx.connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).all()
    lines = [str(row[0]) for row in rows]
    return [
        f"{line} in {statement}"
        for line in lines
        if "Seq Scan on" in line and line.split("Seq Scan on ")[1].split()[0] in BIG
    ]
