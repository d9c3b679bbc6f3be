"""Write migrations; for developers, through `python -m batonpass.store.migrate`."""

import subprocess
import sys
from pathlib import Path

from alembic import command
from alembic.autogenerate import render_python_code
from alembic.operations.ops import CreateIndexOp, CreateTableOp, MigrateOperation, UpgradeOps
from sqlalchemy import Table, create_engine

from batonpass.store import migrate

VERSIONS = Path(__file__).parent / "versions"

_INITIAL = '''"""The first tables. Written by `python -m batonpass.store.migrate --regenerate`."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table, those first that others refer to."""
    {calls}
{functions}
'''

_FUNCTION = """

def _{name}() -> None:
    {body}
"""


def initial() -> Path:
    """Write 0001 anew from `schema`, in place of all that is there. Only while nothing is released."""
    for old in VERSIONS.glob("[0-9]*.py"):
        old.unlink()
    path = VERSIONS / "0001_initial.py"
    path.write_text(render_initial())
    return path


def render_initial() -> str:
    """Return the text of 0001 for the tables of `schema`: a function for each."""
    from batonpass.store.schema import metadata

    tables = metadata.sorted_tables
    calls = "\n    ".join(f"_{table.name}()" for table in tables)
    functions = "".join(_FUNCTION.format(name=table.name, body=_body(table)) for table in tables)
    return _formatted(_INITIAL.format(calls=calls, functions=functions))


def _body(table: Table) -> str:
    # Not by comparing with an empty database: Alembic passes over what SQLite cannot reflect.
    indexes = sorted(table.indexes, key=lambda index: str(index.name))
    steps: list[MigrateOperation] = [CreateTableOp.from_table(table), *map(CreateIndexOp.from_index, indexes)]
    code = render_python_code(UpgradeOps(steps), migration_context=None)
    return "\n".join(line for line in code.splitlines() if "###" not in line).strip()


def further(message: str) -> Path:
    """Write the next migration from what `schema` has and the migrations lack. Read it before you keep it.

    SQLite cannot reflect indexes on expressions (`DESC`): those are yours to add; a test sees when they lack.
    """
    number = f"{len(list(VERSIONS.glob('[0-9]*.py'))) + 1:04}"
    settings = migrate.config()
    settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")
        command.revision(settings, message, autogenerate=True, rev_id=number)
    engine.dispose()
    (path,) = VERSIONS.glob(f"{number}_*.py")
    path.write_text(_formatted(path.read_text()))
    return path


def _formatted(text: str) -> str:
    ruff = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(VERSIONS / "migration.py"), "-"]
    return subprocess.run(ruff, input=text, text=True, capture_output=True, check=True).stdout
