"""What must be true once a journey was played to its end, however often the server died on the way.

From outside: what every client saw, against what a client that comes anew reads. From inside: the rows.
"""

from collections import Counter
from typing import Any

from batonpass.client.entry import Entry
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.blackbox import raw
from tests.crash.journeys import Cast, Journey
from tests.support.laws import check_laws
from tests.support.server import NAMES, Workspace


async def from_outside(cast: Cast, journey: Journey) -> None:
    """Laws 1 to 4 and 8, as the clients can tell. The server is up."""
    seen = list(cast.customer.entries)
    assert [entry.number for entry in seen] == list(range(1, len(seen) + 1))
    assert [entry.text for entry in seen if entry.is_message] == journey.said
    assert [_notice(entry)["code"] for entry in seen if _notice(entry)] == journey.notices
    assert all(_notice(entry)["text"] for entry in seen if _notice(entry))
    assert spoken_out_of_turn(seen) == []
    await _same_to_a_newcomer(cast, seen)
    _as_acknowledged(cast, seen)


def _notice(entry: Entry) -> dict[str, Any]:
    found: dict[str, Any] = entry.data.get("notice") or {}
    return found


def spoken_out_of_turn(seen: list[Entry]) -> list[str]:
    """Messages of agents that did not hold, as the customer's own entries tell who holds (law 1)."""
    holder, wrong = "", []
    helpers: set[str] = set()
    for entry in seen:
        if entry.data.get("role") == "helper":
            change = helpers.add if entry.event == "conversation.agent_added" else helpers.discard
            change(entry.actor_name)
        elif entry.event == "conversation.agent_added":
            holder = entry.actor_name
        elif entry.event in ("conversation.agent_removed", "conversation.closed"):
            holder = ""
        elif entry.is_message and not entry.from_customer and entry.actor_name not in {holder, *helpers}:
            wrong.append(entry.text)
    return wrong


async def _same_to_a_newcomer(cast: Cast, seen: list[Entry]) -> None:
    """Who reads from the start gets what was pushed, resumed and resent, line by line (laws 2 and 3)."""
    async with raw.customer(cast.customer.url, cast.customer.token) as newcomer:
        page = {"conversation_id": cast.customer.conversation_id, "after": 0}
        told = await newcomer.good("timeline.read", page)
        assert told["head"] == told["upto"] == len(seen)
        read = newcomer.entries("public_seq")
    assert [(e["event"], e["public_seq"], e["at"], e["data"]) for e in read] == [
        (entry.event, entry.number, entry.at, entry.data) for entry in seen
    ]


def _as_acknowledged(cast: Cast, seen: list[Entry]) -> None:
    """Every acknowledged message is there once, under the id that the acknowledgement named."""
    stored = Counter((entry.data["message_id"], entry.text) for entry in seen if entry.is_message)
    acknowledged = Counter((sent.message_id, sent.text) for sent in cast.acknowledged)
    assert stored == acknowledged


async def agents_are_free(workspace: Workspace) -> None:
    """No agent that comes anew has a chat, an offer, a turn, a pending hand-off or a slot left (laws 5 and 6)."""
    for name, key in workspace.keys.items():
        async with raw.agent(workspace.url, key) as agent:
            snapshot = (await agent.event("session.snapshot"))["data"]
            held = [s for s in snapshot["stints"] if s["state"] != "ended"]
            pending = [h for h in snapshot["handoffs"] if h["state"] in ("queued", "offered", "accepted")]
            left = [snapshot["offers"], snapshot["turns"], pending, held, snapshot["slots_used"]]
            assert left == [[], [], [], [], 0], (name, snapshot)


async def from_inside(store: BaseStore[Tx], conversation_id: str) -> None:
    """All laws, asked of the rows; and of this conversation that everything ended. No server has the store."""
    assert await store.read(check_laws) == []
    assert await store.read(_sweep_found) == 0
    await store.read(_ended, conversation_id)


def _sweep_found(tx: Tx) -> int:
    return int(tx.get_meta("sweep_found_work") or 0)


def _ended(tx: Tx, conversation_id: str) -> None:
    conversation = tx.conversation(conversation_id)
    assert conversation is not None
    entries = tx.entries(conversation_id, 0, conversation.seq, 1_000, public=False)
    assert [entry.seq for entry in entries] == list(range(1, conversation.seq + 1))
    assert {str(h.state) for h in tx.all_handoffs_in(conversation_id)} <= {
        "completed",
        "cancelled",
        "failed",
        "returned",
    }
    greetings = Counter(e.client_id for e in entries if (e.client_id or "").startswith("greet:"))
    bots = [s.id for s in tx.all_stints_in(conversation_id) if s.agent_id in ("triage", "survey")]
    assert greetings == Counter({f"greet:{stint_id}": 1 for stint_id in bots})
    people = {e.actor.name for e in entries if e.actor.type in ("bot", "person")}
    assert people <= set(NAMES.values())
