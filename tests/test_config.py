"""A configuration is read, checked with errors that say where and what, and turned into rules."""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from batonpass.config import AgentSpec, Config, ConfigError, MemberSpec, Override, load_config
from batonpass.config.models import Agent, Member, Queue, Server, Settings, Timers
from batonpass.config.reference import render_markdown
from batonpass.domain.agents import AgentKind
from batonpass.domain.forgetting import Retention
from batonpass.domain.handoff import Target, TargetType
from batonpass.domain.rules import Nobody, Rules, Trigger
from batonpass.domain.words import PARAMS

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "src/batonpass/demo/workspace.toml"

# Two queues, a bot and two people: everything the errors below change one thing of.
GOOD = """
[routing]
failover_queue = "orders"

[[entry]]
when = { topic = "survey", plan = ["gold", "silver"] }
queue = "survey"

[[entry]]
queue = "orders"

[queues.orders]
name = "Orders"
members = [
    { agent = "triage", capacity_priority = 100 },
    { agent = "ada" },
    { agent = "ben", capacity_priority = 7 },
]

[queues.orders.hand_back]
target = "queue"
id = "survey"

[queues.survey]
name = "After your chat"
wrap_up = 0
members = [{ agent = "asker" }]

[agents.triage]
kind = "bot"
name = "Order bot"

[agents.asker]
kind = "bot"
concurrency = 4

[agents.ada]
kind = "representative"
capacity = 5

[agents.ben]
kind = "representative"

[words]
joined = "Here is {agent}."

[words.de]
lost_bot = ""
"""


def load(folder: Path, text: str, env: Mapping[str, str] | None = None, *overrides: Override) -> Config:
    file = folder / "batonpass.toml"
    file.write_text(text)
    return load_config(file, env or {}, overrides)


def errors(folder: Path, text: str, env: Mapping[str, str] | None = None, *overrides: Override) -> list[str]:
    """Every line of the refusal, with the file's folder left out."""
    with pytest.raises(ConfigError) as refusal:
        load(folder, text, env, *overrides)
    return str(refusal.value).replace(f"{folder}/", "").splitlines()


# --- what comes out ---------------------------------------------------------------------------------


def test_the_rules_are_the_files_in_milliseconds(tmp_path: Path) -> None:
    rules = load(tmp_path, GOOD).rules()
    assert (rules.offer_ms, rules.grace_ms, rules.turn_ms) == (30_000, 150_000, 20_000)
    assert (rules.wrap_up_ms, rules.max_wait_ms, rules.burst_ms) == (60_000, 900_000, 0)
    assert (rules.hop_limit, rules.turn_extensions, rules.failover_queue) == (6, 6, "orders")
    assert rules.queues["survey"].wrap_up_ms == 0, "0 is a value of its own, not a missing one"
    assert rules.queues["orders"].wrap_up_ms == 60_000
    assert rules.queues["orders"].hand_back.target == Target(TargetType.QUEUE, "survey")
    assert rules.queues["survey"].hand_back.target == Target(TargetType.NEXT)
    assert (rules.queues["orders"].name, rules.queues["survey"].name) == ("Orders", "After your chat")


def test_a_name_not_given_is_the_id(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD + "[queues.extra]\n").rules().queues["extra"].name == "extra"
    assert [agent.public_name for agent in load(tmp_path, GOOD).agents()] == [
        "Order bot",
        "asker",
        "ada",
        "ben",
    ]


def test_the_files_timers_are_taken_to_the_millisecond(tmp_path: Path) -> None:
    text = GOOD + "[timers]\noffer = 0.25\ngrace = 2\nburst = 1.5\nsweep = 1\n[queues.extra]\noffer = 3\n"
    rules = load(tmp_path, text).rules()
    assert (rules.offer_ms, rules.grace_ms, rules.burst_ms, rules.sweep_ms) == (250, 2_000, 1_500, 1_000)
    assert rules.queues["orders"].offer_ms == 250
    assert rules.queues["extra"].offer_ms == 3_000


def test_a_file_without_timers_gives_the_cores_own_defaults(tmp_path: Path) -> None:
    rules = load(tmp_path, GOOD).rules()
    assert rules == Rules(
        failover_queue="orders",
        entry=rules.entry,
        queues=rules.queues,
        wrap_up_summaries=True,
        retention=Retention(webhooks_ms=30 * 86_400_000),
    )


