"""What must hold of what the customer gets beside the talk: questions, contacts, codes, receipts."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

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
        if stint.ended_at != row["asked_at"] or stint.agent_id != row["agent_id"]:
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


CHECKS = [questions, contacts, codes, receipts]
