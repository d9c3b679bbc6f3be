"""The judge must be able to say no: one spoilt run for each way in which a law breaks, and a clean one."""

import copy
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from batonpass.demo.judge import __main__ as command
from batonpass.demo.judge.frames import CONNECT, EVENT, parse
from tests.demo.plays import clean
from tests.demo.stage import Line, Stage, escalation, event, saying, serialise

Spoil = Callable[[Stage], None]


def data_of(line: Line) -> Line:
    held: Line = line["body"][1]["data"]
    return held


def again(stage: Stage, line: Line) -> Line:
    """Put a copy of a line at the end of the log."""
    copied = copy.deepcopy(line)
    stage.tick()
    copied["t"] = stage.now
    stage.lines.append(copied)
    return copied


# Lost


def a_customer_misses_a_message(stage: Stage) -> None:
    stage.drop(saying("It comes today.", "ann"))


def an_agent_misses_a_message(stage: Stage) -> None:
    stage.drop(saying("Where is my parcel?", "bot-a"))


def a_story_misses_a_message(stage: Stage) -> None:
    context = stage.find(event("conversation.context", "rea"))[0]
    data_of(context)["transcript"] = [
        item for item in data_of(context)["transcript"] if "Where is" not in json.dumps(item)
    ]


def a_message_nobody_got(stage: Stage) -> None:
    """Seen by no agent, so that only the customer's number tells where it stood."""
    stage.drop(saying("It is four seven one.", "rea"))
    for line in stage.find(event("conversation.context", "bot-b")):
        held = data_of(line)
        held["transcript"] = [item for item in held["transcript"] if "four seven" not in json.dumps(item)]


def a_send_is_never_settled(stage: Stage) -> None:
    line = next(line for line in stage.lines if line.get("ack") and "Your number" in json.dumps(line["body"]))
    stage.drop(lambda other: other["what"] == "down" and other["ack"] == line["ack"])
    for client in ("ann", "bot-a"):
        stage.drop(saying("Your number, please?", client))


def a_turn_is_never_sent(stage: Stage) -> None:
    stage.intend("ann", "t9", "And one more thing", 3)


def a_turn_is_missing(stage: Stage) -> None:
    conversation = next(line for line in stage.plan if line["what"] == "conversation")
    conversation["turns"] = 5


def the_text_changed(stage: Stage) -> None:
    data_of(stage.find(saying("It comes today.", "ann"))[0])["content"]["text"] = "It comes never."


def gone_after_the_crash(stage: Stage) -> None:
    """Read again after all was done, and one message is not there any more."""
    stage.tick()
    stage.plan.append({"what": "audit", "t": stage.now, "client": "ann", "conversation": "c1"})
    for line in [line for line in stage.lines if line["client"] == "ann" and line["what"] == "down"]:
        said = json.dumps(line["body"])
        if line["type"] == EVENT and "public_seq" in said and "It comes today" not in said:
            again(stage, line)


# Duplicated


def one_send_under_two_numbers(stage: Stage) -> None:
    line = again(stage, stage.find(saying("Anything else?", "ann"))[0])
    line["body"][1]["public_seq"] = stage.public + 1


def one_client_id_under_two_messages(stage: Stage) -> None:
    line = again(stage, stage.find(saying("Anything else?", "ann"))[0])
    line["body"][1]["public_seq"] = stage.public + 1
    data_of(line)["message_id"] = "another"


def one_number_with_two_contents(stage: Stage) -> None:
    line = again(stage, stage.find(saying("It comes today.", "ann"))[0])
    data_of(line)["content"]["text"] = "Something else"


def two_acknowledgements(stage: Stage) -> None:
    line = stage.find(lambda line: line["type"] == 3 and "message_id" in line["body"][0])[0]
    asked = stage.find(lambda other: other["what"] == "up" and other["ack"] == line["ack"])[0]
    for copied in (again(stage, asked), again(stage, line)):
        copied["ack"] = 9999
    stage.lines[-1]["body"][0]["public_seq"] += 1


def a_message_nobody_sent(stage: Stage) -> None:
    line = again(stage, stage.find(saying("Anything else?", "ann"))[0])
    line["body"][1]["public_seq"] = stage.public + 1
    data_of(line)["message_id"], data_of(line)["client_id"] = "another", None


# Misordered


def a_gap_stays_open(stage: Stage) -> None:
    stage.drop(event("conversation.agent_removed", "ann"))


def an_agents_gap_stays_open(stage: Stage) -> None:
    stage.drop(event("draft.discarded", "rea"))


def two_agents_disagree(stage: Stage) -> None:
    data_of(stage.find(event("draft.discarded", "rea"))[0])["reason"] = "whim"


