"""How many statements a query sends: what must not grow with the rows it finds."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx


async def statements_of(store: BaseStore[Tx], query: Callable[..., Any], *args: Any) -> int:
    """Run a read-only query, and count what it asks of the database."""
    return await store.read(_counted, query, args)


def _counted(tx: Tx, query: Callable[..., Any], args: tuple[Any, ...]) -> int:
    sent: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    event.listen(tx.connection, "before_cursor_execute", note)
    try:
        query(tx, *args)
    finally:
        event.remove(tx.connection, "before_cursor_execute", note)
    return len(sent)
