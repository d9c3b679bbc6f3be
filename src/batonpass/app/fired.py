"""A due row that has come up, and taking it under the lock of its conversation."""

from dataclasses import dataclass
from typing import Any

from batonpass.app.cases import locked, open_case
from batonpass.app.outcome import Env
from batonpass.app.ports import Tx
from batonpass.domain.case import Case
from batonpass.domain.due import DueKind


@dataclass(frozen=True, slots=True)
class Fired:
    """A due row's subject; `summary` for those that start a hand-off, made before the transaction."""

    ref: str
    summary: dict[str, Any] | None = None


def taken(tx: Tx, env: Env, kind: DueKind, ref: str, conversation_id: str | None) -> Case | None:
    """Lock the conversation, then take the timer if it is still there and due; None when it is not.

    In this order, as every use case locks; and under the lock, so that a timer set anew meanwhile stays.
    """
    case = open_case(tx, env, locked(tx, conversation_id)) if conversation_id else None
    return case if tx.take_due(kind, ref) else None
