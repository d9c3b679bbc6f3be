"""Segments are kept with every case, in its own transaction; most cases have none, and cost nothing."""

from batonpass.app.ports import Tx
from batonpass.domain import segments
from batonpass.domain.case import Case


def keep_segments(tx: Tx, case: Case) -> None:
    """Write the stretches of waiting that end and begin with this transaction."""
    waited = segments.changed(case)
    if waited:
        before = tx.open_segments([i for i in waited if i in case.loaded_handoffs])
        tx.put_segments(segments.changes(case, before))
