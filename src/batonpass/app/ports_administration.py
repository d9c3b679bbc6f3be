"""What administration needs from a store."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class AuditRow:
    """Something that somebody did: in which role, from which address, to what. No text of a message is in it."""

    id: str
    at: int
    role: str
    who: str
    address: str
    action: str
    ref: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of the configuration: who made it, when, why; the operator's tables, and what changed in them.

    `changes` are `{key, before, after}`, against the version before.
    """

    number: int
    at: int
    role: str
    who: str
    comment: str
    document: dict[str, Any]
    changes: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key of an agent, by its prefix. `expires_at`: when a rotation ends it; `revoked_at`: when somebody did."""

    prefix: str
    agent_id: str
    label: str
    created_at: int
    expires_at: int | None = None
    revoked_at: int | None = None

    def good(self, now: int) -> bool:
        """Whether it opens a connection now."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


class AdministrationTx(Protocol):
    """Its part of a transaction."""

    # Versions of the configuration
    def lock_config(self) -> int: ...
    def config_number(self) -> int: ...
    def config_version(self, number: int) -> VersionRow | None: ...
    def config_versions(self, *, limit: int, before: int | None = None) -> list[VersionRow]: ...
    def add_config_version(self, row: VersionRow) -> None: ...

    # Keys
    def agent_by_key(self, key_hash: str) -> str | None: ...
    def add_key(self, key_hash: str, agent_id: str, prefix: str, label: str = "") -> None: ...
    def keys_of(
        self, agent_id: str | None, *, limit: int | None = None, before: tuple[int, str] | None = None
    ) -> list[KeyRow]: ...
    def good_keys_of(self, agent_id: str) -> list[KeyRow]: ...
    def key_called(self, prefix: str) -> KeyRow | None: ...
    def end_key(
        self, prefix: str, *, expires_at: int | None = None, revoked_at: int | None = None
    ) -> None: ...

    # The log

    def add_audit(self, row: AuditRow) -> None: ...
    def audit_rows(
        self,
        *,
        limit: int,
        before: tuple[int, str] | None = None,
        action: str = "",
        ref: str = "",
        who: str = "",
    ) -> list[AuditRow]: ...
