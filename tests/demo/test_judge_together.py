"""The judge on more than one agent in a chat: helpers, consulted agents, whispers, changes of role, each spoilt."""

import json
from collections.abc import Callable

import pytest

from batonpass.demo.judge.frames import EVENT
from tests.demo.plays import together
from tests.demo.stage import Line, Stage, event, saying

Spoil = Callable[[Stage], None]


def data_of(line: Line) -> Line:
    held: Line = line["body"][1]["data"]
    return held


def written(stage: Stage, text: str) -> tuple[str, Line]:
    """An entry of the history by the text it holds."""
    return next(
        (name, entry) for name, entry in stage.history if entry["data"].get("content", {}).get("text") == text
    )


# Voice


def a_whisper_reaches_the_customer(stage: Stage) -> None:
    name, entry = written(stage, "Any time, between us")
    stage.hears("ann", name, stage.for_customer(entry, stage.public + 1))


def a_whisper_reaches_the_customer_as_if_it_were_none(stage: Stage) -> None:
    """Without its mark and in other words: only the message's id tells."""
    name, entry = written(stage, "Any time, between us")
    shown = stage.for_customer(entry, stage.public + 1)
    del shown["data"]["to"]
    shown["data"]["content"] = {"type": "text", "text": "Any time."}
    stage.hears("ann", name, shown)


def an_agent_who_is_not_named_reads_a_whisper(stage: Stage) -> None:
    _unhide(stage, "kim", "Thanks, between us")


def a_bot_reads_what_is_for_people(stage: Stage) -> None:
    _unhide(stage, "bot-b", "Any time, between us")


def _unhide(stage: Stage, reader: str, text: str) -> None:
    """Have somebody read in the story what was kept from it."""
    name, entry = written(stage, text)
    for line in stage.find(event("conversation.context", reader)):
        told = data_of(line)["transcript"]
        data_of(line)["transcript"] = [
            {"event": name, **entry} if item["seq"] == entry["seq"] else item for item in told
        ]


def a_consulted_bot_speaks(stage: Stage) -> None:
    stage.message("bot-b", "It is late.", client_id="b1", stint="s4")
    for line in stage.find(event("message.created", stint_id="s4")):
        if line["body"][1].get("seq") == stage.seq:
            line["body"][1]["seq"] = 13


def a_helper_speaks_after_its_removal(stage: Stage) -> None:
    """Its words stand behind its removed entry, which is private when it is promoted."""
    for line in stage.find(event("message.created", stint_id="s7")):
        data_of(line)["stint_id"] = "s3"


def a_helper_speaks_after_it_has_left(stage: Stage) -> None:
    """By the customer's own ear alone."""
    stage.find(saying("It comes today.", "ann"))[0]["body"][1]["actor"]["name"] = "rea"


def the_customer_is_told_of_a_consultation(stage: Stage) -> None:
    line = stage.find(event("conversation.agent_added", "ann", role="helper"))[0]
    data_of(line)["role"] = "consulted"


def a_helper_comes_in_secret(stage: Stage) -> None:
    line = stage.find(event("conversation.agent_added", "ann", role="helper"))[0]
    line["body"][0] = "notice.posted"
    line["body"][1]["data"] = {"notice": {"code": "x", "text": "y"}}
    stage.find(saying("Sol here, I can help.", "ann"))[0]["body"][1]["actor"]["name"] = "rea"


def words_of_a_whisper_in_a_message(stage: Stage) -> None:
    data_of(stage.find(saying("I go on.", "ann"))[0])["content"]["text"] = "Sol said between us: go on."


def a_change_of_role_of_the_same_epoch(stage: Stage) -> None:
    for line in stage.find(event("conversation.agent_added", "ann", role="holder"))[-1:]:
        line["body"][1]["epoch"] -= 1


# Joining


def two_holders(stage: Stage) -> None:
    """Sol comes as a second holder, in everybody's frames and stories."""
    for line in stage.find(lambda line: line["type"] == EVENT):
        line["body"] = json.loads(json.dumps(line["body"]).replace('"role": "helper"', '"role": "holder"'))


