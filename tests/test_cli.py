"""The command line: what it prints where, with which status, and what it does not import."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from batonpass import __version__
from batonpass.cli import asking, settings
from batonpass.cli.app import app
from batonpass.config import load_config
from batonpass.domain.handoff import TABLE

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "src/batonpass/demo/workspace.toml"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No batonpass.toml lies where the tests run, and no variable sets anything."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BATONPASS_CONFIG", raising=False)


def batonpass(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


# --- at once ------------------------------------------------------------------------------------------

IMPORTS = """
import sys
sys.argv = ["batonpass", *{arguments}]
from batonpass.cli import main
try:
    main()
except SystemExit as left:
    assert not left.code, left.code
heavy = {{"sqlalchemy", "openai", "pydantic_settings", "aiohttp", "socketio", "asyncpg", "alembic", "jinja2",
         "structlog", "asyncio", "batonpass.config", "batonpass.protocol", "batonpass.store"}}
print("loaded:", sorted(heavy & sys.modules.keys()))
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ["--version"],
        ["--help"],
        ["run", "--help"],
        ["config", "--help"],
        ["summarize", "--help"],
        ["summaries", "score", "--help"],
    ],
)
def test_version_and_help_import_nothing_heavy(arguments: list[str]) -> None:
    code = IMPORTS.format(arguments=arguments)
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    assert found.stdout.splitlines()[-1] == "loaded: []"


def test_python_m_batonpass_is_the_command() -> None:
    command = [sys.executable, "-m", "batonpass", "--version"]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    assert found.stdout == f"batonpass {__version__}\n"


def test_no_command_is_a_question_for_help() -> None:
    found = batonpass()
    assert found.exit_code == 2
    assert "Usage: batonpass" in found.output.replace("root", "batonpass")


def test_an_unknown_option_is_a_usage_error_on_stderr() -> None:
    found = batonpass("run", "--prot", "1")
    assert (found.exit_code, found.stdout) == (2, "")
    assert "--prot" in found.stderr


# --- config -------------------------------------------------------------------------------------------


def test_config_check_says_that_a_good_file_is_good() -> None:
    found = batonpass("config", "check", "--config", DEMO)
    assert (found.exit_code, found.stderr) == (0, "")
    assert found.stdout == f"{DEMO} is good: 5 queues, 6 agents\n"


def test_config_check_says_every_error_on_stderr_and_leaves_with_2(tmp_path: Path) -> None:
    (tmp_path / "batonpass.toml").write_text('[server]\nport = "x"\n[queues.a]\n')
    found = batonpass("config", "check")
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.splitlines() == [
        'batonpass.toml: server.port: found "x", expected a whole number from 0 to 65535',
        "batonpass.toml: entry: found no entry queue, expected at least one [[entry]] with a queue",
        "Every key is explained in docs/configuration.md.",
    ]


def test_config_check_for_programs(tmp_path: Path) -> None:
    (tmp_path / "batonpass.toml").write_text("[queues.a]\n")
    found = batonpass("config", "check", "--json")
    assert (found.exit_code, found.stderr) == (2, "")
    expected = "at least one [[entry]] with a queue"
    error = {"source": "batonpass.toml", "key": "entry", "found": "no entry queue", "expected": expected}
    assert json.loads(found.stdout) == {"ok": False, "errors": [error], "warnings": []}
    good = batonpass("config", "check", "--json", "--config", DEMO)
    assert (good.exit_code, json.loads(good.stdout)) == (0, {"ok": True, "errors": [], "warnings": []})


