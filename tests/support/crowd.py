"""A store full of chats, written row by row as no use case would: for queries that must not grow with what is over.

Agents are those of `tests.handoffs.house`. Of the chats the last 200 are not over: a quarter waits, the others are held.
"""

import random
from typing import Any

from batonpass.store import schema as s
from batonpass.store.tx import Tx

LIVE = 200
LINES = 20
PEOPLE = ("R1", "R2", "R3", "R4")
_AT_ONCE = 2_000
_TABLES = ("customers", "conversations", "stints", "handoffs", "entries", "variables", "summaries")


def fill(tx: Tx, chats: int) -> None:
    """Write so many chats of twenty lines, five of each customer."""
    chance, start = random.Random(7), tx.now - 5_000 * chats
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in _TABLES}
    for number in range(chats):
        _chat(rows, number, start + 5_000 * number, chance, live=number >= chats - LIVE)
        if len(rows["conversations"]) == _AT_ONCE or number == chats - 1:
            for name, made in rows.items():
                if made:
                    tx.connection.execute(s.metadata.tables[name].insert(), made)
                made.clear()


def chat_id(number: int) -> str:
    return f"{number:032x}"


def _chat(
    rows: dict[str, list[dict[str, Any]]], number: int, at: int, chance: random.Random, *, live: bool
) -> None:
    cid, person = chat_id(number), chance.choice(PEOPLE)
    queue, waits = ("q2" if person == "R4" else "q1"), live and number % 4 == 0
    status = "open" if waits else "active" if live else "closed"
    if number % 5 == 0:
        rows["customers"].append({"id": f"cu{number}", "token_hash": f"t{number}", "created_at": at})
    rows["conversations"].append(
        {"id": cid, "customer_id": f"cu{number - number % 5}", "status": status, "created_at": at, "epoch": 2}
        | {"holder": f"s{number}" if status == "active" else None, "seq": LINES, "public_seq": LINES}
        | {"answered_seq": 5, "queue_id": queue, "priority": 0, "waited_ms": 0, "hops": 1, "locale": "en"}
        | {"waiting_since": at if waits else None, "handed_back_at": None, "skills": []}
        | {"closed_at": None if live else at + 1_000, "close_reason": None if live else "resolved"}
    )
    rows["entries"] += [_line(cid, number, seq, at, person, chance) for seq in range(1, LINES + 1)]
    rows["stints"].append(_stint(cid, number, "A", queue, at, ended=True))
    if not waits:
        rows["stints"].append(_stint(cid, number, person, queue, at + 3, ended=not live))
    rows["handoffs"] += [
        _handoff(cid, f"a{number}", queue, at, waits=False),
        _handoff(cid, f"p{number}", queue, at, waits=waits),
    ]
    for name, value in (("name", f"Customer {number}"), ("page", f"/orders/{number}")):
        rows["variables"].append(
            {"conversation_id": cid, "name": name, "value": value, "version": 1, "set_at": at, "set_by": "c"}
        )
    rows["summaries"].append(
        {"ref": f"p{number}", "version": 1, "conversation_id": cid, "purpose": "escalation", "made_at": at}
        | {"summary": {"issue": "a lost parcel", "maker": {"name": "m", "version": "1"}}, "edited": None}
    )


def _line(cid: str, number: int, seq: int, at: int, person: str, chance: random.Random) -> dict[str, Any]:
    words = f"line {seq} of chat {number}: parcel {chance.randrange(10**6)}"
    return {
        "conversation_id": cid,
        "seq": seq,
        "public_seq": seq,
        "kind": "message",
        "epoch": 1,
        "at": at + seq,
        "actor_type": "customer" if seq % 2 else "person",
        "actor_id": None if seq % 2 else person,
        "actor_name": "",
        "id": f"e{number}-{seq}",
        "stint_id": None,
        "client_id": None,
        "data": {"content": {"type": "text", "text": words}},
    }


def _stint(cid: str, number: int, agent: str, queue: str, at: int, *, ended: bool) -> dict[str, Any]:
    bot = agent == "A"
    return {
        "id": f"{'b' if bot else 's'}{number}",
        "conversation_id": cid,
        "agent_id": agent,
        "bot": bot,
        "role": "holder",
        "state": "ended" if ended else "live",
        "epoch": 1 if bot else 2,
        "queue_id": queue,
        "handoff_id": f"{'a' if bot else 'p'}{number}",
        "boundary_seq": 0,
        "started_at": at,
        "ready": True,
        "ended_at": at + 3 if ended else None,
        "reason": "escalation" if ended else None,
        "read_to": LINES if ended else None,
        "wrapped_up_at": None,
    }


def _handoff(cid: str, ref: str, queue: str, at: int, *, waits: bool) -> dict[str, Any]:
    nothing = dict.fromkeys(
        "summary edited brief giver_stint_id giver_agent_id client_id failover_queue_id workflow receiver_agent_id "
        "outcome target_id".split()
    )
    return nothing | {
        "id": ref,
        "conversation_id": cid,
        "kind": "escalation" if ref[0] == "p" else "arrival",
        "leave": "now",
        "state": "queued" if waits else "completed",
        "target_type": "next",
        "seeks": "representative",
        "queue_id": queue,
        "created_at": at,
        "priority": 0,
        "waiting_key": at,
        "reason": "",
        "note": "",
        "summary_version": 0,
        "summary_flagged": False,
        "requested_by": "A",
        "ladder_restarted": False,
        "fell_through": False,
        "tried": [],
        "skills": [],
        "boundary_seq": 0,
        "trace": {"winner": None},
        "ended_at": None if waits else at + 3,
    }
