"""Versions of the configuration, keys, and the log of who did what."""

from typing import Any

from sqlalchemy import RowMapping, or_, select, tuple_, update

from batonpass.app.ports_administration import AuditRow, KeyRow, VersionRow
from batonpass.store import schema as s
from batonpass.store.statements import insert_ignore
from batonpass.store.tx_base import Queries

CONFIG = "config.version"
"""The row of `meta` that holds the last version's number, and the lock of who follows it up."""


class AdministrationQueries(Queries):
    """What an administrator did."""

    # Versions of the configuration

    def lock_config(self) -> int:
        """The number of the last version, which nobody else follows up until this transaction ends."""
        self.do(insert_ignore(s.meta, self.dialect), {"name": CONFIG, "value": "0"})
        found = self.scalar(select(s.meta.c.value).where(s.meta.c.name == CONFIG).with_for_update())
        return int(found)

    def config_number(self) -> int:
        """The number of the last version; 0 when there is none."""
        return int(self.scalar(select(s.meta.c.value).where(s.meta.c.name == CONFIG)) or 0)

    def config_version(self, number: int) -> VersionRow | None:
        row = self.row(select(s.config_versions).where(s.config_versions.c.number == number))
        return VersionRow(**row) if row else None

    def config_versions(self, *, limit: int, before: int | None = None) -> list[VersionRow]:
        """The newest versions, those before a number."""
        v = s.config_versions.c
        wanted = select(s.config_versions).order_by(v.number.desc()).limit(limit)
        if before is not None:
            wanted = wanted.where(v.number < before)
        return [VersionRow(**row) for row in self.rows(wanted)]

    def add_config_version(self, row: VersionRow) -> None:
        """Add the version after the last one, which this transaction has locked."""
        values = {name: getattr(row, name) for name in VersionRow.__dataclass_fields__}
        self.do(s.config_versions.insert(), values)
        self.do(update(s.meta).where(s.meta.c.name == CONFIG).values(value=str(row.number)))

    # Keys

    def agent_by_key(self, key_hash: str) -> str | None:
        """Whose good key this is."""
        k = s.agent_keys.c
        good = (k.revoked_at.is_(None), or_(k.expires_at.is_(None), k.expires_at > self.now))
        found = self.scalar(
            select(k.agent_id)
            .join(s.agents, s.agents.c.id == k.agent_id)
            .where(k.hash == key_hash, s.agents.c.enabled, *good)
        )
        return str(found) if found is not None else None

    def add_key(self, key_hash: str, agent_id: str, prefix: str, label: str = "") -> None:
        values = {
            "hash": key_hash,
            "agent_id": agent_id,
            "prefix": prefix,
            "created_at": self.now,
            "label": label,
        }
        self.do(insert_ignore(s.agent_keys, self.dialect), values | {"expires_at": None, "revoked_at": None})

    def keys_of(
        self, agent_id: str | None, *, limit: int | None = None, before: tuple[int, str] | None = None
    ) -> list[KeyRow]:
        """Keys of an agent, or all; the newest first. `before` is the last one of a page."""
        k = s.agent_keys.c
        wanted = select(*(k[name] for name in KeyRow.__dataclass_fields__))
        if agent_id is not None:
            wanted = wanted.where(k.agent_id == agent_id)
        if before is not None:
            wanted = wanted.where(tuple_(k.created_at, k.prefix) < tuple_(*before))
        wanted = wanted.order_by(k.created_at.desc(), k.prefix.desc()).limit(limit)
        return [KeyRow(**row) for row in self.rows(wanted)]

    def good_keys_of(self, agent_id: str) -> list[KeyRow]:
        """The keys of an agent that open something now, the newest first."""
        k = s.agent_keys.c
        still = (k.agent_id == agent_id, k.revoked_at.is_(None))
        wanted = select(*(k[name] for name in KeyRow.__dataclass_fields__)).where(*still)
        found = [KeyRow(**row) for row in self.rows(wanted.order_by(k.created_at.desc(), k.prefix.desc()))]
        return [key for key in found if key.good(self.now)]

    def key_called(self, prefix: str) -> KeyRow | None:
        """The key that begins so."""
        k = s.agent_keys.c
        wanted = select(*(k[name] for name in KeyRow.__dataclass_fields__)).where(k.prefix == prefix)
        row = self.row(wanted.order_by(k.created_at.desc()).limit(1))
        return KeyRow(**row) if row is not None else None

    def end_key(self, prefix: str, *, expires_at: int | None = None, revoked_at: int | None = None) -> None:
        """Let a key go out at a time, or take it back."""
        values = {"expires_at": expires_at} if revoked_at is None else {"revoked_at": revoked_at}
        self.do(update(s.agent_keys).where(s.agent_keys.c.prefix == prefix).values(**values))

    # The log

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
