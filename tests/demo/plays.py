"""The clean run that the judge's tests spoil, one law at a time."""

from tests.demo.stage import Stage, escalation, stamp


def clean() -> Stage:
    """Bot A greets, escalates, speaks too late; Rea misses an offer, takes the next; bot B ends it."""
    stage = Stage()
    stage.plan.append({"what": "run", "conversations": 1})
    stage.cast("ann", "customer")
    stage.cast("bot-a", "bot")
    stage.cast("rea", "representative", 1)
    stage.cast("bot-b", "bot")
    stage.plan.append({"what": "conversation", "client": "ann", "conversation": "c1", "turns": 4})
    stage.plan.append({"what": "private", "text": "PRIVATE-NOTE"})
    _with_bot_a(stage)
    _in_the_queue(stage)
    _with_rea(stage)
    _with_bot_b(stage)
    return stage


def _with_bot_a(stage: Stage) -> None:
    started = {"ok": True, "conversation_id": "c1", "created": True, "status": "open", "head": 0}
    stage.says("ann", "conversation.start", {"client_id": "start"}, started)
    arrival = {"handoff_id": "h1", "conversation_id": "c1", "kind": "arrival"}
    stage.joins("bot-a", "s1", arrival, 0)
    stage.intend("bot-a", None, "Hello, bot A here.")
    stage.message("bot-a", "Hello, bot A here.", client_id="greet:s1", stint="s1")
    stage.intend("ann", "t0", "Where is my parcel?", 0)
    stage.message("ann", "Where is my parcel?", client_id="t0")
    stage.intend("bot-a", None, "Your number, please?", 1)
    stage.message("bot-a", "Your number, please?", client_id="re:x:1", stint="s1")
    stage.asks("bot-a", "s1", "escalation", "h2")
    stage.leaves("bot-a", "s1")


def _in_the_queue(stage: Stage) -> None:
    stage.intend("ann", "t2", "It is four seven one.", 2)
    stage.message("ann", "It is four seven one.", client_id="t2")
    stage.intend("bot-a", None, "Too late to say this")
    stage.refused("bot-a", "Too late to say this", client_id="re:x:2", stint="s1")
    stage.offers("rea", "o1", escalation())
    stage.offer_ends("rea", "o1", "expired")
    stage.offers("rea", "o2", escalation())
    stage.offer_ends("rea", "o2", "accepted")


def _with_rea(stage: Stage) -> None:
    stage.joins("rea", "s2", escalation(), 5)
    stage.close("ann")
    stage.connect("ann")
    stage.intend("rea", "r1", "It comes today.", 3)
    stage.message("rea", "It comes today.", client_id="r1", stint="s2")
    stage.asks("rea", "s2", "hand_back", "h3")
    stage.leaves("rea", "s2", "hand_back")
    stint = {"stint_id": "s2", "conversation_id": "c1", "role": "holder", "state": "ended"}
    stage.hears("rea", "stint.updated", stage.envelope({"stint": stint}))


def _with_bot_b(stage: Stage) -> None:
    stage.joins("bot-b", "s3", escalation("h3", "hand_back"), stage.seq)
    stage.intend("bot-b", None, "Anything else?")
    stage.message("bot-b", "Anything else?", client_id="greet:s3", stint="s3")
    stage.says("ann", "conversation.end", {"conversation_id": "c1"}, {"ok": True})
    stage.epoch += 1
    stage.commit = stamp(stage.now)  # Both entries are one commit.
    removed = {"stint_id": "s3", "agent": stage.ref("bot-b"), "role": "holder", "reason": "closed"}
    stage.entry("conversation.agent_removed", removed, stage.actor("bot-b"), public=False)
    stage.entry("conversation.closed", {"reason": "customer"}, {"type": "customer", "name": ""})
    stage.commit = None
    stage.plan.append({"what": "end"})
