"""Who did what to what, when, and from where: lines that are added in the transaction of the act, and never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from batonpass.app.ports import Tx
from batonpass.app.ports_administration import AuditRow
from batonpass.ids import new_id


@dataclass(frozen=True, slots=True)
class By:
    """Whose act it was: a role, the id of the account, agent or command in it, and the network address if there is one.

    Roles are those of the authorisation matrix, and `file`, `signal` and `cli`, who are no clients.
    """

    role: str
    id: str = ""
    address: str = ""


FILE = By("file")
"""The configuration file, as the server found it."""
CLI = By("cli")
"""Whoever runs a command beside the server."""
SIGNAL = By("signal", "SIGHUP")
"""Whoever may send signals to the server."""


def audit(tx: Tx, by: By, action: str, ref: str = "", details: Mapping[str, Any] | None = None) -> None:
    """Add a line to the log.

    `action` is a room and a verb in the past, such as `keys.revoked`; `ref` the id of what it was done to. Into
    `details` go ids, names of keys and figures: plain JSON values, no text of a message, no secret.
    """
    tx.add_audit(AuditRow(new_id(), tx.now, by.role, by.id, by.address, action, ref, details or {}))
