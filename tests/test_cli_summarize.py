"""`batonpass summarize`: what it prints where, what it does with plugins, and each mistake."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from batonpass.cli import summarizing
from batonpass.plugin_api import SUMMARIZERS
from batonpass.plugins import load
from tests.support.talks import PARCEL, SILENT, batonpass, install, rows, write


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "talks.jsonl", PARCEL, SILENT)


@pytest.fixture
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(install(tmp_path))


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
