"""Law 6: every hand-off ends. And how many there were, of which kind, and how long they took."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from .joins import Join, Joins
from .record import Finding, Happening, Record, good
from .views import ACTED, CLOSED, CONTEXT, REMOVED

FOREVER = float("inf")
ENDS = {"completed", "cancelled", "failed", "returned"}
SHARES = {"invitation", "consultation"}
REQUEST = "handoff.request"
# A read is answered from before an acceptance and comes after somebody heard of that, by this much at most.
HEARD_LATE_MS = 1_000.0


@dataclass(slots=True)
class Handoff:
    """One hand-off, as far as anybody heard of it. `asked_at` and `joined_at`: the tap's milliseconds.

    `asked` is the giver's request, if there was one. `told` are the latest words of the server.
    """

    id: str
    conversation: str = ""
    kind: str = ""
    state: str = ""
    asked_at: float | None = None
    joined_at: float | None = None
    summary: bool = False
    asked: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    told_at: float = -1.0
    queues: set[str] = field(default_factory=set)
    heard_at: float = FOREVER
    taken_at: float = FOREVER
    joined_by: str = ""


Handoffs = dict[str, Handoff]


def collect(record: Record, joins: Joins) -> Handoffs:
    """Return the hand-offs by id, from requests, offers, contexts, updates and snapshots."""
    found: Handoffs = {}
    requests: dict[tuple[str, str], float] = {}
    for client, happenings in record.happenings.items():
        for happening in happenings:
            if happening.name in (REQUEST, "human.request"):
                _asked(found, requests, client, happening)
            elif happening.kind == "hears":
                for told in _told(happening):
                    _learn(found, told, happening.at)
    for join in joins.values():
        if join.handoff and join.first("added") is not None:
            _joined(found[join.handoff["handoff_id"]], join)
    _unheard_arrivals(record, found)
    _began(record, found)
    return found


def _joined(handoff: Handoff, join: Join) -> None:
    """Who takes the baton, or comes in as asked, completes it; the receiver of a warm transfer does not yet."""
    packet = join.first("added")
    assert packet is not None
    if join.role == "holder" or handoff.kind in SHARES or join.role == "helper":
        handoff.state = "completed"
        handoff.joined_by = join.client
    handoff.joined_at = min(handoff.joined_at or packet.at, packet.at)


def _unheard_arrivals(record: Record, found: Handoffs) -> None:
    """Every conversation arrives. The customer's request may replace the arrival before any agent hears of it."""
    heard = {handoff.conversation for handoff in found.values() if handoff.kind == "arrival"}
    others = {handoff.conversation for handoff in found.values()} - heard
    for conversation in record.plan.conversations:
        if conversation not in heard:
            state = "cancelled" if conversation in others else ""
            found[f"arrival of {conversation}"] = Handoff("", conversation, "arrival", state)


def _asked(
    found: Handoffs, requests: dict[tuple[str, str], float], client: str, happening: Happening
) -> None:
    """A request counts from its first frame: outages and resends are part of the time it takes."""
    if happening.kind == "says":
        requests.setdefault((client, happening.body["client_id"]), happening.at)
    elif happening.kind == "answered" and good(happening.body):
        asked = happening.request
        handoff = found.setdefault(happening.body["handoff_id"], Handoff(happening.body["handoff_id"]))
        handoff.conversation = handoff.conversation or asked["conversation_id"]
        handoff.kind = handoff.kind or asked.get("kind", "escalation")
        handoff.asked = handoff.asked or (asked if happening.name == REQUEST else {})
        asked_at = requests[client, asked["client_id"]]
        handoff.asked_at = min(handoff.asked_at or asked_at, asked_at)


def _told(happening: Happening) -> list[dict[str, Any]]:
    data = (happening.body or {}).get("data") or {}
    match happening.name:
        case "handoff.updated":
            return [data["handoff"]]
        case "offer.made":
            return [data["offer"]["handoff"]]
        case "session.snapshot":
            return [*data.get("handoffs", []), *(offer["handoff"] for offer in data.get("offers", []))]
        case _ if happening.name == CONTEXT:
            return [data["handoff"]]
    return []


def _learn(found: Handoffs, told: dict[str, Any], at: float) -> None:
    """Take what the server says. An invitation may become a pass, so the latest word on the kind counts."""
    handoff = found.setdefault(told["handoff_id"], Handoff(told["handoff_id"]))
    handoff.conversation = handoff.conversation or told.get("conversation_id", "")
    handoff.heard_at = min(handoff.heard_at, at)
    if told.get("state") in {*ENDS, "accepted"}:
        handoff.taken_at = min(handoff.taken_at, at)
    if at >= handoff.told_at:
        handoff.kind = told.get("kind") or handoff.kind
        handoff.told, handoff.told_at = told, at
    if handoff.state not in ENDS:
        handoff.state = told.get("state") or handoff.state
    handoff.summary = handoff.summary or bool(told.get("summary"))
    handoff.queues.add(str(told.get("queue", "")))


