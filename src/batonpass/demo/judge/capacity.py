"""Law 5: no representative ever has more conversations than slots, counted from what its own client says and hears.

An end is heard of after it happened, and ends and beginnings may be told crossed. So a conversation counts only
while it surely uses a slot: from the frame that told the client of it to the first frame that may have caused its
end. That is never longer than the truth, and an excess that lasts is still an excess.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from .record import Finding, Happening, Record, good
from .views import ACTED, ADDED, CONTEXT

KEEPS_A_SLOT = {"holder", "helper", "consulted"}
FOREVER = float("inf")
# An end that others caused (the receiver is in, the holder removed a helper) was this much earlier at most than
# the frame that told of it: what is pushed after a commit is on the wire well before.
HEARD_LATE_MS = 1_000.0


@dataclass(slots=True)
class Use:
    """A conversation in hand, surely, from `begin` to `end` (milliseconds of the tap).

    `mine`: this very agent has said what ends it.
    """

    conversation: str
    begin: float
    end: float = FOREVER
    stint: str = ""
    mine: bool = False


class Hands:
    """What one representative surely has in hand, frame by frame.

    `over`: when customers ended their chats. `forced`: what a supervisor has put on top, which does not count.
    """

    def __init__(
        self, capacity: int, wrap_up_ms: float, over: dict[str, float], forced: frozenset[str] = frozenset()
    ) -> None:
        self.capacity = capacity
        self.forced = forced
        self.uses: list[Use] = []
        self.said: list[str] = []
        self._wrap_up_ms = wrap_up_ms
        self._over = over
        self._open: dict[str, Use] = {}
        self._offers: dict[str, str] = {}
        self._stints: dict[str, str] = {}
        self._observed: set[str] = set()

    def take(self, happening: Happening) -> None:
        """Take one frame into account, or the loss of the connection."""
        if happening.kind == "closed":
            for conversation in list(self._open):
                self._end(conversation, happening.at)
        elif happening.kind == "says":
            self._says(happening)
        elif happening.kind == "answered" and happening.name == "offer.accept":
            self._accepted(happening)
        elif happening.kind == "hears":
            self._hears(happening)

    def _says(self, happening: Happening) -> None:
        body, at = happening.body, happening.at
        match happening.name:
            case "offer.decline":
                self._end(self._offers.get(body["offer_id"], ""), at)
            case "conversation.resolve" | "conversation.leave":
                self._gives_up(body["conversation_id"], at)
            case "handoff.complete":
                self._gives_up(body["conversation_id"], at)
            case "handoff.request" if _ends_stint(body):
                self._gives_up(body["conversation_id"], at)
            case "wrapup.finish":
                self._end(self._stints.get(body["stint_id"], ""), at)

    def _accepted(self, happening: Happening) -> None:
        """What was an offer with a deadline is now a claim without one, or, refused, nothing at all."""
        conversation = self._offers.get(happening.request["offer_id"], "")
        if good(happening.body):
            self._until(conversation, FOREVER)
        else:
            self._end(conversation, happening.at)

    def _hears(self, happening: Happening) -> None:
        data, at = happening.body.get("data") or {}, happening.at
        match happening.name:
            case "offer.made":
                self._offer(data["offer"], at)
            case "offer.ended":
                if data["state"] != "accepted":
                    self._end(self._offers.get(data["offer_id"], ""), at)
            case "stint.updated":
                self._updated(data["stint"], at)
            case "session.snapshot":
                self._snapshot(data, at)
            case _ if happening.name == ADDED and data.get("role") == "observer":
                self._observed.add(str(data.get("stint_id")))
            case _ if happening.name == CONTEXT and data["stint_id"] not in self._observed:
                self._stint(data["stint_id"], happening.body["conversation_id"], at)

    def _updated(self, stint: dict[str, object], at: float) -> None:
        """A stint's end; one that a later stint of this agent there has followed tells nothing of the slot."""
        conversation = str(stint["conversation_id"])
        use = self._open.get(conversation)
        if use is None or use.stint not in ("", stint["stint_id"]):
            return
        happened = at if use.mine else at - HEARD_LATE_MS
        if stint["state"] == "ended":
            self._end(conversation, happened)
        elif stint["state"] == "wrap_up":
            use.end = min(use.end, happened + self._wrap_up_ms)

    def _offer(self, offer: dict[str, object], at: float) -> None:
        conversation = str(offer["conversation_id"])
        self._offers[str(offer["offer_id"])] = conversation
        left = offer.get("ends_in_ms", 0)
        # Half of its time: the frame was on its way for some of the rest.
        self._begin(conversation, at, at + (left if isinstance(left, int) else 0) / 2)

    def _stint(self, stint: str, conversation: str, at: float) -> None:
        self._stints[stint] = conversation
        self._begin(conversation, at, FOREVER)
        self._open[conversation].stint = stint

    def _snapshot(self, data: dict[str, object], at: float) -> None:
        stints, offers, used = data.get("stints"), data.get("offers"), data.get("slots_used")
        for stint in stints if isinstance(stints, list) else []:
            # In wrap-up it may be over any moment: it proves nothing.
            if stint["state"] == "live" and stint["role"] in KEEPS_A_SLOT:
                self._stint(stint["stint_id"], stint["conversation_id"], at)
        for offer in offers if isinstance(offers, list) else []:
            self._offer(offer, at)
        if isinstance(used, int) and used > self.capacity + len(self.forced):
            self.said.append(f"the snapshot says {used} slots used of {self.capacity}")

    def _begin(self, conversation: str, at: float, end: float) -> None:
        use = self._open.get(conversation)
        if use is not None and use.end >= at:
            use.end = max(use.end, end)
            return
        use = self._open[conversation] = Use(conversation, at, end)
        self.uses.append(use)

    def _gives_up(self, conversation: str, at: float) -> None:
        self._until(conversation, at + self._wrap_up_ms)
        if conversation in self._open:
            self._open[conversation].mine = True

    def _until(self, conversation: str, end: float) -> None:
        use = self._open.get(conversation)
        if use is not None:
            use.end = end

    def _end(self, conversation: str, at: float) -> None:
        use = self._open.pop(conversation, None)
        if use is not None:
            use.end = max(use.begin, min(use.end, at))

    def excesses(self) -> Iterator[str]:
        """Yield each moment at which a conversation came on top of as many as there are slots."""
        for use in self.uses:
            there = {
                other.conversation
                for other in self.uses
                if other.begin <= use.begin < min(other.end, self._over.get(other.conversation, FOREVER))
            } - self.forced
            if len(there) > self.capacity:
                yield f"{len(there)} conversations in hand of {self.capacity}: {', '.join(sorted(there))}"