@pytest.mark.parametrize(
    "variables,queue",
    [
        ({"topic": "survey", "plan": "gold"}, "survey"),
        ({"topic": "survey", "plan": "silver", "x": "y"}, "survey"),
        ({"topic": "survey", "plan": "bronze"}, "orders"),
        ({"topic": "survey"}, "orders"),
        ({"topic": "Survey", "plan": "gold"}, "orders"),
        ({}, "orders"),
    ],
)
def test_a_conversation_enters_by_its_context(tmp_path: Path, variables: dict[str, str], queue: str) -> None:
    assert load(tmp_path, GOOD).rules().entry_queue(variables) == queue


def test_agents_have_names_and_slots(tmp_path: Path) -> None:
    triage, asker, ada, ben = load(tmp_path, GOOD).agents()
    assert triage == AgentSpec("triage", AgentKind.BOT, "Order bot", None)
    assert asker.capacity == 4
    assert ada == AgentSpec("ada", AgentKind.REPRESENTATIVE, "ada", 5)
    assert ben.capacity == 1
    assert not ada.supervisor


def test_a_capacity_priority_is_the_capacity_unless_given(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD).members() == (
        MemberSpec("orders", "triage", 100),
        MemberSpec("orders", "ada", 5),
        MemberSpec("orders", "ben", 7),
        MemberSpec("survey", "asker", 4),
    )


def test_the_operators_words_are_used(tmp_path: Path) -> None:
    words = load(tmp_path, GOOD).words()
    assert words.notice("joined", {"agent": "Ada"}, "en")["text"] == "Here is Ada."
    assert words.notice("lost_bot", {"agent": "Ada"}, "de")["muted"]


def test_the_demo_workspace_is_a_good_configuration() -> None:
    config = load_config(DEMO, {})
    assert config.warnings == ()
    rules = config.rules()
    assert rules.entry_queue({}) == "orders"
    assert rules.queues["orders"].hand_back.target == Target(TargetType.QUEUE, "survey")
    ladder = [m for m in config.members() if m.queue_id == rules.entry_queue({"journey": "one-queue"})]
    ranks = {m.agent_id: m.capacity_priority for m in ladder}
    assert ranks["triage"] > ranks["representative-1"] == ranks["representative-2"] > ranks["survey"]


# --- the environment and the command line -------------------------------------------------------------


def test_the_environment_wins_over_the_file_and_an_option_over_both(tmp_path: Path) -> None:
    env = {
        "BATONPASS_SERVER__PORT": "9001",
        "batonpass_timers__offer": "1.5",
        "BATONPASS_SERVER__CORS_ORIGINS": '["https://a.example"]',
        "BATONPASS_SERVER__HOST": "8",
        "BATONPASS_ROUTING__HOP_LIMIT": "",
    }
    config = load(tmp_path, GOOD, env)
    assert (config.server.port, config.server.host) == (9001, "8")
    assert config.server.cors_origins == ["https://a.example"]
    assert config.rules().hop_limit == 6
    assert config.server.trusted_proxies == 0
    assert load(tmp_path, GOOD, {"BATONPASS_SERVER__TRUSTED_PROXIES": "2"}).server.trusted_proxies == 2
    assert load(tmp_path, GOOD, env, Override("--port", ("server", "port"), 0)).server.port == 0


def test_other_variables_of_ours_are_left_alone(tmp_path: Path) -> None:
    load(tmp_path, GOOD, {"BATONPASS_NO_SKIPS": "1", "BATONPASS_STORE": "", "PATH": "x"})


def test_a_secret_may_come_from_a_file_and_is_never_shown(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "BATONPASS_STORE__URL").write_text("postgresql://me:s3cret@db:5433/chats?sslpassword=x3y\n")
    (secrets / "other").write_text("not ours")
    config = load(tmp_path, GOOD, {"BATONPASS_SECRETS_DIR": str(secrets)})
    assert config.store_url == "postgresql://me:s3cret@db:5433/chats?sslpassword=x3y"
    assert config.shown()["store"]["url"] == "postgresql://me:***@db:5433/chats?***"
    everything = json.dumps(config.shown()) + repr(config)
    assert "s3cret" not in everything
    assert "x3y" not in everything


