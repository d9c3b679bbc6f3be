"""The parts of a case: stints, hand-offs, offers, turns, slots. Written only from a decided case."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Select, delete, select, tuple_, update

from batonpass.domain.agents import SlotUse
from batonpass.domain.conversation import Stint, Turn
from batonpass.domain.handoff import ENDS, REASONS, TABLE, Exclusions, Handoff, Offer
from batonpass.store import rows
from batonpass.store import schema as s
from batonpass.store.statements import insert_ignore, open_stints, upsert
from batonpass.store.tx_base import Queries

PENDING = sorted(str(state) for state in TABLE if state not in ENDS)


class CaseQueries(Queries):
    """Reads and writes of what surrounds a conversation's row."""

    # Stints

    def stints_in(self, conversation_id: str) -> list[Stint]:
        """Stints of a conversation that have not ended."""
        return [rows.value(Stint, row) for row in self.rows(open_stints(), key=conversation_id)]

    def all_stints_in(self, conversation_id: str) -> list[Stint]:
        t = s.stints.c
        wanted = (
            select(s.stints).where(t.conversation_id == conversation_id).order_by(t.started_at, t.epoch, t.id)
        )
        return [rows.value(Stint, row) for row in self.rows(wanted)]

    def stint(self, stint_id: str) -> Stint | None:
        row = self.row(select(s.stints).where(s.stints.c.id == stint_id))
        return rows.value(Stint, row) if row else None

    def stints_of(self, agent_id: str) -> list[Stint]:
        """Stints of an agent that have not ended, over all conversations."""
        t = s.stints.c
        wanted = select(s.stints).where(t.agent_id == agent_id, t.state.in_(["live", "wrap_up"]))
        return [rows.value(Stint, row) for row in self.rows(wanted.order_by(t.started_at, t.id))]

    def last_stint(self, conversation_id: str, agent_id: str) -> Stint | None:
        t = s.stints.c
        wanted = (
            select(s.stints)
            .where(t.conversation_id == conversation_id, t.agent_id == agent_id)
            .order_by(t.started_at.desc(), t.epoch.desc(), t.id.desc())
            .limit(1)
        )
        row = self.row(wanted)
        return rows.value(Stint, row) if row else None

    def put_stint(self, stint: Stint) -> None:
        self.do(upsert(s.stints, self.dialect), rows.columns(stint))

    # Hand-offs

    def handoffs_in(self, conversation_id: str) -> list[Handoff]:
        """Pending hand-offs of a conversation."""
        h = s.handoffs.c
        return self._handoffs(
            select(s.handoffs).where(h.conversation_id == conversation_id, h.state.in_(PENDING))
        )

    def all_handoffs_in(self, conversation_id: str) -> list[Handoff]:
        h = s.handoffs.c
        wanted = select(s.handoffs).where(h.conversation_id == conversation_id)
        return self._handoffs(wanted.order_by(h.created_at, h.id))

    def handoff(self, handoff_id: str) -> Handoff | None:
        return next(iter(self._handoffs(select(s.handoffs).where(s.handoffs.c.id == handoff_id))), None)

    def asked(self, conversation_id: str, sender: str, client_id: str) -> tuple[Handoff, bool] | None:
        """What this request met when it was sent before: its hand-off, and whether that was there already."""
        a = s.asks.c
        row = self.row(
            select(a.handoff_id, a.already).where(
                a.conversation_id == conversation_id, a.sender == sender, a.client_id == client_id
            )
        )
        found = self.handoff(row["handoff_id"]) if row else None
        return (found, bool(row["already"])) if row and found else None

    def note_asked(
        self, conversation_id: str, sender: str, client_id: str, handoff_id: str, *, already: bool
    ) -> None:
        """Remember what a request met, for when it is sent again."""
        values = {
            "conversation_id": conversation_id,
            "sender": sender,
            "client_id": client_id,
            "handoff_id": handoff_id,
            "already": already,
        }
        self.do(s.asks.insert(), values)

    def last_given_by(self, agent_id: str) -> Handoff | None:
        """The hand-off of this agent's that ended last."""
        h = s.handoffs.c
        wanted = select(s.handoffs).where(h.giver_agent_id == agent_id, h.ended_at.is_not(None))
        return next(iter(self._handoffs(wanted.order_by(h.ended_at.desc(), h.id.desc()).limit(1))), None)

    def agents_at_work(self) -> list[str]:
        """Agents with a live stint anywhere."""
        t = s.stints.c
        wanted = select(t.agent_id).where(t.state == "live").distinct().order_by(t.agent_id)
        return [str(agent_id) for agent_id in self.connection.execute(wanted).scalars()]

    def handoffs_given_by(self, agent_id: str) -> list[Handoff]:
        """Pending hand-offs whose giver this agent is."""
        h = s.handoffs.c
        return self._handoffs(select(s.handoffs).where(h.giver_agent_id == agent_id, h.state.in_(PENDING)))

    def _handoffs(self, wanted: Select[tuple[object, ...]]) -> list[Handoff]:
        found = self.rows(wanted)
        excluded = self._exclusions([row["id"] for row in found])
        return [rows.handoff(row, excluded[row["id"]]) for row in found]

    def _exclusions(self, handoff_ids: Sequence[str]) -> dict[str, Exclusions]:
        sets: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        if handoff_ids:
            x = s.exclusions.c
            found = select(x.handoff_id, x.reason, x.agent_id).where(x.handoff_id.in_(handoff_ids))
            for handoff_id, reason, agent_id in self.connection.execute(found):
                sets[handoff_id][reason].add(agent_id)
        return {
            handoff_id: Exclusions(**{name: frozenset(sets[handoff_id][name]) for name in REASONS})
            for handoff_id in handoff_ids
        }

    def put_handoff(self, handoff: Handoff) -> None:
        self.do(upsert(s.handoffs, self.dialect), rows.handoff_columns(handoff))

    def exclude(self, handoff_id: str, reason: str, agent_ids: Iterable[str]) -> None:
        """Leave agents out of a hand-off from now on. Those left out before are not named again: they may be back."""
        values = [
            {"handoff_id": handoff_id, "agent_id": agent_id, "reason": reason}
            for agent_id in sorted(agent_ids)
        ]
        if values:
            self.do(insert_ignore(s.exclusions, self.dialect), values)

    # Offers

    def offers_in(self, conversation_id: str) -> list[Offer]:
        """Open offers of a conversation."""
        o = s.offers.c
        return self._offers(select(s.offers).where(o.conversation_id == conversation_id, o.state == "open"))

    def offer(self, offer_id: str) -> Offer | None:
        return next(iter(self._offers(select(s.offers).where(s.offers.c.id == offer_id))), None)

    def offers_of(self, agent_id: str) -> list[Offer]:
        """Open offers of an agent."""
        o = s.offers.c
        return self._offers(select(s.offers).where(o.agent_id == agent_id, o.state == "open"))

    def open_offers(self) -> list[Offer]:
        return self._offers(select(s.offers).where(s.offers.c.state == "open"))

    def _offers(self, wanted: Select[tuple[object, ...]]) -> list[Offer]:
        return [rows.value(Offer, row) for row in self.rows(wanted.order_by(s.offers.c.id))]

    def renew_offer(self, offer_id: str, deadline_at: int) -> None:
        """Give an open offer its time again, after a restart."""
        self.do(update(s.offers).where(s.offers.c.id == offer_id).values(deadline_at=deadline_at))

    def put_offer(self, offer: Offer) -> None:
        self.do(upsert(s.offers, self.dialect), rows.columns(offer))

    # Turns

    def turns_in(self, conversation_id: str) -> list[Turn]:
        """Turns of a conversation that have not ended."""
        t = s.turns.c
        live = select(s.stints.c.id).where(
            s.stints.c.conversation_id == conversation_id, s.stints.c.state == "live"
        )
        return self._turns(select(s.turns).where(t.stint_id.in_(live), t.state != "ended"))

    def turn(self, turn_id: str) -> Turn | None:
        return next(iter(self._turns(select(s.turns).where(s.turns.c.id == turn_id))), None)

    def turns_of(self, agent_id: str) -> list[Turn]:
        """Turns an agent owes now."""
        t = s.turns.c
        return self._turns(select(s.turns).where(t.agent_id == agent_id, t.state == "open"))

    def open_turns(self) -> list[Turn]:
        return self._turns(select(s.turns).where(s.turns.c.state == "open"))

    def gathering_turns(self) -> list[str]:
        """The ids of turns that wait for their quiet window to close."""
        t = s.turns.c
        found = select(t.id).where(t.state == "gathering").order_by(t.id)
        return [str(turn_id) for turn_id in self.connection.execute(found).scalars()]

    def _turns(self, wanted: Select[tuple[object, ...]]) -> list[Turn]:
        return [rows.value(Turn, row) for row in self.rows(wanted)]

    def renew_turn(self, turn_id: str, deadline_at: int) -> None:
        """Give an open turn its time again, after a restart."""
        self.do(update(s.turns).where(s.turns.c.id == turn_id).values(deadline_at=deadline_at))

    def put_turn(self, turn: Turn) -> None:
        self.do(upsert(s.turns, self.dialect), rows.columns(turn))

    # Slots and the ladder

    def slots_in(self, conversation_id: str) -> list[SlotUse]:
        wanted = select(s.slots).where(s.slots.c.conversation_id == conversation_id)
        return [rows.value(SlotUse, row) for row in self.rows(wanted)]

    def free_slots(self, uses: Sequence[SlotUse]) -> None:
        """Give back slots, each only where it is this conversation's."""
        if uses:
            keys = [(use.agent_id, use.conversation_id) for use in uses]
            self.do(delete(s.slots).where(tuple_(s.slots.c.agent_id, s.slots.c.conversation_id).in_(keys)))

    def take_slots(self, uses: Sequence[SlotUse]) -> None:
        """Insert slots. One that is taken already is an error of the database: nobody goes over capacity (law 5)."""
        if uses:
            self.do(s.slots.insert(), [rows.columns(use) for use in uses])

    def passed_on(self, conversation_id: str) -> set[tuple[str, str]]:
        """Pairs (queue, agent): who passed this conversation on, in which queue."""
        p = s.passed_on.c
        found = select(p.queue_id, p.agent_id).where(p.conversation_id == conversation_id)
        return {(queue_id, agent_id) for queue_id, agent_id in self.connection.execute(found)}

    def pass_on(self, conversation_id: str, steps: Sequence[tuple[str, str]]) -> None:
        if steps:
            values = [
                {"conversation_id": conversation_id, "queue_id": queue_id, "agent_id": agent_id}
                for queue_id, agent_id in steps
            ]
            self.do(insert_ignore(s.passed_on, self.dialect), values)
