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


class AdministrationTx(Protocol):
    """Its part of a transaction."""

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
