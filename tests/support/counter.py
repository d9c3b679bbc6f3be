"""The smallest table with a story: counters that hand out dense numbers, and a log of who got which.

The store's own tests use it, so that they say nothing about the product's tables.
"""

from typing import Protocol

from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, Table, Text, select

metadata = MetaData()
counters = Table(
    "test_counters",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("value", Integer, nullable=False),
)
numbers = Table(
    "test_numbers",
    metadata,
    Column("counter", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("who", Text, nullable=False),
)


class AnyTx(Protocol):
    """What these functions need of a transaction."""

    @property
    def connection(self) -> Connection: ...
    @property
    def now(self) -> int: ...


class Oops(Exception):
    """What a use case may raise."""


def create(tx: AnyTx, count: int = 1) -> None:
    """Make the tables, and `count` counters at 0."""
    metadata.create_all(tx.connection)
    tx.connection.execute(counters.insert(), [{"id": n, "value": 0} for n in range(count)])


def take(tx: AnyTx, counter: int = 0, who: str = "", *, fail: bool = False) -> int:
    """Take the next number of a counter and log it; with `fail`, raise Oops after both writes."""
    where = counters.c.id == counter
    taken = counters.update().where(where).values(value=counters.c.value + 1).returning(counters.c.value)
    number: int = tx.connection.execute(taken).scalar_one()
    tx.connection.execute(numbers.insert().values(counter=counter, number=number, at=tx.now, who=who))
    if fail:
        raise Oops(f"{who} gives {number} back")
    return number


def taken(tx: AnyTx, counter: int = 0) -> list[int]:
    """Return the numbers logged for a counter, in order."""
    found = select(numbers.c.number).where(numbers.c.counter == counter).order_by(numbers.c.number)
    return list(tx.connection.execute(found).scalars())


def value(tx: AnyTx, counter: int = 0) -> int:
    """Return where a counter stands."""
    return int(tx.connection.execute(select(counters.c.value).where(counters.c.id == counter)).scalar_one())


def now(tx: AnyTx) -> int:
    """Return the time of the transaction."""
    return tx.now
