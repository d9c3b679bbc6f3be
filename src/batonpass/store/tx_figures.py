"""What reports count, written in the transactions of the use cases and read in whole windows of time."""

from collections.abc import Sequence

from sqlalchemy import select

from batonpass.domain.segments import Segment
from batonpass.store import rows
from batonpass.store import schema as s
from batonpass.store.statements import upsert
from batonpass.store.tx_base import Queries


class FigureQueries(Queries):
    """Segments, and the rows that insights are made of."""

    def open_segments(self, handoff_ids: Sequence[str]) -> list[Segment]:
        """The stretches of waiting of these hand-offs that have not ended."""
        g = s.segments.c
        wanted = select(s.segments).where(g.handoff_id.in_(handoff_ids), g.ended_at.is_(None))
        return [rows.value(Segment, row) for row in self.rows(wanted)]

    def put_segments(self, segments: Sequence[Segment]) -> None:
        """Write segments, the ended ones first."""
        for segment in segments:
            self.do(upsert(s.segments, self.dialect), rows.columns(segment))
