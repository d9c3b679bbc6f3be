"""The demo's parts that need no server: dialogues, courses, configuration, the words at the end."""

import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from batonpass.config import load_config
from batonpass.demo import world
from batonpass.demo.acts import ACTS
from batonpass.demo.command import USAGE, DemoOptions, run_demo
from batonpass.demo.dialogues import BadDialogues, Dialogue, Turn, load
from batonpass.demo.judge import Verdict
from batonpass.demo.play import Counters
from batonpass.demo.script import WATCHED, Course, Script, draw, draw_all
from batonpass.demo.trouble import KILLS, moments
from batonpass.demo.view import baton, in_words, stories
from batonpass.domain.agents import AgentKind
from batonpass.domain.rules import Nobody, Trigger

FIVE = Dialogue("five", tuple(Turn("customer" if n % 2 == 0 else "agent", f"line {n}") for n in range(5)))


def test_our_own_dialogues_are_many_and_of_the_documented_shape() -> None:
    dialogues = load(None)
    assert len(dialogues) >= 12
    assert len({dialogue.id for dialogue in dialogues}) == len(dialogues)
    for dialogue in dialogues:
        assert len(dialogue.turns) >= 8
        assert {turn.role for turn in dialogue.turns} == {"customer", "agent"}


def test_every_fact_of_our_dialogues_is_said() -> None:
    lines = (Path(world.__file__).parent / "dialogues.jsonl").read_text(encoding="utf-8").splitlines()
    for line in lines:
        item = json.loads(line)
        said = " ".join(turn["text"] for turn in item["turns"]).lower()
        assert item["source"] == "batonpass"
        assert all(value.lower() in said for value in item["facts"].values()), item["id"]


def test_a_file_is_read_without_what_nobody_says(tmp_path: Path) -> None:
    turns = [
        {"role": "customer", "text": " Hello "},
        {"role": "system", "text": "looked up"},
        {"role": "agent", "text": ""},
        {"role": "agent", "text": "Yes?"},
    ]
    file = tmp_path / "some.jsonl"
    file.write_text(json.dumps({"id": 7, "turns": turns}) + "\n\n", encoding="utf-8")
    assert load(file) == [Dialogue("7", (Turn("customer", "Hello"), Turn("agent", "Yes?")))]


@pytest.mark.parametrize("text", ["", "[]", '{"id": "x"}', "{", '{"id": "x", "turns": [{"role": "agent"}]}'])
def test_what_is_no_dialogue_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "some.jsonl"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadDialogues):
        load(file)


def test_a_bad_file_is_a_usage_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "some.jsonl"
    file.write_text("nothing\n", encoding="utf-8")
    assert run_demo(DemoOptions(dialogues=file)) == USAGE
    assert "line 1" in capsys.readouterr().err


def test_twenty_conversations_have_one_of_everything() -> None:
    chance = Random(3)
    courses = [draw(chance, FIVE, number) for number in range(20)]
    assert {course.journey for course in courses} == {"two queues", "one queue"}
    for what in ("late_words", "gap_words", "misses", "declines", "asks_for_human", "interrupts"):
        assert any(getattr(course, what) for course in courses), what
    assert any(course.hang_at is not None for course in courses)
    assert {cut.whose for course in courses for cut in course.cuts.values()} == {"customer", "holder"}


def test_seventeen_conversations_have_every_act() -> None:
    chance = Random(3)
    courses = [draw_all(chance, FIVE, number) for number in range(17)]
    assert {act.name for course in courses for _, act in course.acts} == {act.name for act in ACTS}
    assert {course.watched for course in courses} == {None, *WATCHED}
    assert {course.escalate_leave for course in courses} == {"now", "on_accept", "on_complete"}


def test_acts_are_taken_in_order_when_their_turn_has_come() -> None:
    script = Script("1", FIVE, Course("one queue", acts=((1, ACTS[0]), (4, ACTS[1]))))
    assert script.act_now() is None
    script.said(0, "Ann")
    assert [script.act_now(), script.act_now()] == [ACTS[0], None]
    for index in range(1, 5):
        script.said(index, "somebody")
    assert script.act_now() is ACTS[1]