def a_consulted_bot_is_told_to_greet(stage: Stage) -> None:
    stage.hears("bot-b", "conversation.greet", stage.envelope({"stint_id": "s4"}))


def a_helper_starts_too_early(stage: Stage) -> None:
    """Its story ends before the entry that stands before its join."""
    context = data_of(stage.find(event("conversation.context", "sol", stint_id="s3"))[0])
    context["boundary_seq"], context["transcript"] = 3, context["transcript"][:3]


def a_promoted_helper_starts_elsewhere(stage: Stage) -> None:
    context = data_of(stage.find(event("conversation.context", "sol", stint_id="s7"))[0])
    context["boundary_seq"] -= 1
    context["transcript"] = context["transcript"][:-1]


def a_new_role_without_packets(stage: Stage) -> None:
    for name in ("conversation.agent_added", "conversation.context"):
        told = event(name, "kim", stint_id="s6")
        stage.drop(lambda line, told=told: told(line) and "seq" not in line["body"][1])  # type: ignore[misc]
    spoke = stage.find(saying("It comes today.", "ann"))[0]
    for line in stage.lines[stage.lines.index(spoke) :]:
        line["t"] += 5000


# The rest


def a_hidden_place_is_missing(stage: Stage) -> None:
    """Kim gets no place for a whisper of Rea to bot B; she must."""
    for line in stage.find(event("conversation.context", "kim")):
        told = data_of(line)["transcript"]
        data_of(line)["transcript"] = [item for item in told if item["event"] != "entry.hidden"]


def whoever_is_named_does_not_get_it(stage: Stage) -> None:
    stage.drop(saying("Thanks, between us", "sol"))
    for line in stage.find(event("conversation.context", "sol")):
        told = data_of(line)["transcript"]
        data_of(line)["transcript"] = [i for i in told if "Thanks" not in str(i["data"])]


def a_whisper_nobody_sent(stage: Stage) -> None:
    stage.drop(
        lambda line: line["what"] == "up" and "whisper.send" in line["body"] and "w2" in str(line["body"])
    )


def an_offer_on_top_of_helping(stage: Stage) -> None:
    _offered(stage, "sol", saying("Sol here, I can help.", "sol"))


def an_offer_on_top_of_being_consulted(stage: Stage) -> None:
    _offered(stage, "kim", saying("I take it, between us.", "kim"))


def _offered(stage: Stage, agent: str, before: Callable[[Line], bool]) -> None:
    handoff = {"handoff_id": "h9", "conversation_id": "c9", "kind": "arrival", "state": "completed"}
    offer = {"offer_id": "o9", "conversation_id": "c9", "ends_in_ms": 1000, "handoff": handoff}
    stage.hears(agent, "offer.made", stage.envelope({"offer": offer}))
    stage.move(stage.lines[-1], stage.find(before)[0])


def a_warm_transfer_is_left_accepted(stage: Stage) -> None:
    """Its receiver came in and talks; nobody heard of an end."""
    handoff = {"handoff_id": "h9", "conversation_id": "c9", "kind": "transfer", "state": "accepted"}
    part = {"stint_id": "s9", "agent": stage.ref("kim"), "role": "consulted"}
    context = {"stint_id": "s9", "variables": {}, "handoff": handoff, "boundary_seq": 0, "transcript": []}
    for name, data in (("conversation.agent_added", part), ("conversation.context", context)):
        stage.hears("kim", name, stage.envelope(data) | {"conversation_id": "c9"})