def customer_and_agents_disagree(stage: Stage) -> None:
    """The customer reads two messages the other way round."""
    first = stage.find(saying("Where is my parcel?", "ann"))[0]["body"][1]
    second = stage.find(saying("Your number, please?", "ann"))[0]["body"][1]
    for line in stage.find(lambda line: line["type"] == 3 and "public_seq" in line["body"][0]):
        del line["body"][0]["public_seq"]
    first["public_seq"], second["public_seq"] = second["public_seq"], first["public_seq"]


def own_messages_out_of_order(stage: Stage) -> None:
    """The one sent later was first on the wire: the server turned them round."""
    line = next(
        line for line in stage.lines if line.get("ack") and "four seven one" in json.dumps(line["body"])
    )
    first = next(line for line in stage.lines if line.get("ack") and "my parcel" in json.dumps(line["body"]))
    stage.move(line, first)


# Voice


def a_late_reply_gets_through(stage: Stage) -> None:
    """Bot A's reply is stored after its stint ended."""
    stage.readers = ["bot-b"]
    stage.message("bot-a", "I am still here", client_id="re:x:3", stint="s1")
    stage.drop(event("conversation.closed"))


def the_customer_alone_hears_it(stage: Stage) -> None:
    """No agent's frame tells; the customer's own do."""
    line = stage.find(saying("It comes today.", "ann"))[0]
    line["body"][1]["actor"]["name"] = "bot-a"


def a_refused_send_stands(stage: Stage) -> None:
    error = {"code": "stint_ended", "message": "too late", "retryable": False}
    body = {
        "conversation_id": "c1",
        "stint_id": "s2",
        "client_id": "r1",
        "content": {"text": "It comes today."},
    }
    stage.says("rea", "message.send", body, {"ok": False, "error": error})


def speaks_while_consulted(stage: Stage) -> None:
    for line in stage.find(event("conversation.agent_added", stint_id="s2")):
        data_of(line)["role"] = "consulted"


def a_draft_reaches_the_customer(stage: Stage) -> None:
    stage.hears("ann", "draft.discarded", stage.envelope({"content": {"type": "text", "text": "x"}}))


def a_note_reaches_the_customer(stage: Stage) -> None:
    stage.hears("ann", "typing.updated", stage.envelope({"on": True, "who": "PRIVATE-NOTE"}))


def a_seq_reaches_the_customer(stage: Stage) -> None:
    stage.find(event("conversation.closed", "ann"))[0]["body"][1]["seq"] = 14


def an_agents_id_reaches_the_customer(stage: Stage) -> None:
    data_of(stage.find(event("conversation.agent_added", "ann"))[0])["agent"]["id"] = "id-bot-a"


def somebody_elses_chat(stage: Stage) -> None:
    stage.cast("eve", "customer")
    stage.plan.append({"what": "conversation", "client": "eve", "conversation": "c2", "turns": 0})
    envelope = stage.envelope({"on": True})
    stage.hears("eve", "typing.updated", envelope)
    stage.hears(
        "eve", "conversation.closed", {**envelope, "conversation_id": "c2", "public_seq": 1, "epoch": 1}
    )


def two_public_entries_for_one_change(stage: Stage) -> None:
    for line in stage.find(event("conversation.agent_added", "ann")):
        line["body"][1]["epoch"] += 1


def an_agent_reads_on(stage: Stage) -> None:
    line = stage.find(saying("Anything else?", "bot-b"))[0]
    stage.hears("bot-a", "message.created", line["body"][1])


# Joining order


def context_before_added(stage: Stage) -> None:
    context = stage.find(event("conversation.context", "rea"))[0]
    added = stage.find(
        lambda line: event("conversation.agent_added", "rea")(line) and "seq" not in line["body"][1]
    )
    stage.move(context, added[0])


def no_greet_packet(stage: Stage) -> None:
    stage.drop(event("conversation.greet", "bot-a"))


def a_person_is_told_to_greet(stage: Stage) -> None:
    stage.hears("rea", "conversation.greet", stage.envelope({"stint_id": "s2"}))


def an_entry_before_ready(stage: Stage) -> None:
    ready = stage.find(lambda line: line["what"] == "up" and "stint.ready" in line["body"])[1]
    entry = stage.find(saying("It is four seven one.", "rea"))[0]
    stage.move(entry, ready)


def the_stream_starts_late(stage: Stage) -> None:
    """The first entry after the boundary comes last; all numbers come in the end."""
    entry = stage.find(saying("It is four seven one.", "rea"))[0]
    stage.lines.remove(entry)
    entry["t"] = stage.now
    stage.lines.append(entry)


