"""The commands of `batonpass webhooks`."""

import base64
import secrets
from pathlib import Path
from typing import Any

from batonpass.cli import console, serving, settings
from batonpass.config import Config

SECRET_BYTES = 32


def status(file: Path | None, *, store: str | None, as_json: bool) -> None:
    """Print a line for each endpoint, those that are no more in the configuration too."""
    config = serving.in_force(settings.load(file, serving.store_override(store)))
    from batonpass.server import look_beside
    from batonpass.transport.webhooks import listing

    with serving.troubles_told(config):
        found = look_beside(config, listing.standing, config.rules().webhooks)
    if as_json:
        console.say_json({"webhooks": found})
        return
    head = ("endpoint", "enabled", "waiting", "taken", "dead")
    rows = [
        (
            one["name"],
            "yes" if one["enabled"] else "no" if one["configured"] else "gone",
            *(str(one[state]) for state in ("pending", "delivered", "dead")),
        )
        for one in found
    ]
    for line in console.columns([head, *rows]):
        console.say(line)


def show(
    file: Path | None, state: str, endpoint: str | None, limit: int, *, store: str | None, as_json: bool
) -> None:
    """Print deliveries, the newest first."""
    config = serving.in_force(settings.load(file, serving.store_override(store)))
    from batonpass.server import look_beside
    from batonpass.transport.webhooks import listing

    wanted = None if state == "all" else state
    with serving.troubles_told(config):
        found: list[dict[str, Any]] = look_beside(config, listing.deliveries, wanted, endpoint, limit, None)
    if as_json:
        console.say_json({"deliveries": found})
        return
    head = ("delivery", "endpoint", "event", "state", "tried", "why not")
    rows = [
        (d["delivery_id"], d["endpoint"], d["event"], d["state"], str(d["attempts"]), _why(d)) for d in found
    ]
    for line in console.columns([head, *rows]):
        console.say(line)


def _why(delivery: dict[str, Any]) -> str:
    return " ".join(str(delivery[key]) for key in ("error", "status") if delivery.get(key)) or "-"


def replay(
    file: Path | None, delivery: str | None, endpoint: str | None, *, store: str | None, as_json: bool
) -> None:
    """Have one delivery, or an endpoint's dead letters, sent again."""
    if (delivery is None) == (endpoint is None):
        console.fail("Give a delivery's id, or --endpoint NAME", "See `batonpass webhooks list`.")
    config = serving.in_force(settings.load(file, serving.store_override(store)))
    if endpoint is not None and endpoint not in config.settings.webhooks:
        serving.unknown("webhook", endpoint, list(config.settings.webhooks), config)
    count = _replayed(config, delivery, endpoint)
    if as_json:
        console.say_json({"replayed": count})
        return
    console.say(f"{count} sent again" if count else "There is nothing to send again.")


def _replayed(config: Config, delivery: str | None, endpoint: str | None) -> int:
    from batonpass.app.outbox import Replay, replay_webhooks
    from batonpass.domain.errors import BatonpassError
    from batonpass.server import act_beside

    with serving.troubles_told(config):
        try:
            return int(act_beside(config, replay_webhooks, Replay(delivery, endpoint)))
        except BatonpassError as refusal:
            if refusal.code not in ("not_found", "delivery_pending"):
                raise
            console.fail(refusal.message)


def secret(*, as_json: bool) -> None:
    """Print a new signing secret."""
    text = "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    if as_json:
        console.say_json({"secret": text})
        return
    console.say(text)
    console.remark("This secret is shown this once, and kept nowhere.")