SPOILT: dict[str, list[Spoil]] = {
    "voice_violations": [
        a_whisper_reaches_the_customer,
        a_whisper_reaches_the_customer_as_if_it_were_none,
        an_agent_who_is_not_named_reads_a_whisper,
        a_bot_reads_what_is_for_people,
        a_consulted_bot_speaks,
        a_helper_speaks_after_its_removal,
        a_helper_speaks_after_it_has_left,
        the_customer_is_told_of_a_consultation,
        a_helper_comes_in_secret,
        words_of_a_whisper_in_a_message,
        a_change_of_role_of_the_same_epoch,
    ],
    "joining_order_violations": [
        two_holders,
        a_consulted_bot_is_told_to_greet,
        a_helper_starts_too_early,
        a_promoted_helper_starts_elsewhere,
        a_new_role_without_packets,
    ],
    "misordered": [a_hidden_place_is_missing],
    "lost": [whoever_is_named_does_not_get_it],
    "duplicated": [a_whisper_nobody_sent],
    "capacity_violations": [an_offer_on_top_of_helping, an_offer_on_top_of_being_consulted],
    "handoffs_unfinished": [a_warm_transfer_is_left_accepted],
}


def test_together_is_ok() -> None:
    verdict, findings = together().judged()
    assert findings == []
    assert verdict.ok
    assert verdict.handoffs == {
        "arrival": 1, "consultation": 1, "escalation": 1, "invitation": 1, "promotion": 1, "transfer": 1
    }  # fmt: skip


@pytest.mark.parametrize(
    "figure, spoil",
    [pytest.param(figure, spoil, id=spoil.__name__) for figure, spoils in SPOILT.items() for spoil in spoils],
)
def test_a_broken_law_is_found(figure: str, spoil: Spoil) -> None:
    stage = together()
    spoil(stage)
    verdict, findings = stage.judged()
    assert getattr(verdict, figure) > 0, (verdict, findings)
    assert not verdict.ok


WANTED = ["kind promotion", "leave on_complete", "target next", "whisper"]


@pytest.mark.parametrize(
    "wanted, asked, missing", [(WANTED, 50, 0), (["kind return"], 50, 1), (["x"], 49, 0)]
)
def test_from_fifty_on_all_that_is_wanted_must_be_played(wanted: list[str], asked: int, missing: int) -> None:
    stage = together()
    stage.plan[0] |= {"conversations": asked, "wanted": wanted}
    verdict, _ = stage.judged()
    assert sum("never played" in doubt for doubt in verdict.doubts) == missing


@pytest.mark.parametrize("agent, over", [("sol", 0), ("kim", 1)])
def test_over_capacity_is_a_supervisors_word_about_one_agent(agent: str, over: int) -> None:
    """Rea supervises: she puts a second chat on an agent, which is no violation there."""
    stage = together()
    said = {"conversation_id": "c9", "agent_id": f"id-{agent}", "force": True}
    stage.says("rea", "conversation.assign", said, {"ok": True, "over_capacity": True})
    an_offer_on_top_of_helping(stage)
    verdict, findings = stage.judged()
    assert verdict.capacity_violations == over, findings


def an_observer_is_told_to_the_customer(stage: Stage) -> None:
    data_of(stage.find(event("conversation.agent_added", "ann", role="helper"))[0])["role"] = "observer"


def an_observer_speaks(stage: Stage) -> None:
    """Sol's words, were Sol one who only listens."""
    for line in stage.find(lambda line: line["type"] == EVENT):
        line["body"] = json.loads(json.dumps(line["body"]).replace('"role": "helper"', '"role": "observer"'))


@pytest.mark.parametrize("spoil", [an_observer_is_told_to_the_customer, an_observer_speaks])
def test_observers_are_neither_seen_nor_heard(spoil: Spoil) -> None:
    stage = together()
    spoil(stage)
    verdict, _ = stage.judged()
    assert verdict.voice_violations > 0


def test_a_person_reads_what_waits_while_it_waits() -> None:
    """Kim looks in before the invitation is taken; after that it is a violation."""
    stage = together()
    line = stage.find(event("conversation.agent_added", "ann", role="helper"))[0]
    entry = next(e for name, e in stage.history if e["data"].get("stint_id") == "s2")
    stage.cast("lee", "representative", 1)
    for early in (True, False):
        stage.hears("lee", "conversation.agent_added", entry)
        if early:
            stage.move(stage.lines[-1], line)
        else:
            stage.lines[-1]["t"] += 60_000
        verdict, findings = stage.judged()
        assert bool(verdict.voice_violations) is not early, findings
