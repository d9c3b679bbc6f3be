"""What the customer gets beside the talk: places in the queue, contacts, questions, receipts, dispositions."""

from sqlalchemy import case, select

from batonpass.app.ports_customer import Waiting
from batonpass.store import schema as s
from batonpass.store.tx_base import Queries


class CustomerQueries(Queries):
    """Rows that no hand-off needs."""

    # Waits

    def recent_waits(self, queue_id: str, since: int, limit: int) -> list[int]:
        """How long the last passes of this queue that a person took waited for one, in ms, the newest first.

        A warm transfer is none of them: it completes when the two have talked.
        """
        h, a = s.handoffs.c, s.agents.c
        # A wish for a person while one waits already is a new hand-off of the same wait.
        began = case((h.kind == "escalation", h.waiting_key), else_=h.created_at)
        wanted = (
            select(h.ended_at - began)
            .join(s.agents, a.id == h.receiver_agent_id)
            .where(
                h.queue_id == queue_id,
                h.state == "completed",
                h.ended_at >= since,
                h.leave != "on_complete",
                h.kind.not_in(["invitation", "consultation", "promotion", "take_over"]),
                a.kind == "representative",
            )
            .order_by(h.ended_at.desc())
            .limit(limit)
        )
        return [int(wait) for wait in self.connection.execute(wanted).scalars()]

    def waiting_customers(self, queue_id: str, limit: int) -> list[Waiting]:
        """The first `limit` places of a queue, in the matcher's order.

        A customer whom somebody still holds takes a place, and is not told of it.
        """
        h, c = s.handoffs.c, s.conversations.c
        wanted = (
            select(c.status, c.customer_id, h.conversation_id, h.id, h.seeks, h.waiting_key)
            .join(s.conversations, c.id == h.conversation_id)
            .where(h.queue_id == queue_id, h.state.in_(["queued", "offered"]))
            .order_by(h.priority.desc(), h.waiting_key, h.id)
            .limit(limit)
        )
        return [
            Waiting(
                row["customer_id"],
                row["conversation_id"],
                row["id"],
                row["seeks"],
                queue_id,
                place,
                row["waiting_key"],
            )
            for place, row in enumerate(self.rows(wanted), 1)
            if row["status"] == "open"
        ]
