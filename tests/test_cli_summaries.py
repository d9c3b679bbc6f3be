"""`batonpass summaries`: the figures and the cards, and each mistake."""

import json
import re
from pathlib import Path

import pytest

from batonpass.measure.definitions import DEFINITIONS
from batonpass.measure.dialogues import Dialogue, read
from tests.support.talks import PARCEL, SILENT, batonpass, rows, write


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "talks.jsonl", PARCEL, SILENT)


# --- score ----------------------------------------------------------------------------------------


def test_score_for_programs(file: Path) -> None:
    (figures,) = rows(batonpass("summaries", "score", file, "--json", "--worst", "3"))
    assert (figures["dialogues"], figures["status"]) == (2, {"ok": 1, "too_short": 1})
    assert (figures["kfr_of"][1], figures["id"], figures["secrets"], figures["unsupported"]) == (3, 1.0, 0, 0)
    assert figures["rouge"]["dialogues"] == 1
    assert list(figures["ms"]) == ["mean", "p50", "p95", "max"]
    assert all(one["missed"] for one in figures["worst"])


def test_score_of_a_file_of_summaries(file: Path, tmp_path: Path) -> None:
    made = tmp_path / "out.jsonl"
    facts = [{"name": "order", "value": "BX-20417", "turn": 0}, {"name": "x", "value": "4417", "turn": 2}]
    one = {"id": "parcel", "prose": "The parcel is in Rome.", "facts": facts, "ms": 3}
    made.write_text(f"{json.dumps(one)}\n")
    (figures,) = rows(batonpass("summaries", "score", file, "--summaries", made, "--worst", "1", "--json"))
    assert (figures["kfr_of"], figures["id_of"], figures["precision_of"]) == ([1, 3], [1, 1], [1, 2])
    assert (figures["secrets"], figures["unsupported"], figures["status"]) == (1, 1, {"ok": 1, "absent": 1})
    assert figures["worst"] == [
        {
            "id": "parcel",
            "status": "ok",
            "missed": {"amount": "$48.90", "town": "Wexcombe"},
            "given": ["BX-20417", "4417"],
            "secrets": ["4417"],
            "unsupported": ["Rome"],
        }
    ]
    read = batonpass("summaries", "score", file, "--summaries", made, "--worst", "1").stdout.splitlines()
    assert read[0] == f"{file}: 2 dialogues, by unknown (1 ok, 1 absent)"
    assert [line.split()[:2] for line in read[2:7]] == [
        ["KFR", "0.333"],
        ["ID", "1.000"],
        ["precision", "0.500"],
        ["secrets", "1"],
        ["unsupported", "1"],
    ]
    assert read[read.index("") + 1 :][-6:] == [
        "parcel: misses 2 of 3 (ok)",
        "  missed amount: $48.90",
        "  missed town: Wexcombe",
        "  given BX-20417 | 4417",
        "  secrets 4417",
        "  unsupported Rome",
    ]


def test_what_summarize_writes_score_reads_with_the_same_figures(file: Path, tmp_path: Path) -> None:
    made = tmp_path / "out.jsonl"
    made.write_text(batonpass("summarize", file, "--json").stdout)
    (now,) = rows(batonpass("summaries", "score", file, "--json"))
    (then,) = rows(batonpass("summaries", "score", file, "--summaries", made, "--json"))
    assert {**now, "ms": None} == {**then, "ms": None}


@pytest.mark.parametrize(
    "lines,said",
    [
        ('{"id": "strange"}', "out.jsonl: found the id 'strange', expected the ids of {file}"),
        (
            '{"id": "parcel"}\n{"id": "parcel"}',
            'out.jsonl:2: id: found "parcel", expected an id that no other line has',
        ),
        ('{"prose": "x"}', "out.jsonl:1: id: found nothing, expected a text"),
        ('{"id": "parcel", "prose": []}', "out.jsonl:1: prose: found [], expected a text"),
        ('{"id": "parcel", "facts": [{}]}', "out.jsonl:1: facts[0].value: found nothing, expected a text"),
        (
            '{"id": "parcel", "facts": [{"value": "x", "turn": "1"}]}',
            'out.jsonl:1: facts[0].turn: found "1", expected a number',
        ),
        ('{"id": "parcel", "fields": []}', "out.jsonl:1: fields: found [], expected an object"),
        (
            '{"id": "parcel", "fields": {"steps": ["x"]}}',
            'out.jsonl:1: fields.steps[0]: found "x", expected an object',
        ),
        ("", "out.jsonl: found no summary, expected one JSON object a line"),
    ],
)
def test_a_mistake_in_the_summaries(file: Path, lines: str, said: str) -> None:
    Path("out.jsonl").write_text(lines)
    found = batonpass("summaries", "score", file, "--summaries", "out.jsonl")
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.splitlines()[0] == said.format(file=file)


