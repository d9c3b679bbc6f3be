"""The clean runs that the judge's tests spoil, one law at a time."""

from tests.demo.stage import Line, Stage, escalation, stamp


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


def together() -> Stage:
    """Rea has the chat from bot A; Sol helps, bot B is consulted, Kim takes it warm, and Sol is promoted."""
    stage = Stage()
    stage.plan.append({"what": "run", "conversations": 1})
    stage.cast("ann", "customer")
    for bot in ("bot-a", "bot-b"):
        stage.cast(bot, "bot")
    for person in ("rea", "sol", "kim"):
        stage.cast(person, "representative", 1)
    stage.plan.append({"what": "conversation", "client": "ann", "conversation": "c1", "turns": 2})
    stage.plan.append({"what": "private", "text": "between us"})
    started = {"ok": True, "conversation_id": "c1", "created": True, "status": "open", "head": 0}
    stage.says("ann", "conversation.start", {"client_id": "start"}, started)
    stage.joins("bot-a", "s1", _handoff("h1", "arrival"), 0)
    _says(stage, "ann", "Where is my parcel?", "t0", turn=0)
    stage.asks("bot-a", "s1", "escalation", "h2")
    stage.leaves("bot-a", "s1")
    stage.joins("rea", "s2", _handoff("h2", "escalation"), stage.seq)
    _with_a_helper(stage)
    _with_a_consulted_bot(stage)
    _warm(stage)
    _promoted(stage)
    return stage


def _handoff(handoff: str, kind: str, **more: str) -> Line:
    return {"handoff_id": handoff, "conversation_id": "c1", "kind": kind, **more}


def _says(
    stage: Stage, who: str, text: str, client_id: str, stint: str | None = None, turn: int | None = None
) -> None:
    stage.intend(who, client_id, text, turn)
    stage.message(who, text, client_id=client_id, stint=stint)


def _with_a_helper(stage: Stage) -> None:
    stage.asks("rea", "s2", "invitation", "h3")
    stage.joins("sol", "s3", _handoff("h3", "invitation"), stage.seq, "helper")
    _says(stage, "sol", "Sol here, I can help.", "help", "s3")
    stage.whispers("rea", "Thanks, between us", client_id="w1", stint="s2", to=["sol"])
    stage.whispers("sol", "Any time, between us", client_id="w2", stint="s3")


def _with_a_consulted_bot(stage: Stage) -> None:
    stage.asks("rea", "s2", "consultation", "h4")
    stage.joins("bot-b", "s4", _handoff("h4", "consultation"), stage.seq, "consulted")
    stage.whispers("rea", "Bot, between us, is it late?", client_id="w3", stint="s2", to=["bot-b"])
    stage.whispers("bot-b", "It is, between us.", client_id="w4", stint="s4", to=["rea"])
    stage.leaves("bot-b", "s4", "removed", public=False, role="consulted")


def _warm(stage: Stage) -> None:
    stage.asks("rea", "s2", "transfer", "h5", leave="on_complete")
    stage.entry("notice.posted", {"notice": {"code": "transfer_started"}}, {"type": "system", "name": ""})
    stage.joins("kim", "s5", _handoff("h5", "transfer", state="accepted"), stage.seq, "consulted")
    stage.whispers("kim", "I take it, between us.", client_id="w5", stint="s5")
    stage.says("rea", "handoff.complete", {"conversation_id": "c1", "handoff_id": "h5"}, {"ok": True})
    stage.epoch += 1  # Both removed entries and the added one are of the new epoch.
    stage.commit = stamp(stage.now)
    stage.leaves("kim", "s5", "completed", public=False, role="consulted")
    stage.leaves("rea", "s2", "transfer", public=False)
    stage.epoch -= 1
    stage.joins("kim", "s6", _handoff("h5", "transfer"), stage.seq)
    stage.commit = None
    _says(stage, "kim", "It comes today.", "k1", "s6", turn=1)


def _promoted(stage: Stage) -> None:
    stage.says("kim", "conversation.leave", {"conversation_id": "c1", "stint_id": "s6"}, {"ok": True})
    stage.epoch += 1
    stage.commit = stamp(stage.now)
    stage.leaves("sol", "s3", "promoted", public=False, role="helper")
    stage.leaves("kim", "s6", "left", public=False)
    stage.epoch -= 1
    stage.joins("sol", "s7", _handoff("h6", "promotion"), stage.seq)
    stage.commit = None
    _says(stage, "sol", "I go on.", "s7:1", "s7")
    stage.says("ann", "conversation.end", {"conversation_id": "c1"}, {"ok": True})
    stage.epoch += 1
    stage.commit = stamp(stage.now)
    stage.leaves("sol", "s7", "closed", public=False)
    stage.entry("conversation.closed", {"reason": "customer"}, {"type": "customer", "name": ""})
    stage.commit = None
    stage.plan.append({"what": "end"})
