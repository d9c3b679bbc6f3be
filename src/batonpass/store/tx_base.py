"""What all parts of a transaction stand on."""

from typing import Any

from sqlalchemy import Connection, Executable, RowMapping


class Queries:
    """An open connection, its time and its dialect. Parameters travel as binds, never in the text."""

    connection: Connection
    now: int
    dialect: str

    def rows(self, statement: Executable, **binds: Any) -> list[RowMapping]:
        return list(self.connection.execute(statement, binds).mappings())

    def row(self, statement: Executable, **binds: Any) -> RowMapping | None:
        return self.connection.execute(statement, binds).mappings().first()

    def scalar(self, statement: Executable, **binds: Any) -> Any:
        return self.connection.execute(statement, binds).scalar()

    def do(self, statement: Executable, binds: Any = None) -> int:
        """Run a statement that returns no rows; the number of rows it touched."""
        return int(self.connection.execute(statement, binds or {}).rowcount)
