"""Law 6: every hand-off ends. And how many there were, of which kind, and how long they took."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from .joins import Joins
from .record import Finding, Happening, Record, good
from .views import CLOSED, CONTEXT, REMOVED

ENDS = {"completed", "cancelled", "failed", "returned"}


@dataclass(slots=True)
class Handoff:
    """One hand-off, as far as anybody heard of it. `asked_at` and `joined_at`: the tap's milliseconds."""

    id: str
    conversation: str = ""
    kind: str = ""
    state: str = ""
    asked_at: float | None = None
    joined_at: float | None = None
    summary: bool = False


Handoffs = dict[str, Handoff]


def collect(record: Record, joins: Joins) -> Handoffs:
    """Return the hand-offs by id, from requests, offers, contexts, updates and snapshots."""
    found: Handoffs = {}
    requests: dict[tuple[str, str], float] = {}
    for client, happenings in record.happenings.items():
        for happening in happenings:
            if happening.name in ("handoff.request", "human.request"):
                _asked(found, requests, client, happening)
            elif happening.kind == "hears":
                for told in _told(happening):
                    _learn(found, told)
    for join in joins.values():
        packet = join.first("added")
        if join.handoff and packet is not None:
            handoff = found[join.handoff["handoff_id"]]
            handoff.state = "completed"
            handoff.joined_at = min(handoff.joined_at or packet.at, packet.at)
    _unheard_arrivals(record, found)
    _began(record, found)
    return found


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


def _learn(found: Handoffs, told: dict[str, Any]) -> None:
    handoff = found.setdefault(told["handoff_id"], Handoff(told["handoff_id"]))
    handoff.conversation = handoff.conversation or told.get("conversation_id", "")
    handoff.kind = told.get("kind") or handoff.kind
    if handoff.state not in ENDS:
        handoff.state = told.get("state") or handoff.state
    handoff.summary = handoff.summary or bool(told.get("summary"))


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
        elif handoff.asked_at is None and handoff.joined_at is not None:
            before = [at for at in losses.get(handoff.conversation, []) if at <= handoff.joined_at]
            handoff.asked_at = max(before, default=None)


def counts(handoffs: Handoffs) -> dict[str, int]:
    """Return how many hand-offs of each kind were heard of."""
    return dict(sorted(Counter(handoff.kind or "unknown" for handoff in handoffs.values()).items()))


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