def test_a_variable_wins_over_its_secret_file(tmp_path: Path) -> None:
    (tmp_path / "BATONPASS_STORE__URL").write_text("sqlite:///a.db")
    env = {"BATONPASS_SECRETS_DIR": str(tmp_path), "BATONPASS_STORE__URL": "sqlite:///b.db"}
    assert load(tmp_path, GOOD, env).store_url == "sqlite:///b.db"


def test_without_a_path_the_environment_names_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "batonpass.toml").write_text(GOOD)
    (tmp_path / "other.toml").write_text(GOOD + "[server]\nport = 7\n")
    monkeypatch.chdir(tmp_path)
    assert load_config(None, {}).server.port == 8080
    assert load_config(None, {"BATONPASS_CONFIG": "other.toml"}).server.port == 7


@pytest.mark.parametrize(
    "name,value,line",
    [
        (
            "BATONPASS_SERVER__PORT",
            "http",
            'BATONPASS_SERVER__PORT: server.port: found "http", expected a whole number from 0 to 65535',
        ),
        (
            "BATONPASS_SERVER__PORT",
            "80.5",
            "BATONPASS_SERVER__PORT: server.port: found 80.5, expected a whole number from 0 to 65535",
        ),
        (
            "BATONPASS_STORE__ULR",
            "sqlite:///x",
            "BATONPASS_STORE__ULR: store.ulr: found an unknown key, expected one of url",
        ),
        (
            "BATONPASS_TIMRS__OFFER",
            "3",
            (
                "BATONPASS_TIMRS__OFFER: found a variable for no table of single values, expected one of "
                "BATONPASS_ATTACHMENTS__..., BATONPASS_CONFIG__..., BATONPASS_RETENTION__..., "
                "BATONPASS_ROUTING__..., BATONPASS_SERVER__..., BATONPASS_STORE__..., "
                "BATONPASS_SUMMARIZER__..., BATONPASS_TIMERS__..."
            ),
        ),
        (
            "BATONPASS_SERVER",
            "nonsense",
            "BATONPASS_SERVER: found text that is no JSON, expected a table in JSON",
        ),
        (
            "BATONPASS_SERVER",
            '{"port": -1}',
            "BATONPASS_SERVER: server.port: found -1, expected a whole number from 0 to 65535",
        ),
        (
            "BATONPASS_SECRETS_DIR",
            "/nowhere",
            "BATONPASS_SECRETS_DIR: found a folder that cannot be read, expected a folder of text files",
        ),
    ],
)
def test_an_error_of_the_environment_names_the_variable(
    tmp_path: Path, name: str, value: str, line: str
) -> None:
    assert errors(tmp_path, GOOD, {name: value}) == [line]


def test_an_error_of_an_option_names_the_option(tmp_path: Path) -> None:
    assert errors(tmp_path, GOOD, {}, Override("--port", ("server", "port"), 99_999)) == [
        "--port: server.port: found 99999, expected a whole number from 0 to 65535"
    ]


# --- the file itself --------------------------------------------------------------------------------


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refusal:
        load_config(tmp_path / "gone.toml", {})
    assert str(refusal.value) == (
        f"{tmp_path}/gone.toml: found no such file, "
        "expected a configuration file (give one with --config, or try --demo)"
    )


def test_a_folder_instead_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refusal:
        load_config(tmp_path, {})
    assert str(refusal.value) == (
        f"{tmp_path}: found is a directory, "
        "expected a configuration file (give one with --config, or try --demo)"
    )


@pytest.mark.parametrize(
    "text,line",
    [
        (
            "[server]\nport 8080\n",
            (
                "batonpass.toml: line 2, column 6: found a syntax error "
                "(Expected '=' after a key in a key/value pair), expected TOML"
            ),
        ),
        (
            "[server]\n[server]\n",
            (
                "batonpass.toml: line 2, column 8: found a syntax error "
                "(Cannot declare ('server',) twice), expected TOML"
            ),
        ),
        (
            '[server]\nhost = "',
            "batonpass.toml: end of document: found a syntax error (Unterminated string), expected TOML",
        ),
    ],
)
def test_a_syntax_error_names_its_line(tmp_path: Path, text: str, line: str) -> None:
    assert errors(tmp_path, text) == [line]


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError) as refusal:
        load_config(tmp_path / "x.toml", {})
    assert str(refusal.value) == f"{tmp_path}/x.toml: found bytes that are no UTF-8, expected TOML in UTF-8"