def _ends_stint(request: dict[str, object]) -> bool:
    """Whether a request may end its giver's stint without another word of the giver: all but to share the baton.

    Who leaves when the receiver is in hears of it afterwards, so until then only the slot's use is sure.
    """
    kind, leave = request.get("kind"), request.get("leave")
    if kind in ("invitation", "consultation"):
        return False
    return (leave or ("on_accept" if kind == "transfer" else "now")) == "now"


def _forced(record: Record, name: str) -> frozenset[str]:
    """Conversations that a supervisor has explicitly put on this agent, or taken, above its capacity."""
    agent_id, logged = record.agent_ids().get(name), _logged(record)
    found = set()
    for client in record.agents():
        for happening in record.of(client):
            asked = happening.request or {}
            taken = happening.name == "conversation.take_over" and client == name
            given = happening.name == "conversation.assign" and asked.get("agent_id") == agent_id
            if happening.kind == "answered" and (taken or given) and asked.get("force"):
                found.add(asked["conversation_id"])
    return frozenset(found & logged)


def _logged(record: Record) -> set[str]:
    """Conversations in which a supervisor's act over capacity is logged, or was answered as one."""
    found = set()
    for client in record.agents():
        for happening in record.of(client):
            body = happening.body if isinstance(happening.body, dict) else {}
            if happening.name == ACTED and body["data"].get("over_capacity"):
                found.add(str(body["conversation_id"]))
            elif happening.kind == "answered" and good(body) and body.get("over_capacity"):
                found.add(happening.request["conversation_id"])
    return found


def violations(record: Record) -> list[Finding]:
    """Return a finding for each excess of each representative."""
    over = {
        happening.body["conversation_id"]: happening.at
        for client in record.customers()
        for happening in reversed(record.of(client))
        if happening.kind == "says" and happening.name == "conversation.end"
    }
    findings = []
    for client in record.plan.clients.values():
        if client.capacity is None or client.customer:
            continue
        hands = Hands(client.capacity, record.plan.wrap_up_ms, over, _forced(record, client.name))
        for happening in record.of(client.name):
            hands.take(happening)
        what = [*dict.fromkeys(hands.said), *hands.excesses()]
        findings += [Finding("capacity_violations", "", client.name, said) for said in what]
    return findings
