"""Bring a database to the newest migration when it is opened; the same steps on both engines.

For developers: `python -m batonpass.store.migrate --regenerate` writes the one initial migration anew from
`schema` (only while nothing has been released), `--new "what changes"` writes a further one.
"""

import argparse
import functools
import sys
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, Index, create_engine, event, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from batonpass.store.engine import StoreOpenError

MIGRATIONS = Path(__file__).parent / "migrations"

# Any number will do, as long as nobody else takes an advisory lock on it: "bato" in ASCII.
_PG_LOCK = 0x6261746F


def options() -> dict[str, Any]:
    """What Alembic is told wherever it compares or migrates. Batches, because SQLite alters by copying."""
    from batonpass.store.schema import metadata

    unseen = {index.name for table in metadata.tables.values() for index in table.indexes if _computed(index)}
    return {
        "target_metadata": metadata,
        "render_as_batch": True,
        "compare_type": True,
        "compare_server_default": True,
        "include_name": lambda name, kind, _parents: kind != "index" or name not in unseen,
        "include_object": lambda _, name, kind, *_rest: kind != "index" or name not in unseen,
    }


def _computed(index: Index) -> bool:
    """Whether SQLite cannot reflect it, so that it would always look different. A test compares these too."""
    return not all(isinstance(expression, Column) for expression in index.expressions)


def upgrade(connection: Connection) -> None:
    """Migrate inside the connection's open transaction, which the caller commits.

    Raises StoreOpenError when the database is at a revision that this version does not know.
    """
    if current(connection) == head():
        return
    known = {script.revision for script in _scripts().walk_revisions()}
    found = current(connection)
    if found is not None and found not in known:
        raise StoreOpenError(
            f"the database is at migration {found}, unknown here (newest: {head()}): a newer version wrote it"
        )
    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")


def upgrade_sqlite(path: Path) -> None:
    """Create or migrate the SQLite file at `path`, all or nothing. Raises StoreOpenError."""
    engine = create_engine(
        f"sqlite+pysqlite:///{path}", poolclass=NullPool, connect_args={"isolation_level": None}
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        # This connection leaves foreign_keys off: a batch drops and renames tables that others refer to.
        with engine.begin() as connection:
            upgrade(connection)
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if broken is not None:
                raise StoreOpenError(f"the database refers to a missing row: table {broken[0]}")
    except SQLAlchemyError as error:
        raise StoreOpenError(f"cannot open the database {path}: {getattr(error, 'orig', error)}") from error
    finally:
        engine.dispose()


def upgrade_postgres(connection: Connection) -> None:
    """Migrate under an advisory lock, so that nodes that start together do it once."""
    # Another node may be migrating for a while; the limits for use cases do not fit here.
    connection.execute(text("SET LOCAL lock_timeout = '5min'"))
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _PG_LOCK})
    upgrade(connection)


def current(connection: Connection) -> str | None:
    """Return the revision the database is at, None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


@functools.cache
def head() -> str:
    """Return the newest revision this version has."""
    found = _scripts().get_current_head()
    if found is None:
        raise StoreOpenError("this installation has no migrations")
    return found


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(config())


def config() -> Config:
    """Return what an alembic.ini would say."""
    settings = Config()
    # A percent sign in a path would be read as an interpolation.
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    return settings


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m batonpass.store.migrate", description=__doc__)
    choice = parser.add_mutually_exclusive_group(required=True)
    choice.add_argument("--regenerate", action="store_true", help="write the initial migration anew")
    choice.add_argument("--new", metavar="MESSAGE", help="write a further migration")
    args = parser.parse_args()
    from batonpass.store.migrations import generate

    path = generate.further(args.new) if args.new else generate.initial()
    sys.stdout.write(f"wrote {path}\n")


if __name__ == "__main__":
    _main()