def _began(record: Record, found: Handoffs) -> None:
    """Arrivals begin with the chat; failovers when the customer reads that the holder is gone."""
    starts: dict[str, float] = {}
    losses: dict[str, list[float]] = {}
    for client in record.customers():
        for happening in record.of(client):
            if (
                happening.name == "conversation.start"
                and happening.kind == "answered"
                and good(happening.body)
            ):
                starts.setdefault(happening.body["conversation_id"], happening.at)
            elif happening.kind == "hears" and happening.name == REMOVED:
                losses.setdefault(happening.body.get("conversation_id", ""), []).append(happening.at)
    for handoff in found.values():
        if handoff.asked_at is None and handoff.kind == "arrival":
            handoff.asked_at = starts.get(handoff.conversation)
        elif handoff.asked_at is None and handoff.joined_at is not None and handoff.kind == "failover":
            before = [at for at in losses.get(handoff.conversation, []) if at <= handoff.joined_at]
            handoff.asked_at = max(before, default=None)


def windows(handoffs: Handoffs) -> dict[str, list[tuple[float, float]]]:
    """When each conversation surely or possibly waited in some queue, by the tap's clock: then people there read it."""
    found: dict[str, list[tuple[float, float]]] = {}
    for handoff in handoffs.values():
        begin = min(handoff.heard_at, FOREVER if handoff.asked_at is None else handoff.asked_at)
        found.setdefault(handoff.conversation, []).append((begin, handoff.taken_at + HEARD_LATE_MS))
    return found


def counts(handoffs: Handoffs) -> dict[str, int]:
    """Return how many hand-offs of each kind were heard of."""
    return dict(sorted(Counter(handoff.kind or "unknown" for handoff in handoffs.values()).items()))


def played(record: Record, handoffs: Handoffs) -> set[str]:
    """Name what this run has played, from the wire alone: kinds, leaves, targets, ends."""
    agent_ids = record.agent_ids()
    found = {"whisper" for client in record.agents() for h in record.of(client) if h.name == "whisper.send"}
    found |= {
        f"act {h.body['data']['act']}"
        for client in record.agents()
        for h in record.of(client)
        if h.name == ACTED
    }
    # A bot that holds does not read a supervisor's act, so a close may be known by its answer alone.
    closes = (h for client in record.agents() for h in record.of(client) if h.name == "conversation.close")
    found |= {"act close" for h in closes if h.kind == "answered" and good(h.body) and h.body.get("closed")}
    for handoff in handoffs.values():
        if handoff.state in ENDS:
            found.add(f"state {handoff.state}")
        if handoff.told.get("outcome"):
            found.add(f"outcome {handoff.told['outcome']}")
        if handoff.joined_by:
            found |= set(_of_completed(handoff, agent_ids))
    return found


def _of_completed(handoff: Handoff, agent_ids: dict[str, str]) -> list[str]:
    asked, words = handoff.asked, [f"kind {handoff.kind}"]
    if len(handoff.queues - {""}) > 1:
        words.append("overflow")
    if not asked:
        return [*words, f"{handoff.kind} by {handoff.told.get('reason')}"]
    target = asked.get("target") or {"type": "next"}
    words.append(f"target {target['type']}")
    if target["type"] == "agent" and agent_ids.get(handoff.joined_by, target["id"]) != target["id"]:
        words.append("fall-through")
    if asked["kind"] not in SHARES:
        leave = asked.get("leave") or ("on_accept" if asked["kind"] == "transfer" else "now")
        words.append(f"leave {leave}")
        if leave != "now" and handoff.told.get("leave") == "now":
            words.append("giver gone")
    elif handoff.kind != asked["kind"]:
        words.append("invitation became pass")
    return words


def unfinished(record: Record, handoffs: Handoffs) -> list[Finding]:
    """Hand-offs, arrivals too, whose end nobody heard of. A close ends what is pending there."""
    closed = {
        happening.body.get("conversation_id")
        for client in record.plan.clients
        for happening in record.of(client)
        if happening.kind == "hears" and happening.name == CLOSED
    }
    return [
        Finding(
            "handoffs_unfinished", h.conversation, "", f"{h.kind} {h.id} was left {h.state or 'unheard of'}"
        )
        for h in handoffs.values()
        if h.state not in ENDS and h.conversation not in closed
    ]


def durations(handoffs: Handoffs) -> list[float]:
    """Return the milliseconds from each request to the agent's first packet, sorted."""
    return sorted(
        max(0.0, h.joined_at - h.asked_at)
        for h in handoffs.values()
        if h.joined_at is not None and h.asked_at is not None
    )


def percentile(values: list[float], share: float) -> float:
    """Return the smallest of the sorted `values` that at least `share` of them do not exceed; 0 for none."""
    if not values:
        return 0.0
    return values[min(len(values) - 1, max(0, -int(-share * len(values) // 1) - 1))]