def a_wrong_boundary(stage: Stage) -> None:
    context = data_of(stage.find(event("conversation.context", "rea"))[0])
    context["boundary_seq"], context["transcript"] = 4, context["transcript"][:4]
    stage.lines.insert(
        stage.lines.index(stage.find(saying("It is four seven one.", "rea"))[0]),
        copy.deepcopy(stage.find(event("conversation.agent_removed", "bot-a"))[0])
        | {"conn": stage.conns["rea"], "client": "rea", "t": stage.now},
    )


def the_story_is_cut(stage: Stage) -> None:
    context = data_of(stage.find(event("conversation.context", "bot-b"))[0])
    context["transcript"] = context["transcript"][:-1]
    stage.hears("bot-b", *stage.history[9])


def two_greetings(stage: Stage) -> None:
    for line in stage.find(saying("Your number, please?", "bot-a")):
        data_of(line)["client_id"] = "greet:s1"


def added_before_removed(stage: Stage) -> None:
    """Bot B takes the baton while Rea holds it: her removed entry stands behind."""
    removed, added = stage.history[9], stage.history[10]
    assert (removed[0], added[0]) == ("conversation.agent_removed", "conversation.agent_added")
    swapped = {removed[1]["event_id"]: 11, added[1]["event_id"]: 10}
    for line in stage.find(lambda line: line["type"] == EVENT and line["what"] == "down"):
        told = [line["body"][1], *data_of(line).get("transcript", [])]
        for envelope in told:
            if "seq" in envelope:
                envelope["seq"] = swapped.get(envelope["event_id"], envelope["seq"])


def a_stint_without_packets(stage: Stage) -> None:
    for name in ("conversation.agent_added", "conversation.context", "conversation.greet"):
        told = event(name, "bot-a")
        stage.drop(lambda line, told=told: told(line) and "seq" not in line["body"][1])  # type: ignore[misc]
    gone = stage.find(event("conversation.agent_removed", "ann"))[0]
    for line in stage.lines[stage.lines.index(gone) - 1 :]:
        line["t"] += 5000


# Capacity


def an_offer_too_many(stage: Stage) -> None:
    """Rea has one slot and holds one chat."""
    stage.hears("rea", "offer.made", stage.envelope({"offer": other_offer()}))
    stage.move(stage.lines[-1], stage.find(saying("It comes today.", "rea"))[0])


def an_offer_into_the_wrap_up(stage: Stage) -> None:
    """Her chat is handed back, its after-work not finished."""
    stage.plan[0]["wrap_up_ms"] = 1000
    stage.hears("rea", "offer.made", stage.envelope({"offer": other_offer()}))
    stage.move(stage.lines[-1], stage.find(event("stint.updated", "rea"))[0])


def two_offers_for_one_slot(stage: Stage) -> None:
    stage.hears("rea", "offer.made", stage.envelope({"offer": other_offer()}))
    stage.hears("rea", "offer.made", stage.envelope({"offer": other_offer() | {"conversation_id": "c8"}}))


def the_snapshot_says_so(stage: Stage) -> None:
    held = {"stints": [], "offers": [], "handoffs": [], "slots_used": 2}
    stage.hears("rea", "session.snapshot", stage.envelope(held))


def other_offer() -> Line:
    done = escalation() | {"state": "completed"}
    return {"offer_id": "o9", "conversation_id": "c9", "ends_in_ms": 1000, "handoff": done}


# Hand-offs


def a_request_goes_nowhere(stage: Stage) -> None:
    body = {"conversation_id": "c7", "client_id": "please"}
    answer = {"ok": True, "handoff_id": "h7", "answer": {"type": "queued"}}
    stage.says("ann", "human.request", body, answer)


def an_arrival_goes_nowhere(stage: Stage) -> None:
    stage.cast("eve", "customer")
    stage.plan.append({"what": "conversation", "client": "eve", "conversation": "c2", "turns": 0})


