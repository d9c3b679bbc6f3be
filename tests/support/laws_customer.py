"""What must hold of what the customer gets beside the talk: questions, contacts, codes, receipts."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from batonpass.app.behind import allowed

if TYPE_CHECKING:
    from tests.support.laws import Breach, Database, Talk


def questions(database: "Database") -> Iterator["Breach"]:
    """Asked once about a person who held, at the end of a stint by a close or a hand-back; answered once, in time."""
    from tests.support.laws import Breach

    talks = {talk.id: talk for talk in database.talks}
    for row in database.surveys:
        talk = talks[row["conversation_id"]]
        stint = talk.stint(row["stint_id"])
        if stint is None or stint.bot or stint.role != "holder" or stint.live:
            yield Breach(
                8, f"{talk.id}: a question about {row['stint_id']}, which is no past part of a person"
            )
            continue
        parked = any(h.stint_id == stint.id and h.ended_at == row["asked_at"] for h in talk.holds)
        if (stint.ended_at != row["asked_at"] and not parked) or stint.agent_id != row["agent_id"]:
            yield Breach(8, f"{talk.id}: a question about {stint.id}, not asked at its end")
        if stint.reason == "lost" or not (_closed_then(talk, row) or _handed_back(talk, stint.id)):
            yield Breach(8, f"{talk.id}: a question about {stint.id}, which ended as {stint.reason}")
        if row["customer_id"] != talk.row.customer_id:
            yield Breach(11, f"{talk.id}: a question to somebody else's customer")
        answered = row["given_at"] is not None
        if answered is not (row["score"] is not None) or (
            answered and not row["asked_at"] <= row["given_at"] < row["until"]
        ):
            yield Breach(2, f"{talk.id}: an answer about {stint.id} that came out of time")


def _closed_then(talk: "Talk", row: Any) -> bool:
    return any(entry.kind == "closed" and entry.at == row["asked_at"] for entry in talk.entries)


def _handed_back(talk: "Talk", stint_id: str) -> bool:
    return any(h.kind == "hand_back" and h.giver_stint_id == stint_id for h in talk.handoffs)


def contacts(database: "Database") -> Iterator["Breach"]:
    """A contact is its own customer's, and left nobody holding: its chat closed by then."""
    from tests.support.laws import Breach

    talks = {talk.id: talk for talk in database.talks}
    for row in database.contacts:
        talk = talks[row["conversation_id"]]
        if row["customer_id"] != talk.row.customer_id:
            yield Breach(11, f"{talk.id}: a contact of another customer")
        if not any(e.kind == "closed" and e.at <= row["created_at"] for e in talk.entries):
            yield Breach(6, f"{talk.id}: a contact was left and the chat went on")
        if any(e.at > row["created_at"] and e.kind == "message" and e.public_seq for e in talk.entries):
            yield Breach(6, f"{talk.id}: somebody writes after a contact was left")


def codes(database: "Database") -> Iterator["Breach"]:
    """A code is of a person's part that is over; one that waits for its code keeps its slot (law 5)."""
    from tests.support.laws import Breach

    talks = {talk.id: talk for talk in database.talks}
    for row in database.dispositions:
        stint = talks[row["conversation_id"]].stint(row["stint_id"])
        if stint is None or stint.bot or stint.live or stint.agent_id != row["agent_id"]:
            yield Breach(8, f"{row['conversation_id']}: a code of {row['stint_id']}, which is no past part")
        elif row["code"] is None and stint.state != "ended":
            yield Breach(6, f"{row['conversation_id']}: {stint.id} has no code before its time is over")


def receipts(database: "Database") -> Iterator["Breach"]:
    """Nobody has read what is not there, nor what never came."""
    from tests.support.laws import Breach

    talks = {talk.id: talk for talk in database.talks}
    for row in database.receipts:
        talk = talks[row["conversation_id"]]
        if not 0 <= row["read"] <= row["delivered"] <= talk.row.public_seq:
            yield Breach(2, f"{talk.id}: {row['reader'] or 'the customer'} has read up to {row['read']}")
        if row["reader"] and not any(stint.agent_id == row["reader"] for stint in talk.stints):
            yield Breach(11, f"{talk.id}: {row['reader']} has read it and was never in it")


def went_back(database: "Database") -> Iterator["Breach"]:
    """Who goes back to the bot waited for a person until then, gets the last bot that held, and reads so."""
    from tests.support.laws import Breach

    for talk in database.talks:
        wishes = [
            h for h in talk.handoffs if h.kind == "hand_back" and h.requested_by == talk.row.customer_id
        ]
        left = [h for h in talk.handoffs if h.outcome == "customer_went_back"]
        for wish, before in zip_longest(wishes, left):
            if wish is None or before is None or before.ended_at != wish.created_at:
                yield Breach(6, f"{talk.id}: who goes back and what is waited for do not end together")
                continue
            if before.state != "cancelled" or before.shares or before.seeks == "bot":
                yield Breach(
                    6, f"{talk.id}: went back instead of {before.id}, which was no wait for a person"
                )
            if database.rules is not None and not allowed(database.rules, before.queue_id):
                yield Breach(6, f"{talk.id}: went back from {before.queue_id}, where one may not")
            stint = next((s for s in talk.stints if s.handoff_id == wish.id), None)
            behind = [
                s for s in talk.stints if s.bot and s.role == "holder" and stint and s.epoch < stint.epoch
            ]
            if stint is None or not behind or behind[-1].agent_id != stint.agent_id:
                yield Breach(6, f"{talk.id}: {wish.id} went back to somebody else than the last bot")
                continue
            added = talk.entry("added", stint.id)
            if added is None or added.data["notice"]["code"] != "went_back":
                yield Breach(8, f"{talk.id}: the customer does not read that {stint.agent_id} is back")


CHECKS = [questions, contacts, codes, receipts, went_back]
