"""What every client did, by its own word: `plan.jsonl`, written by the demo while it runs.

A line is one JSON object with `what`:
`run` {conversations, crash, wrap_up_ms, wanted: [..]}: what was asked for, how long after-work may last, and what
a run of 50 conversations and more must have played (`handoffs.played` has the words).
`client` {client, role: customer|bot|representative, tokens: [..], name, capacity}: `name` is the public name.
`conversation` {client, conversation, dialogue, turns, journey}: `turns` is how many turns must be said.
`send` {t, client, conversation, client_id, text, turn, purpose}: written before the first attempt; `turn` is
the dialogue's turn or null, `client_id` may be null where the client library makes it.
`private` {text}: words that no customer may ever read.
`audit` {t, client, conversation}: from then on this client read the whole timeline again.
`kill` {t, n}, and `end` when the run came to its orderly end.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Client:
    """A customer, bot or representative. `capacity` None is no limit."""

    name: str
    role: str
    public_name: str
    capacity: int | None

    @property
    def customer(self) -> bool:
        return self.role == "customer"


@dataclass(frozen=True, slots=True)
class Conversation:
    id: str
    customer: str
    turns: int


@dataclass(frozen=True, slots=True)
class Intent:
    """A message somebody set out to send."""

    client: str
    conversation: str
    client_id: str | None
    text: str
    turn: int | None
    purpose: str


@dataclass(slots=True)
class Plan:
    asked: int = 0
    crash: bool = False
    wrap_up_ms: float = 0.0
    wanted: list[str] = field(default_factory=list)
    clients: dict[str, Client] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    conversations: dict[str, Conversation] = field(default_factory=dict)
    intents: list[Intent] = field(default_factory=list)
    private: list[str] = field(default_factory=list)
    audits: dict[tuple[str, str], float] = field(default_factory=dict)
    kills: int = 0
    ended: bool = False

    def client(self, name: str) -> Client:
        return self.clients[name]


def load(path: Path) -> Plan:
    """Read a plan. A last line cut short is left out."""
    with path.open(encoding="utf-8") as lines:
        return parse(lines)


def parse(lines: Iterable[str]) -> Plan:
    """Build the plan from its lines."""
    plan = Plan()
    for line in lines:
        try:
            item = json.loads(line)
        except ValueError:
            continue
        _take(plan, item)
    return plan


def _take(plan: Plan, item: dict[str, Any]) -> None:
    match item["what"]:
        case "run":
            plan.asked, plan.crash = item["conversations"], item.get("crash", False)
            plan.wrap_up_ms = item.get("wrap_up_ms", 0.0)
            plan.wanted = item.get("wanted", [])
        case "client":
            name = item["client"]
            public_name = item.get("name") or name
            plan.clients[name] = Client(name, item["role"], public_name, item.get("capacity"))
            plan.tokens.update(dict.fromkeys(item["tokens"], name))
        case "conversation":
            known = Conversation(item["conversation"], item["client"], item["turns"])
            plan.conversations[known.id] = known
        case "send":
            plan.intents.append(_intent(item))
        case "private":
            plan.private.append(item["text"])
        case "audit":
            plan.audits[item["client"], item["conversation"]] = item["t"]
        case "kill":
            plan.kills += 1
        case "end":
            plan.ended = True


def _intent(item: dict[str, Any]) -> Intent:
    return Intent(
        item["client"],
        item["conversation"],
        item.get("client_id"),
        item["text"],
        item.get("turn"),
        item.get("purpose", ""),
    )