SPOILT: dict[str, list[Spoil]] = {
    "lost": [
        a_customer_misses_a_message,
        an_agent_misses_a_message,
        a_story_misses_a_message,
        a_message_nobody_got,
        a_send_is_never_settled,
        a_turn_is_never_sent,
        a_turn_is_missing,
        the_text_changed,
        gone_after_the_crash,
    ],
    "duplicated": [
        one_send_under_two_numbers,
        one_client_id_under_two_messages,
        one_number_with_two_contents,
        two_acknowledgements,
        a_message_nobody_sent,
    ],
    "misordered": [
        a_gap_stays_open,
        an_agents_gap_stays_open,
        two_agents_disagree,
        customer_and_agents_disagree,
        own_messages_out_of_order,
    ],
    "voice_violations": [
        a_late_reply_gets_through,
        the_customer_alone_hears_it,
        a_refused_send_stands,
        speaks_while_consulted,
        a_draft_reaches_the_customer,
        a_note_reaches_the_customer,
        a_seq_reaches_the_customer,
        an_agents_id_reaches_the_customer,
        somebody_elses_chat,
        two_public_entries_for_one_change,
        an_agent_reads_on,
    ],
    "joining_order_violations": [
        context_before_added,
        no_greet_packet,
        a_person_is_told_to_greet,
        an_entry_before_ready,
        the_stream_starts_late,
        a_wrong_boundary,
        the_story_is_cut,
        two_greetings,
        added_before_removed,
        a_stint_without_packets,
    ],
    "capacity_violations": [
        an_offer_too_many,
        an_offer_into_the_wrap_up,
        two_offers_for_one_slot,
        the_snapshot_says_so,
    ],
    "handoffs_unfinished": [a_request_goes_nowhere, an_arrival_goes_nowhere],
}


def test_a_clean_run_is_ok() -> None:
    verdict, findings = clean().judged()
    assert findings == []
    assert verdict.doubts == []
    assert verdict.as_json() == {
        "ok": True, "conversations": 1, "messages_sent": 6, "messages_delivered": 20,
        "lost": 0, "duplicated": 0, "misordered": 0,
        "voice_violations": 0, "joining_order_violations": 0, "capacity_violations": 0,
        "handoffs": {"arrival": 1, "escalation": 1, "hand_back": 1}, "handoffs_unfinished": 0,
        "handoff_ms": verdict.handoff_ms, "summaries": 2, "kills": 0, "reconnects": 1,
        "stale_sends_refused": 1, "gap_messages": 1, "offers_expired": 1, "sweep_found_work": 0,
    }  # fmt: skip
    assert 0 < verdict.handoff_ms["p50"] <= verdict.handoff_ms["p99"]


@pytest.mark.parametrize(
    "figure, spoil",
    [pytest.param(figure, spoil, id=spoil.__name__) for figure, spoils in SPOILT.items() for spoil in spoils],
)
def test_a_broken_law_is_found(figure: str, spoil: Spoil) -> None:
    stage = clean()
    spoil(stage)
    verdict, findings = stage.judged()
    assert getattr(verdict, figure) > 0, (verdict, findings)
    assert not verdict.ok


def test_what_the_sweep_found_counts() -> None:
    verdict, _ = clean().judged(sweep=1)
    assert verdict.broken == ["sweep_found_work"]


def test_a_run_cut_short_is_not_ok() -> None:
    stage = clean()
    stage.plan = [line for line in stage.plan if line["what"] != "end"]
    verdict, _ = stage.judged()
    assert verdict.broken == []
    assert not verdict.ok


def test_fewer_conversations_than_asked_for_are_not_ok() -> None:
    stage = clean()
    stage.plan[0]["conversations"] = 2
    verdict, _ = stage.judged()
    assert not verdict.ok


@pytest.mark.parametrize("asked, crash, doubted", [(49, True, 0), (50, False, 4), (50, True, 5)])
def test_from_fifty_conversations_on_all_must_be_provoked(asked: int, crash: bool, doubted: int) -> None:
    stage = Stage()
    stage.plan.append({"what": "run", "conversations": asked, "crash": crash})
    verdict, _ = stage.judged()
    assert sum("nothing of it was provoked" in doubt for doubt in verdict.doubts) == doubted


# What must not be taken for a fault


def a_resend_is_acknowledged_again(stage: Stage) -> None:
    line = stage.find(lambda line: line["type"] == 3 and "message_id" in line["body"][0])[0]
    asked = stage.find(lambda other: other["what"] == "up" and other["ack"] == line["ack"])[0]
    for copied in (again(stage, asked), again(stage, line)):
        copied["ack"] = 9999


def an_entry_comes_twice(stage: Stage) -> None:
    again(stage, stage.find(saying("It comes today.", "ann"))[0])


def packets_again_on_a_new_connection(stage: Stage) -> None:
    """The connection went before stint.ready: the packets are still due."""
    context = stage.find(event("conversation.context", "rea"))[0]
    place = stage.lines.index(context)
    first, stage.lines = stage.lines[:place], stage.lines[place:]
    tail, stage.lines = stage.lines, first
    stage.close("rea")
    stage.connect("rea")
    for line in tail:
        if line["client"] == "rea":
            line["conn"] = stage.conns["rea"]
    added = copy.deepcopy(stage.find(event("conversation.agent_added", "rea"))[0])
    stage.lines.append(added | {"conn": stage.conns["rea"]})
    stage.lines += tail


