"""Versions of the configuration, and the log of who did what."""

from typing import Any

from sqlalchemy import RowMapping, select, tuple_

from batonpass.app.ports_administration import AuditRow
from batonpass.store import schema as s
from batonpass.store.tx_base import Queries


class AdministrationQueries(Queries):
    """What an administrator did."""

    def add_audit(self, row: AuditRow) -> None:
        """Write a line of the log. There is no way to change or remove one."""
        self.do(
            s.audit.insert(),
            {
                "id": row.id,
                "at": row.at,
                "role": row.role,
                "who": row.who,
                "address": row.address,
                "action": row.action,
                "ref": row.ref,
                "details": dict(row.details),
            },
        )

    def audit_rows(
        self,
        *,
        limit: int,
        before: tuple[int, str] | None = None,
        action: str = "",
        ref: str = "",
        who: str = "",
    ) -> list[AuditRow]:
        """The newest lines before a (time, id). `action` may be a room, such as `keys.`, or a whole name."""
        a = s.audit.c
        wanted = select(s.audit).order_by(a.at.desc(), a.id.desc()).limit(limit)
        if before is not None:
            wanted = wanted.where(tuple_(a.at, a.id) < tuple_(*before))
        if action:
            wanted = wanted.where(a.action.startswith(action, autoescape=True))
        if ref:
            wanted = wanted.where(a.ref == ref)
        if who:
            wanted = wanted.where(a.who == who)
        return [_audit(row) for row in self.rows(wanted)]


def _audit(row: RowMapping) -> AuditRow:
    values: dict[str, Any] = {name: row[name] for name in AuditRow.__dataclass_fields__}
    return AuditRow(**values)