def test_dialogues_of_one_name_cannot_be_told_apart(file: Path) -> None:
    file.write_text(f"{json.dumps(SILENT)}\n" * 2)
    Path("out.jsonl").write_text('{"id": "silent"}')
    found = batonpass("summaries", "score", file, "--summaries", "out.jsonl")
    assert (found.exit_code, found.stderr) == (
        2,
        f"{file}: found the id 'silent' twice, expected ids that differ\n",
    )
    assert batonpass("summaries", "score", file).exit_code == 0, (
        "without a file of summaries they need not be"
    )


def test_the_help_defines_every_figure() -> None:
    found = batonpass("summaries", "score", "--help")
    said = " ".join(found.stdout.split())
    assert [term for term, text in DEFINITIONS if f"{term}: {text}" not in said] == []


# --- show -----------------------------------------------------------------------------------------


def test_show(file: Path) -> None:
    found = batonpass("summaries", "show", file, "--id", "parcel", "--note", "be quick", "--transcript")
    assert (found.exit_code, found.stderr) == (0, "")
    said = found.stdout.splitlines()
    shown = {line[:10].strip(): line[10:] for line in said if line[:1].strip()}
    assert shown["Reason"] == "refund"
    assert shown["Note"] == "be quick"
    assert shown["Issue"].startswith("The customer's parcel has not arrived.")
    assert shown["Outcome"] == "not solved"
    assert "(turn 3)" in found.stdout.partition("Tried")[2].partition("Outcome")[0]
    assert any(line.endswith("BX-20417 (turn 0)") for line in said)
    assert shown["3"].startswith("bot: Unfortunately")
    assert all(len(line) <= 80 for line in said)
    assert "\x1b" not in found.stdout


def test_show_leaves_out_what_is_empty(file: Path) -> None:
    said = batonpass("summaries", "show", file, "--id", "silent").stdout.splitlines()
    assert [line[:10].strip() for line in said if line[:1].strip()] == ["Made"]
    assert said[0].startswith("Made      nothing yet, by rules ")


def test_show_for_programs(file: Path) -> None:
    (found,) = rows(batonpass("summaries", "show", file, "--id", "parcel", "--reason", "mine", "--json"))
    assert found["id"] == "parcel"
    assert {"label": "Reason", "texts": ["mine"]} in found["card"]


def test_show_names_the_ids_there_are(file: Path) -> None:
    found = batonpass("summaries", "show", file, "--id", "other")
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.splitlines() == [f"{file} has no dialogue 'other'", "It has: parcel, silent."]
    assert batonpass("summaries", "show", "--id", "shop-kettle").exit_code == 0


def test_nothing_of_a_file_acts_on_the_terminal(file: Path) -> None:
    turns = [{"role": "customer", "text": "My order \x1b[2JBX-20417 is [bold]late[/bold] \u202e:smile:"}]
    file.write_text(
        json.dumps(
            {"id": "x\x07\u202e", "turns": turns, "reason": "\x1b]0;title\x07", "facts": {"a": "\x07 late"}}
        )
    )
    commands: list[list[str | Path]] = [
        ["summarize", file],
        ["summaries", "show", file, "--id", "x\x07\u202e", "--transcript"],
        ["summaries", "score", file, "--worst", "1"],
    ]
    for command in commands:
        found = batonpass(*command)
        assert found.exit_code == 0
        assert not {"\x1b", "\x07", "\u202e"} & set(found.stdout)
    assert (
        "[bold]late[/bold]"
        in batonpass("summaries", "show", file, "--id", "x\x07\u202e", "--transcript").stdout
    )


# --- the samples ----------------------------------------------------------------------------------


@pytest.mark.parametrize("dialogue", read(None), ids=lambda dialogue: dialogue.id)
def test_what_a_sample_says_is_weak_is_what_its_card_shows(dialogue: Dialogue) -> None:
    """Whatever a remark quotes stands in the card, its labels or the dialogue. Red: read the card again and say what
    is weak about it now (`remark` in samples.jsonl), then `batonpass docs --write`."""
    card = " ".join(batonpass("summaries", "show", "--id", dialogue.id, "--transcript").stdout.split())
    quoted = re.findall(r'"([^"]+)"', dialogue.remark)
    assert [words for words in quoted if words.lower().rstrip(".") not in card.lower()] == []
