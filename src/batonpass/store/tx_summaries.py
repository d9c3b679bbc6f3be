"""Summaries: every version that was made of a hand-off, or of a stint that ended."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, delete, select, update

from batonpass.app.ports import StoredSummary
from batonpass.store import schema as s
from batonpass.store.tx_base import Queries


class SummaryQueries(Queries):
    """A hand-off's newest one stands on its own row too, where its readers look."""

    def add_summary(self, summary: StoredSummary) -> None:
        """Keep one more version. One that is there already is an error of the database."""
        self.do(
            s.summaries.insert(),
            {
                "ref": summary.ref,
                "version": summary.version,
                "conversation_id": summary.conversation_id,
                "purpose": summary.purpose,
                "summary": summary.summary,
                "edited": summary.edited,
                "made_at": summary.made_at,
            },
        )

    def last_summary(self, ref: str) -> StoredSummary | None:
        """The newest version of what `ref` names, or None."""
        m = s.summaries.c
        found = self._summaries(select(s.summaries).where(m.ref == ref).order_by(m.version.desc()).limit(1))
        return next(iter(found), None)

    def summaries_in(self, conversation_id: str) -> list[StoredSummary]:
        """Every version of every one of a conversation, the oldest first."""
        m = s.summaries.c
        wanted = select(s.summaries).where(m.conversation_id == conversation_id)
        return self._summaries(wanted.order_by(m.made_at, m.ref, m.version))

    def edit_summary(self, ref: str, version: int, text: str) -> None:
        """Keep an agent's own text beside the made one."""
        m = s.summaries.c
        self.do(update(s.summaries).where(m.ref == ref, m.version == version).values(edited=text))

    def set_handoff_summary(self, handoff_id: str, version: int, summary: dict[str, Any]) -> None:
        """Let a hand-off tell this one; the higher version wins."""
        h = s.handoffs.c
        wanted = update(s.handoffs).where(h.id == handoff_id, h.summary_version < version)
        self.do(wanted.values(summary=summary, summary_version=version, summary_flagged=False))

    def withdraw_summaries(self, conversation_id: str, refs: Sequence[str], nothing: dict[str, Any]) -> None:
        """Forget what was told of these, every version: it may hold what must not be read any more.

        An agent's own text stays, beside `nothing`.
        """
        m, h = s.summaries.c, s.handoffs.c
        mine = (m.conversation_id == conversation_id, m.ref.in_(refs))
        self.do(delete(s.summaries).where(*mine, m.edited.is_(None)))
        self.do(update(s.summaries).where(*mine, m.edited.is_not(None)).values(summary=nothing))
        self.do(
            update(s.handoffs)
            .where(h.conversation_id == conversation_id, h.id.in_(refs))
            .values(summary=None, summary_version=h.summary_version + 1, summary_flagged=False)
        )

    def flag_summary(self, handoff_id: str) -> None:
        """Note that an agent called a hand-off's summary wrong."""
        self.do(update(s.handoffs).where(s.handoffs.c.id == handoff_id).values(summary_flagged=True))

    def _summaries(self, wanted: Select[tuple[object, ...]]) -> list[StoredSummary]:
        return [StoredSummary(**row) for row in self.rows(wanted)]
