"""Commands that clients might send now, drawn from what there is by small numbers.

A number draws the same command in the same situation, so that a game is a list of numbers.
"""

from typing import Any, TypeVar

from batonpass.app import answers, customers, going, handoffs, messages, presence
from batonpass.app.switchboard import UseCase
from batonpass.domain.conversation import Stint
from batonpass.domain.handoff import SHARES, Kind, Leave, Offer, Seeks, Target, TargetType
from tests.support.ground import Ground
from tests.support.houses import CUSTOMERS, NAMES
from tests.support.laws import Talk

T = TypeVar("T")
Command = tuple[UseCase[Any], Any]

TARGETS = [
    None,
    Target(TargetType.NEXT),
    Target(TargetType.NEXT, "q1"),
    Target(TargetType.QUEUE, "q1"),
    Target(TargetType.QUEUE, "q2"),
    Target(TargetType.QUEUE, "q3"),
    Target(TargetType.QUEUE, "nowhere"),
    Target(TargetType.PREVIOUS),
    *(Target(TargetType.AGENT, name) for name in NAMES),
]


class Commands:
    """What could be sent in a ground as it was judged last; None where there is nothing to send it about."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground

    def talk(self, n: int) -> Talk | None:
        """An open conversation, for high numbers any."""
        talks = self.ground.seen.talks
        return pick([t for t in talks if t.row.status != "closed" or n > 9][::-1], n)

    def stint(self, n: int, *, live: bool) -> Stint | None:
        found = [stint for talk in self.ground.seen.talks for stint in talk.stints]
        return pick([stint for stint in found if stint.state == "live" or not live][::-1], n)

    def offer(self, n: int, *, still_open: bool) -> Offer | None:
        offers = [o for talk in self.ground.seen.talks for o in talk.offers]
        return pick([o for o in offers if o.state == "open" or not still_open][::-1], n)

    def text(self) -> dict[str, Any]:
        return {"type": "text", "text": f"<{self.ground.memory.next()}>"}

    def key(self) -> str:
        return f"k{self.ground.memory.next()}"

    def says(self, n: int, how: int) -> Command | None:
        """An agent speaks, in a live stint or late, under a turn's id or its own."""
        stint = self.stint(n, live=how < 6)
        if stint is None:
            return None
        turns = [t for talk in self.ground.seen.talks for t in talk.turns if t.stint_id == stint.id]
        turns = [t for t in turns if t.state != "gathering"]  # nobody was told of those yet
        turn = pick(turns[::-1], how // 2 % 2)
        client_id = self.key()
        if stint.bot and how in (0, 1) and turn is None:
            client_id = f"greet:{stint.id}"
        elif stint.bot and how < 4 and turn is not None:
            client_id = f"greet:{stint.id}" if turn.kind == "greet" else f"re:{turn.id}:{1 + how % 2}"
        cid = stint.conversation_id
        return messages.agent_send, messages.AgentSays(stint.agent_id, cid, stint.id, client_id, self.text())

    def writes(self, n: int) -> Command | None:
        talk = self.talk(n)
        if talk is None:
            return None
        said = messages.CustomerSays(talk.row.customer_id, talk.id, self.key(), self.text())
        return messages.customer_send, said

    def speaker(self, n: int, kind: Kind, how: int) -> Stint | None:
        """Who may ask for this; for high `how` anybody, who is refused."""
        roles = ("holder", "helper") if kind in SHARES else ("holder",)
        live = [stint for talk in self.ground.seen.talks for stint in talk.live if stint.role in roles]
        return pick(live[::-1], n) if how < 9 else self.stint(n, live=how < 11)

    def asks(
        self,
        n: int,
        kind: Kind,
        target: Target | None,
        how: int,
        *,
        leave: Leave | None = None,
        seeks: Seeks | None = None,
        replace: bool = False,
    ) -> Command | None:
        """A pass or an invitation; `how` says whether with a note."""
        stint = self.speaker(n, kind, how)
        if stint is None:
            return None
        note = self.text()["text"] if how % 3 else ""
        self.ground.memory.notes += [note] if note else []
        asked = handoffs.AskedByAgent(
            stint.agent_id, stint.conversation_id, stint.id, self.key(), kind, target, leave, seeks,
            note=note, replace=replace,
        )  # fmt: skip
        return handoffs.ask, asked

    def of_handoff(self, n: int, does: str, how: int) -> Command | None:
        """The giver, or for some the holder, completes or takes back what is pending; for high `how` anything."""
        found = [(talk, h) for talk in self.ground.seen.talks for h in talk.handoffs if h.giver_agent_id]
        wanted = [(t, h) for t, h in found if h in t.pending and (does == "cancel" or h.state == "accepted")]
        picked = pick((wanted if how < 9 else found)[::-1], n)
        if picked is None:
            return None
        talk, handoff = picked
        holder = talk.stint(talk.row.holder)
        agent_id = holder.agent_id if holder and how % 3 == 2 else str(handoff.giver_agent_id)
        use_case: UseCase[Any] = handoffs.complete if does == "complete" else handoffs.cancel
        return use_case, handoffs.OfHandoff(agent_id, handoff.id)

    def whispers(self, n: int, how: int) -> Command | None:
        """Words to representatives, or to those who are named."""
        stint = self.stint(n, live=how < 11)
        if stint is None:
            return None
        here = sorted(t.agent_id for talk in self.ground.seen.talks if talk.id == stint.conversation_id
                      for t in talk.live)  # fmt: skip
        named = tuple(here[: how % 3]) if how < 10 else ("R1", "nobody")
        cid, said = stint.conversation_id, self.text()
        return messages.whisper, messages.AgentWhispers(
            stint.agent_id, cid, stint.id, self.key(), said, named
        )

    def leaves(self, n: int, *, resolved: bool) -> Command | None:
        stint = self.stint(n, live=n < 11)
        if stint is None:
            return None
        return going.leave, going.Leaves(stint.agent_id, stint.id, stint.conversation_id, resolved)

    def removes(self, n: int, how: int) -> Command | None:
        """The holder takes somebody out; for high `how` somebody tries who does not hold."""
        live = [stint for talk in self.ground.seen.talks for stint in talk.live]
        other = pick([s for s in live if s.role != "holder" or how > 9][::-1], n)
        if other is None:
            return None
        cid = other.conversation_id
        by = next((s for s in live if s.conversation_id == cid and (s.role == "holder") is (how < 11)), other)
        return going.remove, going.Removes(by.agent_id, by.id, cid, other.id)

    def wants_human(self, n: int) -> Command | None:
        talk = self.talk(n)
        if talk is None:
            return None
        return handoffs.ask_for_human, handoffs.AskedByCustomer(talk.row.customer_id, talk.id, self.key())

    def accepts(self, n: int, how: int) -> Command | None:
        offer = self.offer(n, still_open=how < 9)
        return (answers.accept, answers.OfferAnswer(offer.agent_id, offer.id)) if offer else None

    def starts(self, n: int, queue: str) -> Command:
        start = customers.StartChat(f"c{n % CUSTOMERS}", self.key(), {"to": queue})
        return customers.start_chat, start

    def ends(self, n: int) -> Command | None:
        talk = self.talk(n)
        return (customers.end_chat, customers.EndChat(talk.row.customer_id, talk.id)) if talk else None

    def declines(self, n: int, how: int) -> Command | None:
        offer = self.offer(n, still_open=how < 9)
        return (answers.decline, answers.OfferAnswer(offer.agent_id, offer.id)) if offer else None

    def notes(self, n: int) -> Command | None:
        stint = self.stint(n, live=n < 9)
        if stint is None:
            return None
        text = self.text()["text"]
        self.ground.memory.notes.append(text)
        note = messages.AgentNotes(stint.agent_id, stint.conversation_id, stint.id, self.key(), text)
        return messages.add_note, note

    def of_stint(self, use_case: UseCase[Any], n: int) -> Command | None:
        stint = self.stint(n, live=False)
        return (use_case, messages.OfStint(stint.agent_id, stint.id)) if stint else None

    def of_turn(self, use_case: UseCase[Any], n: int) -> Command | None:
        turns = [t for talk in self.ground.seen.talks for t in talk.turns]
        turn = pick(turns[::-1], n)
        return (use_case, presence.OfTurn(turn.agent_id, turn.id)) if turn else None


def pick(found: list[T], n: int) -> T | None:
    return found[n % len(found)] if found else None