def test_config_check_warns_of_a_summarizer_that_is_not_installed(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text(DEMO.read_text().replace('name = "rules"', 'name = "poet"'))
    found = batonpass("config", "check", "--config", file)
    assert found.exit_code == 0
    assert found.stderr == (
        f'warning: {file}: summarizer.name: found "poet", expected a summarizer that is installed: rules\n'
    )


LLM = '\n[plugins.llm]\nbase_url = "http://127.0.0.1:9/v1"\nmodel = "m"\n'


@pytest.mark.parametrize(
    "lines,more,said",
    [
        ('name = "llm"', LLM, 'name: found "llm" (slow, it belongs under `later`)'),
        ('later = "rules"', "", 'later: found "rules" (immediate, it belongs under `name`)'),
        ('later = "llm"', "", 'later: found "llm" (options: '),
    ],
)
def test_config_check_warns_of_a_summarizer_in_the_wrong_place(
    tmp_path: Path, lines: str, more: str, said: str
) -> None:
    file = tmp_path / "x.toml"
    file.write_text(DEMO.read_text().replace('name = "rules"', lines) + more)
    found = batonpass("config", "check", "--config", file)
    assert found.exit_code == 0
    assert found.stderr.startswith(f"warning: {file}: summarizer.{said}")


def test_config_check_warns_of_options_for_nobody(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text(DEMO.read_text() + "\n[plugins.poet]\nrhyme = true\n")
    found = batonpass("config", "check", "--config", file)
    assert f"{file}: plugins.poet: found a table, expected the name of a plugin" in found.stderr


def test_a_missing_file_says_what_to_do() -> None:
    found = batonpass("config", "show")
    assert found.exit_code == 2
    assert found.stderr == (
        "batonpass.toml: found no such file, "
        "expected a configuration file (give one with --config, or try --demo)\n"
    )


def test_config_show_is_a_configuration_that_means_the_same(tmp_path: Path) -> None:
    file = tmp_path / "shown.toml"
    file.write_text(
        DEMO.read_text()
        + '[words]\njoined = "Here is \\"{agent}\\"."\n[words.pt-BR]\njoined_bot = ""\n'
        + '[queues."a.b"]\noffer = 0.5\n'
    )
    found = batonpass("config", "show", "--config", file)
    assert found.exit_code == 0
    shown = tmp_path / "again.toml"
    shown.write_text(found.stdout)
    first, again = load_config(file, {}), load_config(shown, {})
    assert again.rules() == first.rules()
    assert again.agents() == first.agents()
    assert again.members() == first.members()
    assert again.words().table("pt-BR") == first.words().table("pt-BR")
    assert (
        again.shown()
        == first.shown()
        == json.loads(batonpass("config", "show", "--json", "--config", file).stdout)
    )


def test_config_show_hides_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATONPASS_STORE__URL", "postgresql://me:s3cret@db/x")
    monkeypatch.setenv("BATONPASS_CONFIG__SOURCE", "file")
    for form in ([], ["--json"]):
        found = batonpass("config", "show", "--config", DEMO, *form)
        assert "postgresql://me:***@db/x" in found.stdout
        assert "s3cret" not in found.output


@pytest.mark.parametrize(
    "table,text",
    [
        ({"a": 1, "b": {"c": "x\ny", "d": [1, "2"]}}, 'a = 1\n\n[b]\nc = "x\\ny"\nd = [1, "2"]'),
        ({"a": {"b": {"c": True}}}, "\n[a.b]\nc = true"),
        ({"a": [{"b": 1.0}, {"c": {"d": 2.5}}]}, "\n[[a]]\nb = 1\n\n[[a]]\n\n[a.c]\nd = 2.5"),
        ({"a b": 1, "ü": 2}, '"a b" = 1\n"ü" = 2'),
        ({"a": {}, "b": []}, "b = []"),
    ],
)
def test_toml(table: dict[str, object], text: str) -> None:
    lines = "\n".join(settings.toml(table))
    assert lines == text
    tomllib.loads(lines)


# --- documents ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "write,check,names",
    [
        (
            ["protocol", "--write", "pages"],
            ["protocol", "--check", "pages"],
            ["protocol.d.ts", "protocol.md"],
        ),
        (
            ["docs", "--write", "--dir", "pages"],
            ["docs", "--check", "--dir", "pages"],
            ["asyncapi.json", "configuration.md", "handoff.md", "openapi.json", "summaries.md"],
        ),
    ],
)
def test_pages_are_written_and_drift_is_found(write: list[str], check: list[str], names: list[str]) -> None:
    missing = batonpass(*check)
    assert missing.exit_code == 1
    assert f"pages/{names[0]}: cannot be read" in missing.stderr.splitlines()
    assert batonpass(*write).exit_code == 0
    assert sorted(file.name for file in Path("pages").iterdir()) == names
    assert batonpass(*check).exit_code == 0
    page = Path("pages") / names[0]
    page.write_text("Changed by hand.\n" + page.read_text())
    drifted = batonpass(*check)
    assert drifted.exit_code == 1
    lines = drifted.stderr.splitlines()
    assert lines[0] == f"pages/{names[0]}: is not what the code says"
    assert "-Changed by hand." in lines
    assert lines[-1].startswith(f"Run `batonpass {write[0]} --write")


def test_the_commands_names_what_mends_a_drift() -> None:
    for check in (["protocol", "--check", "pages"], ["docs", "--check", "--dir", "pages"]):
        mend = batonpass(*check).stderr.splitlines()[-1].split("`")[1]
        assert batonpass(*mend.split()[1:]).exit_code == 0
        assert batonpass(*check).exit_code == 0


def test_protocol_prints_the_page_and_the_types() -> None:
    text = batonpass("protocol").stdout
    assert text.startswith("# Protocol\n")
    assert "export interface CustomerServerToClientEvents" in text


def test_the_committed_pages_do_not_drift() -> None:
    assert batonpass("docs", "--check", "--dir", ROOT / "docs").exit_code == 0
    assert batonpass("protocol", "--check", ROOT / "docs").exit_code == 0


def test_the_handoff_page_has_every_step_of_the_table() -> None:
    page = (ROOT / "docs/handoff.md").read_text()
    steps = [(state, step, after) for state, row in TABLE.items() for step, after in row.items()]
    assert steps
    assert [s for s in steps if f"| `{s[0]}` | `{s[1]}` | `{s[2]}` |" not in page] == []
    for state, step, after in steps:
        arrow = next(line for line in page.splitlines() if line.startswith(f"    {state} --> {after}: "))
        assert step in arrow.partition(": ")[2].split(", ")


def test_plugins_list() -> None:
    text = batonpass("plugins", "list").stdout
    rows = [line.split()[:3] for line in text.splitlines()]
    assert ["summarizers", "llm", "batonpass-summarizer-llm"] in rows
    assert ["summarizers", "rules", "batonpass-summarizer-rules"] in rows
    found = json.loads(batonpass("plugins", "list", "--json").stdout)["plugins"]
    (rules,) = [plugin for plugin in found if plugin["name"] == "rules"]
    assert (rules["kind"], rules["name"], rules["state"]) == ("summarizers", "rules", "ready")


# --- commands of the server, up to its door -----------------------------------------------------------


@pytest.mark.parametrize(
    "arguments,lines",
    [
        (["run", "--demo", "--config", "x"], ["--demo and --config exclude each other", "Give one of them."]),
        (
            ["run", "--demo", "--port", "70000"],
            ["--port: server.port: found 70000, expected a whole number from 0 to 65535"],
        ),
        (
            ["run", "--demo", "--store", "oracle://me:s3cret@db/x"],
            [
                (
                    '--store: store.url: found an address that begins with "oracle://", '
                    'expected "sqlite:///PATH" or "postgresql://USER@HOST/DATABASE"'
                )
            ],
        ),
        (
            ["route", "--queue", "nowhere", "--config", str(DEMO)],
            [f"{DEMO} has no queue 'nowhere'", "It has: orders, survey, billing, night, everything."],
        ),
        (
            ["route", "--queue", "orders", "--context", "topic", "--config", str(DEMO)],
            ["--context 'topic' is no NAME=VALUE", 'Write it like --context "topic=billing".'],
        ),
        (
            ["keys", "create", "nobody", "--config", str(DEMO)],
            [
                f"{DEMO} has no agent 'nobody'",
                "It has: triage, survey, billing, representative-1, representative-2, supervisor-1.",
            ],
        ),
    ],
)
def test_a_mistake_is_a_line_and_what_to_do(arguments: list[str], lines: list[str]) -> None:
    found = batonpass(*arguments)
    assert (found.exit_code, found.stdout) == (2, "")
    told = found.stderr.splitlines()
    assert told[: len(lines)] == lines
    assert len(told) <= len(lines) + 1


def test_a_routing_decision_in_words() -> None:
    answer = {
        "winner": "Representative 1",
        "key": "longest idle",
        "removed": {"full": 2, "away": 21},
        "names": {"full": ["Representative 2", "Representative 3"]},
        "flags": ["ladder_restarted"],
        "members": [
            {
                "name": "Order bot",
                "kind": "bot",
                "capacity_priority": 100,
                "presence": "away",
                "reachable": False,
                "slots_used": 0,
                "capacity": None,
            },
            {
                "name": "Representative 1",
                "kind": "representative",
                "capacity_priority": 3,
                "presence": "available",
                "reachable": True,
                "slots_used": 1,
                "capacity": 3,
            },
        ],
    }
    assert list(asking.explained(answer)) == [
        "Representative 1, by longest idle",
        "  full: 2 (Representative 2, Representative 3)",
        "  away: 21",
        "  ladder_restarted",
        "",
        "agent             kind            priority  presence             slots",
        "Order bot         bot             100       away, not connected  no limit",
        "Representative 1  representative  3         available            1 of 3",
    ]
    assert list(asking.explained({"winner": None, "key": "", "removed": {}})) == [
        "Nobody: the chat would wait."
    ]