def test_an_empty_file_lacks_queues_and_an_entry(tmp_path: Path) -> None:
    assert errors(tmp_path, "") == [
        "batonpass.toml: queues: found no queue, expected at least one table [queues.ID]",
        "batonpass.toml: entry: found no entry queue, expected at least one [[entry]] with a queue",
    ]


# --- one mistake, one line --------------------------------------------------------------------------

ID_PHRASE = "an id of 1 to 64 letters, digits, '_', '.', ':' or '-'"


FILES = sorted(Path(__file__).parent.glob("config_mistakes*.toml"))
MISTAKES = [mistake for file in FILES for mistake in tomllib.loads(file.read_text("utf-8"))["mistake"]]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake["line"].partition(":")[0])
def test_a_mistake_is_one_line_with_file_key_found_and_expected(
    tmp_path: Path, mistake: dict[str, str]
) -> None:
    assert mistake["old"] in GOOD
    text = GOOD.replace(mistake["old"], mistake["new"], 1)
    line = mistake["line"].replace("TABLES", ", ".join(sorted(Settings.model_fields)))
    assert errors(tmp_path, text) == [f"batonpass.toml: {line}"]


def test_an_unknown_word_lists_the_words(tmp_path: Path) -> None:
    (line,) = errors(tmp_path, GOOD.replace("lost_bot =", "lost_bott ="))
    assert line.startswith(
        "batonpass.toml: words.de.lost_bott: found an unknown word, expected one of closed_abandoned"
    )
    assert line.endswith("(did you mean lost_bot?)")


def test_all_mistakes_are_told_at_once_and_none_follows_from_another(tmp_path: Path) -> None:
    text = (
        GOOD.replace('kind = "bot"\nname', 'kid = "bot"\nname')  # triage is still a known name
        .replace('[[entry]]\nqueue = "orders"', "[[entry]]\nqueue = 3")  # nor is the first one now the last
        .replace('{ agent = "ada" }', "{ agent = 1 }")  # nor do the places of the others move
        .replace('failover_queue = "orders"', 'failover_queue = "x"')
        .replace("{agent}", "{x}")
    )
    assert errors(tmp_path, text, {"BATONPASS_SERVER__PORT": "x"}) == [
        'BATONPASS_SERVER__PORT: server.port: found "x", expected a whole number from 0 to 65535',
        f"batonpass.toml: entry[1].queue: found 3, expected {ID_PHRASE}",
        f"batonpass.toml: queues.orders.members[1].agent: found 1, expected {ID_PHRASE}",
        'batonpass.toml: agents.triage.kind: found nothing, expected one of "bot", "representative"',
        (
            "batonpass.toml: agents.triage.kid: found an unknown key, expected one of capacity, concurrency, "
            "kind, name, skills, supervisor (did you mean kind?)"
        ),
        (
            'batonpass.toml: routing.failover_queue: found "x", '
            "expected the id of a queue: one of orders, survey"
        ),
        "batonpass.toml: words.joined: found text that has the unknown placeholder {x}, expected {agent}",
    ]


def test_what_is_probably_not_meant_is_a_warning(tmp_path: Path) -> None:
    text = GOOD.replace("[agents.ben]", '[agents.idle]\nkind = "bot"\n[queues.empty]\n[agents.ben]').replace(
        'failover_queue = "orders"', 'failover_queue = "survey"'
    )
    text = text.replace('target = "queue"\nid = "survey"', 'target = "queue"\nid = "empty"')
    warnings = [str(w).replace(f"{tmp_path}/", "") for w in load(tmp_path, text).warnings]
    assert warnings == [
        "batonpass.toml: queues.survey.members: found no representative, expected one in the failover queue",
        (
            "batonpass.toml: queues.empty.members: found no members, expected at least one, or its "
            "conversations wait in vain"
        ),
        (
            "batonpass.toml: queues.orders.hand_back: found no bot in the queue empty, "
            "expected one to hand back to"
        ),
        "batonpass.toml: agents.idle: found a member of no queue, expected one, or it gets no conversations",
    ]


