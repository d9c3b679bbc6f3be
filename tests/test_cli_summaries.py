"""`batonpass summarize` and `batonpass summaries`: what they print where, and each mistake."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from batonpass.cli import summarizing
from batonpass.cli.app import app
from batonpass.measure.definitions import DEFINITIONS
from batonpass.plugin_api import SUMMARIZERS
from batonpass.plugins import load

DATA = Path(__file__).parents[2] / "shared" / "data"

PARCEL = {
    "id": "parcel",
    "turns": [
        {"role": "customer", "text": "Hi, my parcel has not arrived. The order number is BX-20417."},
        {"role": "agent", "text": "The carrier says it was delivered on March 4th. What is your PIN?"},
        {"role": "customer", "text": "4417. It cost $48.90 and should have come to Wexcombe."},
        {"role": "agent", "text": "Unfortunately I cannot issue refunds above $25."},
    ],
    "facts": {"order": "BX-20417", "amount": "$48.90", "pin": "4417", "colour": "green", "town": "Wexcombe"},
    "reference_summaries": ["The customer's parcel has not arrived."],
    "reason": "refund",
}
SILENT = {"id": "silent", "turns": []}

PLUGIN = '''
import asyncio
from batonpass.plugin_api import Fact, Maker, Summary, SummaryFailed

def told(request, **more):
    last = request.turns[-1]
    return Summary(Maker("own", "7", "m-1"), prose="The customer wrote.", first_seq=last.seq, last_seq=last.seq, **more)

class Echo:
    """Says which role the last turn has, and what it was told."""
    name, version, immediate = "own", "7", False

    def __init__(self):
        self.options = {}

    def configure(self, options):
        if "bad" in options:
            raise ValueError("bad: found true, expected nothing")
        self.options = options

    async def summarize_later(self, request):
        if not request.turns:
            raise SummaryFailed("nothing_said")
        if "sleep" in self.options:
            await asyncio.sleep(self.options["sleep"])
        words = [request.purpose, request.turns[-1].role, request.reason, request.note]
        words += [f"{key}={value!r}" for key, value in sorted(self.options.items())]
        if not self.options.get("invent"):
            return told(request, intent=" ".join(filter(None, words))[:60])
        return told(request, issue="It was 777.")

class Broken:
    name, version, immediate = "broken", "1", True
    def summarize(self, request):
        raise KeyError("words of the chat")

class Async:
    name, version, immediate = "async", "1", True
    async def summarize(self, request):
        ...
'''


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "talks.jsonl"
    path.write_text("".join(f"{json.dumps(one)}\n" for one in (PARCEL, SILENT)))
    return path


@pytest.fixture
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real distribution with three summarizers: one slow, one that raises, one that is refused."""
    folder = tmp_path / "site"
    info = folder / "own-1.dist-info"
    info.mkdir(parents=True)
    module = f"own_{abs(hash(str(tmp_path)))}"
    (folder / f"{module}.py").write_text(PLUGIN)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: own\nVersion: 1\n")
    points = "".join(f"{name.lower()} = {module}:{name}\n" for name in ("Echo", "Broken", "Async"))
    (info / "entry_points.txt").write_text(f"[{SUMMARIZERS}]\n{points}")
    monkeypatch.syspath_prepend(str(folder))


