"""Migrations end in the schema, on both engines; what a newer version wrote is left alone."""

import asyncio
import re
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from batonpass.store import migrate
from batonpass.store.engine import BaseStore, StoreOpenError, open_store
from batonpass.store.migrations import generate
from batonpass.store.schema import metadata
from batonpass.store.tx import Tx
from tests.support.stores import Place

SQLITE_CATALOG = "SELECT type, name, sql FROM sqlite_master WHERE tbl_name <> 'alembic_version'"

POSTGRES_CATALOG = """
SELECT 'index', indexname::text, indexdef FROM pg_indexes
 WHERE schemaname = 'public' AND tablename <> 'alembic_version'
UNION ALL
SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint
 WHERE connamespace = 'public'::regnamespace AND conrelid <> 'alembic_version'::regclass
UNION ALL
SELECT 'column', table_name || '.' || column_name,
       concat_ws(' ', ordinal_position, data_type, character_maximum_length, is_nullable, column_default)
  FROM information_schema.columns
 WHERE table_schema = 'public' AND table_name <> 'alembic_version'
"""


def differences(tx: Tx) -> list[Any]:
    options = migrate.options()
    context = MigrationContext.configure(tx.connection, opts=options)
    return list(compare_metadata(context, metadata))


def catalog(connection: Connection) -> set[tuple[str, str, str]]:
    """Every table, index and constraint as the database itself writes it down.

    Spaces aside, and the order of what a table has: SQLite keeps the statement that made it.
    """
    asked = SQLITE_CATALOG if connection.dialect.name == "sqlite" else POSTGRES_CATALOG
    rows = connection.exec_driver_sql(asked)
    return {(kind, name, _parts(text or "")) for kind, name, text in rows}


def _parts(text: str) -> str:
    parts = re.sub(r"[()\s]+", " ", text).split(",")
    return ",".join(sorted(part.strip() for part in parts))


def created_afresh(tx: Tx) -> set[tuple[str, str, str]]:
    """Replace all tables by what `schema` creates, and return the catalog of that."""
    metadata.drop_all(tx.connection)
    metadata.create_all(tx.connection)
    return catalog(tx.connection)


@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
async def test_migrations_end_in_the_schema(store: BaseStore[Tx]) -> None:
    assert await store.run(differences) == []


async def test_the_databases_own_words_agree(store: BaseStore[Tx]) -> None:
    migrated = await store.read(lambda tx: catalog(tx.connection))
    afresh = await store.run(created_afresh)
    assert migrated - afresh == afresh - migrated == set()
    assert len(afresh) > 2 * len(metadata.tables)


async def test_opening_again_changes_nothing(place: Place) -> None:
    found = []
    for _ in range(2):
        store = await place.open()
        found.append(await store.read(lambda tx: catalog(tx.connection)))
        await store.close()
    assert found[0] == found[1]


async def test_a_newer_database_is_refused_and_left_as_it_is(place: Place) -> None:
    store = await open_store(place.url, Tx)
    await store.run(
        lambda tx: tx.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    )
    await store.close()
    with pytest.raises(StoreOpenError, match="at migration 9999, unknown here"):
        await open_store(place.url, Tx)
    store = await open_store(place.url, Tx, migrate=False)
    found = await store.read(lambda tx: migrate.current(tx.connection))
    assert found == "9999"
    await store.close()


async def test_the_initial_migration_is_what_the_schema_says() -> None:
    """While nothing is released: `python -m batonpass.store.migrate --regenerate` after a change."""
    written = (generate.VERSIONS / "0001_initial.py").read_text()
    assert written == await asyncio.to_thread(generate.render_initial)


def test_no_constraint_waits_for_the_commit() -> None:
    """One deferred to the commit would fail every caller that shares it."""
    constraints = [c for table in metadata.tables.values() for c in table.constraints]
    assert [c for c in constraints if c.deferrable or c.initially] == []
