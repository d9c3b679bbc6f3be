"""What was told to somebody while the morning went by: all that the simulation knows of its chats.

Nothing here is read from the store, so that what reports say of it can be compared.
"""

from collections import Counter
from dataclasses import dataclass, field

from batonpass.domain import events as e
from batonpass.domain.conversation import Entry
from batonpass.domain.handoff import Handoff
from batonpass.simulation.comparing import Heard

ROLES_WITH_SLOT = ("holder", "helper", "consulted")


@dataclass(slots=True)
class Stint:
    """Somebody's time in a chat, as it was told."""

    id: str
    agent_id: str
    role: str
    bot: bool
    live: bool = True


@dataclass(slots=True)
class Chat:
    """A conversation as it was told. `waiting_since` None: somebody has it, or it is on hold, or over."""

    id: str
    customer_id: str
    created_at: int
    entries: list[Entry] = field(default_factory=list)
    handoffs: dict[str, Handoff] = field(default_factory=dict)
    offers: dict[str, str] = field(default_factory=dict)
    stints: dict[str, Stint] = field(default_factory=dict)
    holder: Stint | None = None
    waiting_since: int | None = None
    closed: bool = False
    held: bool = False

    def stint_of(self, agent_id: str) -> Stint | None:
        """The live stint of an agent here."""
        return next((s for s in self.stints.values() if s.live and s.agent_id == agent_id), None)

    @property
    def last_seq(self) -> int:
        return self.entries[-1].seq if self.entries else 0


@dataclass
class Ledger:
    """All chats. `most_at_once`: of each agent, as how many it was in at one time in a role that weighs."""

    now: int = 0
    offer_ms: int = 0
    chats: dict[str, Chat] = field(default_factory=dict)
    made_at: dict[str, int] = field(default_factory=dict)
    intent: dict[str, str] = field(default_factory=dict)
    at_once: Counter[str] = field(default_factory=Counter)
    most_at_once: Counter[str] = field(default_factory=Counter)
    acknowledged: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    alerts: Counter[str] = field(default_factory=Counter)
    gaps: int = 0
    scores: dict[str, int | None] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)

    def begin(self, chat: Chat) -> None:
        """A chat that its customer has just been told of; it waits."""
        known = self.chats.setdefault(chat.id, chat)
        known.created_at, known.customer_id = chat.created_at, chat.customer_id
        if known.holder is None and not known.entries:
            known.waiting_since = chat.created_at

    def hear(self, effects: list[e.Effect]) -> None:
        """Note what a commit told."""
        for effect in effects:
            match effect:
                case e.EntriesWritten():
                    for entry in effect.entries:
                        self._entry(self._chat(effect.conversation_id), entry)
                case e.HandoffChanged(handoff):
                    self._chat(handoff.conversation_id).handoffs[handoff.id] = handoff
                case e.OfferChanged():
                    self._offer(effect)
                case e.SurveyAsked(survey):
                    self.scores.setdefault(survey.id, None)
                case e.AlertRaised(code):
                    self.alerts[code] += 1
                case _:
                    pass

    def _chat(self, conversation_id: str) -> Chat:
        return self.chats.setdefault(conversation_id, Chat(conversation_id, "", self.now))

    def _entry(self, chat: Chat, entry: Entry) -> None:
        """A timeline's next line; one that was told before is nothing new (a resend is told again)."""
        if entry.seq <= chat.last_seq:
            return
        self.gaps += entry.seq != chat.last_seq + 1
        chat.entries.append(entry)
        match str(entry.kind):
            case "added":
                self._came(chat, entry)
            case "removed":
                self._went(chat, entry)
            case "closed":
                chat.closed, chat.holder, chat.waiting_since, chat.held = True, None, None, False
            case "notice" if entry.data["notice"]["code"] in ("reopened", "hold_over"):
                chat.closed, chat.held, chat.waiting_since = False, False, self.now

    def _came(self, chat: Chat, entry: Entry) -> None:
        stint = Stint(str(entry.stint_id), str(entry.actor.id), entry.data["role"], entry.actor.type == "bot")
        chat.stints[stint.id] = stint
        if stint.role in ROLES_WITH_SLOT:
            self.at_once[stint.agent_id] += 1
            most = max(self.most_at_once[stint.agent_id], self.at_once[stint.agent_id])
            self.most_at_once[stint.agent_id] = most
        if stint.role == "holder":
            chat.holder, chat.waiting_since, chat.held = stint, None, False

    def _went(self, chat: Chat, entry: Entry) -> None:
        stint = chat.stints[str(entry.stint_id)]
        stint.live = False
        self.at_once[stint.agent_id] -= stint.role in ROLES_WITH_SLOT
        if chat.holder is stint:
            chat.holder = None
            chat.held = entry.data.get("reason") == "held"
            chat.waiting_since = None if chat.held else self.now

    def _offer(self, effect: e.OfferChanged) -> None:
        offers = self._chat(effect.conversation_id).offers
        if effect.made:
            offers[effect.offer_id] = "open"
            self.made_at[effect.offer_id] = self.now
        elif offers.get(effect.offer_id) == "open":
            ran_out = self.now >= self.made_at[effect.offer_id] + self.offer_ms
            offers[effect.offer_id] = self.intent.get(effect.offer_id, "expired" if ran_out else "withdrawn")

    def heard(self) -> list[Heard]:
        """Everything, to be compared with a report."""
        return [
            Heard(
                chat.id, chat.customer_id, chat.created_at, chat.entries, list(chat.handoffs.values()),
                list(chat.offers.values()),
            )
            for chat in self.chats.values()
        ]  # fmt: skip
