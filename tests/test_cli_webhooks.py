"""`batonpass webhooks`: what waits, what was given up, and again."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from batonpass.app.outbox import Sending, Sent, lease_webhooks, settle_webhook
from batonpass.cli.app import app
from batonpass.domain.hooks import Delivery
from batonpass.transport.webhooks.post import signatures
from tests.app.test_outbox import a_talk, a_world, hook
from tests.support.stores import SqlitePlaces

CONFIG = """
[store]
url = "{url}"
[[entry]]
queue = "q1"
[queues.q1]
members = [{{ agent = "R1" }}]
[agents.R1]
kind = "representative"
[webhooks.crm]
url = "https://x.example/in"
secrets = ["env:CRM"]
[webhooks.quiet]
url = "https://x.example/in"
secrets = ["env:CRM"]
enabled = false
"""


@pytest.fixture
async def one_dead(tmp_path: Path, sqlite_places: SqlitePlaces) -> tuple[Path, str]:
    """A configuration whose store has one dead letter; its id."""
    place = await sqlite_places.new()
    store = await place.open()
    world = await a_world(store, hook(attempts=1))
    await a_talk(world)
    (first,) = await world.do(lease_webhooks, Sending((("crm", 1),)))
    assert isinstance(first, Delivery)
    await world.do(settle_webhook, Sent(first, 503, "refused"))
    await store.close()
    path = tmp_path / "batonpass.toml"
    path.write_text(CONFIG.format(url=place.url))
    return path, first.id


def asked(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["webhooks", *arguments])
    return result.exit_code, result.output


def test_dead_letters_are_listed_and_sent_again(one_dead: tuple[Path, str]) -> None:
    path, delivery = one_dead
    config = ("--config", str(path))
    code, told = asked("status", *config, "--json")
    assert code == 0
    crm, quiet = json.loads(told)["webhooks"]
    assert (crm["name"], crm["dead"], crm["delivered"], quiet["enabled"]) == ("crm", 1, 0, False)
    _, told = asked("list", *config, "--json")
    (dead,) = json.loads(told)["deliveries"]
    assert (dead["delivery_id"], dead["error"], dead["status"]) == (delivery, "refused", 503)
    assert delivery in asked("list", *config)[1]
    assert asked("replay", delivery, *config)[0] == 0
    assert json.loads(asked("replay", "--endpoint", "crm", *config, "--json")[1]) == {"replayed": 0}
    assert asked("replay", delivery, *config)[0] == 2, "on its way already"


@pytest.mark.parametrize("wrong", [[], ["msg_nobody"], ["--endpoint", "nobody"], ["m", "--endpoint", "crm"]])
def test_a_wrong_question_is_told(one_dead: tuple[Path, str], wrong: list[str]) -> None:
    code, told = asked("replay", *wrong, "--config", str(one_dead[0]))
    assert code == 2
    assert "Traceback" not in told


def test_a_secret_that_is_made_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MADE", json.loads(asked("secret", "--json")[1])["secret"])
    assert signatures(hook(secrets=("env:MADE",)), "msg_1", datetime.now(UTC), "{}").startswith("v1,")