def test_two_conversations_are_told() -> None:
    scripts = [Script(str(number), FIVE, Course("one queue")) for number in range(3)]
    for number, script in enumerate(scripts):
        script.customer, script.closed = f"customer-{number}", number != 2
        for line in range(number + 1):
            script.tell(f"Something happens, {line}.")
    lines = stories(scripts)
    assert [line for line in lines if "says:" in line] == [
        f"customer-{number} says: {FIVE.turns[0].text}" for number in (1, 0)
    ]
    assert "  Something happens, 1." in lines


def test_the_same_seed_draws_the_same_courses() -> None:
    first, second = ([draw(Random(9), FIVE, number) for number in range(30)] for _ in range(2))
    assert first == second


def test_a_script_goes_from_turn_to_turn() -> None:
    script = Script("1", FIVE, Course("one queue", escalate_at=1, hand_back_at=3, hang_at=1))
    assert (script.next_role, script.escalates_now(), script.hands_back_now()) == ("customer", False, False)
    assert script.said(0, "Ann")
    assert not script.said(0, "Ann")
    assert script.next_role == "agent"
    assert script.escalates_now()
    assert script.hangs_now()
    script.escalated = True
    for index in range(1, 4):
        script.said(index, "somebody")
    assert script.hands_back_now()
    script.said(4, "Ann")
    assert script.done
    assert not script.hands_back_now()


@pytest.mark.parametrize("seed", range(5))
def test_the_kills_are_at_least_five_and_before_the_end(seed: int) -> None:
    places = moments(Random(seed), Counters(turns_in_all=2000))
    assert len(places) >= KILLS
    assert places == sorted(places)
    assert places[0] > 0
    assert places[-1] < 2000


def test_the_configuration_holds_both_journeys(tmp_path: Path) -> None:
    file = tmp_path / "batonpass.toml"
    file.write_text(world.configuration(), encoding="utf-8")
    config = load_config(file, env={})
    rules = config.rules()
    assert rules.entry_queue({"journey": "one queue"}) == "solo"
    assert rules.entry_queue({}) == "front"
    ranks = {(m.queue_id, m.agent_id): m.capacity_priority for m in config.members()}
    assert ranks["solo", "bot-a"] > ranks["solo", "rep-1"] > ranks["solo", "bot-b"]
    assert sum(agent.kind is AgentKind.REPRESENTATIVE for agent in config.agents()) == world.REPRESENTATIVES
    assert rules.sweep_ms == 1000


def test_the_configuration_of_every_kind_loads(tmp_path: Path) -> None:
    file = tmp_path / "batonpass.toml"
    file.write_text(world.configuration("all"), encoding="utf-8")
    rules = load_config(file, env={}).rules()
    assert rules.queues[world.NIGHT].overflow == (world.EXPERTS,)
    assert rules.queues[world.GHOST].nobody is Nobody.RETURN
    assert Trigger.IDLE in rules.queues[world.EXPERTS].hand_back.when
    assert rules.completion_ms > rules.grace_ms


def test_the_final_page_says_what_was_broken() -> None:
    verdict = Verdict(handoffs={"hand_back": 2}, handoff_ms={"p50": 1, "p99": 2}, lost=3)
    page = "\n".join(in_words(verdict))
    assert "2 hand-back" in page
    assert "BROKEN: lost" in page
    verdict.lost = 0
    assert "Every law held" in "\n".join(in_words(verdict))
    verdict.doubts.append("nothing was delivered")
    assert "proves nothing" in "\n".join(in_words(verdict))


def test_who_holds_is_told_by_shape() -> None:
    drawn = baton(["Bot A", "", "Representative 1", "Bot B"]).plain
    assert drawn.startswith("-■-●■ ")
    assert drawn.endswith("Bot B")
    assert "nobody" in baton(["Bot A", ""]).plain
    assert "nobody" in baton([]).plain


def test_the_judge_needs_nothing_of_ours(tmp_path: Path) -> None:
    """It runs from a copy of its folder alone, with the standard library."""
    package = tmp_path / "stranger"
    package.mkdir()
    for file in (Path(world.__file__).parent / "judge").glob("*.py"):
        (package / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "empty").write_text("")
    words = [sys.executable, "-I", "-S", "-c"]
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); "
        f"from stranger.__main__ import main; sys.exit(main([{str(tmp_path / 'empty')!r}] * 2))"
    )
    done = subprocess.run([*words, code], capture_output=True, text=True, check=False, env=dict(os.environ))
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["conversations"] == 0