def a_hidden_entry_keeps_its_place(stage: Stage) -> None:
    line = stage.find(event("draft.discarded", "rea"))[0]
    line["body"] = ["entry.hidden", {**line["body"][1], "data": {"hidden": True}}]


def a_slot_is_used_again_at_once(stage: Stage) -> None:
    """The next offer's frame overtakes the end of the stint whose slot it takes."""
    end = stage.find(event("stint.updated", "rea"))[0]
    stage.hears("rea", "offer.made", stage.envelope({"offer": other_offer()}))
    stage.move(stage.lines[-1], end)


def a_lost_stint_is_read_to_its_end(stage: Stage) -> None:
    """Rea is gone before she is ready; back later, she reads up to the end of her stint."""
    stage.drop(lambda line: "stint.ready" in line["body"] and line["client"] == "rea")
    for line in stage.find(lambda line: line["client"] == "rea" and line["type"] == EVENT):
        if line["what"] == "down" and "seq" in line["body"][1]:
            stage.lines.remove(line)
            stage.tick()
            stage.lines.append(line | {"t": stage.now})


def a_stint_whose_packets_never_came_is_read_to_its_end(stage: Stage) -> None:
    """Rea is gone before her packets come, and back after the stint: the entries say how far she may read."""
    a_lost_stint_is_read_to_its_end(stage)
    stage.drop(
        lambda line: (
            line["client"] == "rea"
            and line["type"] == EVENT
            and line["body"][0] in ("conversation.agent_added", "conversation.context")
            and "seq" not in line["body"][1]
        )
    )


def offers_that_are_over_before_they_are_heard_of(stage: Stage) -> None:
    """Their frames come late, with no time left; taking them is refused, and no slot is used."""
    error = {"code": "offer_ended", "message": "over", "retryable": False}
    for number in range(3):
        late = other_offer() | {"offer_id": f"late{number}", "conversation_id": f"d{number}", "ends_in_ms": 0}
        stage.hears("rea", "offer.made", stage.envelope({"offer": late}))
        stage.says("rea", "offer.accept", {"offer_id": late["offer_id"]}, {"ok": False, "error": error})


def a_person_reads_what_waits(stage: Stage) -> None:
    """A representative of the queue looks into a conversation that nobody holds."""
    stage.cast("sol", "representative", 1)
    line = stage.find(saying("It is four seven one.", "rea"))[0]
    stage.hears("sol", "message.created", line["body"][1])


@pytest.mark.parametrize(
    "change",
    [
        a_lost_stint_is_read_to_its_end,
        a_stint_whose_packets_never_came_is_read_to_its_end,
        a_person_reads_what_waits,
        offers_that_are_over_before_they_are_heard_of,
        a_resend_is_acknowledged_again,
        an_entry_comes_twice,
        packets_again_on_a_new_connection,
        a_hidden_entry_keeps_its_place,
        a_slot_is_used_again_at_once,
    ],
)
def test_what_may_happen_is_no_fault(change: Spoil) -> None:
    stage = clean()
    change(stage)
    verdict, findings = stage.judged()
    assert findings == []
    assert verdict.ok


# The log


def test_a_frame_is_taken_apart() -> None:
    packet = parse('42/agent,17["message.send",{"client_id":"a"}]')
    assert packet is not None
    assert (packet.type, packet.namespace, packet.ack_id) == (EVENT, "/agent", 17)
    assert (packet.name, packet.body) == ("message.send", {"client_id": "a"})


def test_a_connect_and_its_answer_are_taken_apart() -> None:
    up = parse('40/customer,{"token":"x"}')
    assert up is not None
    assert (up.type, up.namespace, up.body) == (CONNECT, "/customer", {"token": "x"})


@pytest.mark.parametrize("text", ["2", "3", "", '0{"sid":"x"}', "4", "42/agent,[", "42/agent,{}", "hello"])
def test_what_is_no_packet_is_left_out(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize("spoil, status", [(None, 0), (a_gap_stays_open, 1)])
def test_a_kept_run_can_be_judged_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], spoil: Spoil | None, status: int
) -> None:
    stage = clean()
    if spoil:
        spoil(stage)
    (tmp_path / "frames").write_text("".join(serialise(line) + "\n" for line in stage.lines))
    (tmp_path / "plan").write_text("".join(json.dumps(line) + "\n" for line in stage.plan))
    assert command.main([str(tmp_path / "frames"), str(tmp_path / "plan")]) == status
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["ok"] is (status == 0)