def test_a_supervisor_needs_no_queue(tmp_path: Path) -> None:
    boss = '[agents.boss]\nkind = "representative"\nsupervisor = true\n[agents.ben]'
    config = load(tmp_path, GOOD.replace("[agents.ben]", boss))
    assert config.warnings == ()
    assert [agent.id for agent in config.agents() if agent.supervisor] == ["boss"]


def test_the_reference_names_every_key_and_every_word() -> None:
    page = render_markdown()
    tables = (Agent, Queue, Member, Server, Timers)
    keys = [*(key for table in tables for key in table.model_fields), *PARAMS]
    assert [key for key in keys if f"| `{key}` |" not in page] == []
    assert (ROOT / "docs/configuration.md").read_text("utf-8") == page, "run `batonpass docs --write`"


def test_hand_back_switches_and_what_becomes_of_a_pass_nobody_takes(tmp_path: Path) -> None:
    more = """
overflow = "survey"
nobody = "return"

[queues.orders.words]
waiting = "Orders waits."

[queues.orders.hand_back]
when = ["command", "resolved", "idle"]
idle = 90
cool_down = 5
"""
    text = GOOD.replace("\n[queues.orders.hand_back]\n", more)
    text = text.replace("[routing]", "[switches]\ncold = false\n\n[timers]\ncompletion = 30\n\n[routing]", 1)
    config = load(tmp_path, text)
    rules = config.rules()
    orders = rules.queues["orders"]
    assert (orders.overflow, orders.nobody) == (("survey",), Nobody.RETURN)
    assert orders.hand_back.when == {Trigger.COMMAND, Trigger.RESOLVED, Trigger.IDLE}
    assert (orders.hand_back.idle_ms, orders.hand_back.cool_down_ms) == (90_000, 5_000)
    assert rules.switched_off == {"cold"}
    assert rules.completion_ms == 30_000
    assert config.words().notice("waiting", {}, "en", "orders")["text"] == "Orders waits."


def test_a_circle_of_overflow_is_told_with_its_way(tmp_path: Path) -> None:
    text = GOOD.replace("[queues.orders]", '[queues.orders]\noverflow = "survey"').replace(
        "[queues.survey]", '[queues.survey]\noverflow = ["orders"]'
    )
    assert errors(tmp_path, text)[0] == (
        'batonpass.toml: queues.orders.overflow[0]: found "survey", expected a chain that ends, not '
        "orders to survey to orders"
    )


def test_an_entry_goes_by_queue_or_workflow(tmp_path: Path) -> None:
    flow = '[workflows.vip]\nsteps = [{ agent = "ada", timeout = 5 }, { queue = "survey", when = { a = "b" } }]\n'
    flow += 'fallback = { close = true }\n\n[[entry]]\nworkflow = "vip"\n'
    flow += 'when = { plan = "vip" }\nskills = "gold"\n\n[[entry]]'
    text = GOOD.replace("[[entry]]", flow, 1)
    rules = load(tmp_path, text).rules()
    rule = rules.entry_rule({"plan": "vip"})
    assert (rule.workflow, rule.queue_id, rule.skills) == ("vip", "orders", ("gold",))
    first, second = rules.workflows["vip"].steps
    assert (first.agent_id, first.queue_id, first.timeout_ms, second.when[0].one_of) == (
        "ada",
        "orders",
        5_000,
        frozenset({"b"}),
    )
    [line] = errors(tmp_path, text.replace('workflow = "vip"', 'workflow = "vib"'))
    assert line == 'batonpass.toml: entry[0].workflow: found "vib", expected the id of a workflow: one of vip'


def test_an_unknown_word_of_the_widget_lists_the_words(tmp_path: Path) -> None:
    (line,) = errors(tmp_path, GOOD + '\n[widget.words.de]\ntalk_to_persn = "Mensch"\n')
    assert line.startswith(
        "batonpass.toml: widget.words.de.talk_to_persn: found an unknown word, expected one of "
    )
    assert line.endswith("(did you mean talk_to_person?)")