def batonpass(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def rows(found: Result) -> list[dict[str, Any]]:
    assert (found.exit_code, found.stderr) == (0, "")
    return [json.loads(line) for line in found.stdout.splitlines()]


# --- summarize ------------------------------------------------------------------------------------


def test_summarize_for_programs(file: Path) -> None:
    parcel, silent = rows(batonpass("summarize", file, "--summarizer", "rules", "--json"))
    assert list(parcel) == ["id", "prose", "facts", "fields", "maker", "status", "ms"]
    assert (parcel["id"], parcel["status"], parcel["maker"]["name"]) == ("parcel", "ok", "rules")
    assert list(parcel["maker"]) == ["name", "version", "model"]
    assert "parcel has not arrived" in parcel["prose"]
    facts = {fact["value"]: fact["turn"] for fact in parcel["facts"]}
    assert facts["BX-20417"] == 0
    assert facts["$48.90"] == 2
    assert {*parcel["facts"][0]} == {"name", "value", "turn"}
    fields = parcel["fields"]
    assert {*fields} == {
        *("transfer_reason", "issue", "intent", "next_step", "steps", "outcome", "sentiment", "language"),
        *("status_reason", "tokens_in", "tokens_out"),
    }
    assert (fields["outcome"], fields["language"], fields["transfer_reason"]) == ("no", "en", "refund")
    last = fields["steps"][-1]
    assert (last["by"], last["turn"]) == ("bot", 3)
    assert parcel["ms"] > 0
    assert "4417" not in json.dumps(parcel)
    assert (silent["id"], silent["status"], silent["prose"], silent["facts"]) == (
        "silent",
        "too_short",
        "",
        [],
    )


def test_rules_are_the_default(file: Path) -> None:
    assert {row["maker"]["name"] for row in rows(batonpass("summarize", file, "--json"))} == {"rules"}


def test_summarize_to_read(file: Path) -> None:
    found = batonpass("summarize", file)
    assert (found.exit_code, found.stderr) == (0, "")
    said = found.stdout.splitlines()
    assert said[0] == "parcel"
    assert any("parcel has not arrived" in line for line in said)
    assert any("BX-20417 (turn 0)" in line for line in said)
    assert "silent" in said
    assert any(line.startswith("  too short: ") for line in said)


def test_without_a_file_the_samples_are_read() -> None:
    found = rows(batonpass("summarize", "--json"))
    assert len(found) == 10
    assert {row["status"] for row in found} == {"ok", "too_short"}


@pytest.mark.usefixtures("plugins")
def test_a_slow_summarizer_with_options(file: Path, tmp_path: Path) -> None:
    parcel, silent = rows(
        batonpass("summarize", file, "--summarizer", "echo", "--purpose", "wrap_up", "--json")
    )
    assert (parcel["fields"]["intent"], parcel["status"]) == ("wrap_up bot refund", "ok")
    assert parcel["maker"] == {"name": "own", "version": "7", "model": "m-1"}
    assert (silent["status"], silent["fields"]["status_reason"]) == ("failed", "nothing_said")
    options = tmp_path / "options.toml"
    for table in ("", "[plugins.echo]\n"):
        options.write_text(
            f'[plugins.other]\nx = 1\n{table}a = 1\nb = "x"\n' if table else 'a = 1\nb = "x"\n'
        )
        asked: list[str | Path] = [
            "--options",
            options,
            "--options",
            "b=two words",
            "--options",
            "c=0.5",
            "--agents",
            "representative",
        ]
        parcel, _ = rows(batonpass("summarize", file, "--summarizer", "echo", *asked, "--json"))
        assert parcel["fields"]["intent"] == "transfer representative refund a=1 b='two words' c=0.5"


@pytest.mark.usefixtures("plugins")
@pytest.mark.parametrize(
    "arguments,reason",
    [
        (["broken"], "raised KeyError in own_"),
        (["echo", "--options", "invent=true"], "broke the contract: a number in the words stands in no turn"),
        (["echo", "--options", "sleep=60", "--deadline", "0.1"], "timeout"),
    ],
)
def test_a_summary_that_fails_is_a_status(file: Path, arguments: list[str], reason: str) -> None:
    parcel = rows(batonpass("summarize", file, "--json", "--summarizer", *arguments))[0]
    assert parcel["status"] == "failed"
    assert parcel["fields"]["status_reason"].startswith(reason)
    assert (parcel["prose"], parcel["facts"]) == ("", [])


@pytest.mark.usefixtures("plugins")
@pytest.mark.parametrize(
    "arguments,said",
    [
        (["--summarizer", "poet"], ["There is no summarizer 'poet'", "There are: {names}."]),
        (
            ["--summarizer", "async"],
            [
                "There is no summarizer 'async'",
                "It was refused: its summarize must not be async",
                "There are: {names}.",
            ],
        ),
        (
            ["--summarizer", "echo", "--options", "bad=true"],
            ["The summarizer 'echo' does not take these options: bad: found true, expected nothing"],
        ),
        (
            ["--options", "a=1", "--options", "b=2"],
            ["The summarizer 'rules' takes no options", "Given: a, b."],
        ),
        (["--options", "a"], ["--options 'a' is neither a FILE.toml nor NAME=VALUE"]),
        (["--options", "no.toml"], ["no.toml: found no such file or directory, expected a TOML file"]),
        (
            ["--options", "talks.jsonl.toml"],
            ["talks.jsonl.toml: found no TOML, expected TOML (Invalid statement (at line 1, column 1))"],
        ),
    ],
)
def test_a_mistake_about_the_plugin(file: Path, arguments: list[str], said: list[str]) -> None:
    Path("talks.jsonl.toml").write_text("{}")
    found = batonpass("summarize", file, "--json", *arguments)
    assert (found.exit_code, found.stdout) == (2, "")
    names = ", ".join(load(SUMMARIZERS).loaded)
    assert found.stderr.splitlines() == [line.format(names=names) for line in said]
    assert "echo, " in names and "async" not in names


LOST = "`batonpass summarize --help` says what a dialogue looks like."


@pytest.mark.parametrize(
    "command", [["summarize"], ["summaries", "score"], ["summaries", "show", "--id", "a"]]
)
@pytest.mark.parametrize(
    "raw,said",
    [
        (b"", ": found no dialogue, expected one JSON object a line"),
        (b"not json\n", ":1: found not json, expected JSON"),
        (b'{"turns": []}\n', ":1: id: found nothing, expected a text"),
        (b'{"id": "a"}\n', ":1: turns: found nothing, expected a list"),
        (
            b'{"id": "a", "turns": []}\n{"id": "b", "turns": [{"role": "boss", "text": "x"}]}\n',
            ':2: turns[0].role: found "boss", expected customer, agent or system',
        ),
        (
            b'{"id": "a", "turns": [{"role": "agent", "text": "\\udc00"}]}\n',
            ':1: turns[0].text: found half a character (\\udc00) in "\\udc00", expected text',
        ),
    ],
)
def test_a_mistake_in_the_file(command: list[str], raw: bytes, said: str) -> None:
    Path("bad.jsonl").write_bytes(raw)
    found = batonpass(*command, "bad.jsonl")
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.splitlines() == [f"bad.jsonl{said}", LOST]


def test_a_file_that_is_not_there() -> None:
    found = batonpass("summarize", "none.jsonl")
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.splitlines() == [
        "none.jsonl: found no such file or directory, expected a file of JSON lines",
        LOST,
    ]


def test_long_work_says_how_far_it_is(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(summarizing, "QUIET_S", 0.0)
    found = batonpass("summarize", file, "--json")
    assert found.stderr.splitlines() == ["1 of 2 dialogues"], "then nothing for ten seconds"
    assert len(found.stdout.splitlines()) == 2


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


def test_the_real_command_writes_lines_that_a_pipe_may_stop(file: Path) -> None:
    """A reader that leaves early is no crash."""
    file.write_text("".join(f"{json.dumps({**PARCEL, 'id': str(n)})}\n" for n in range(300)))
    process = subprocess.Popen(
        [sys.executable, "-m", "batonpass", "summarize", str(file), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout and process.stderr
    assert json.loads(process.stdout.readline())["id"] == "0"
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert b"Traceback" not in said
    process.wait(timeout=60)
