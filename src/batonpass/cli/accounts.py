"""`batonpass accounts`: people who sign in."""

import sys
from pathlib import Path

import typer

from batonpass.cli import console, serving, settings


def create(
    file: Path | None, name: str, role: str, agent: str | None, *, store: str | None, as_json: bool
) -> None:
    """Make an account; the password comes from the terminal, or is the first line of stdin."""
    config = serving.in_force(settings.load(file, serving.store_override(store)))
    if agent is not None and agent not in config.settings.agents:
        serving.unknown("agent", agent, list(config.settings.agents), config)
    from pydantic import ValidationError

    from batonpass.domain.errors import BatonpassError
    from batonpass.protocol.accounts import CreateAccount
    from batonpass.server import create_account

    asked = {"name": name, "role": role, "agent_id": agent, "password": _password()}
    try:
        CreateAccount.model_validate(asked, strict=True)
    except ValidationError as error:
        wrong = ((".".join(map(str, one["loc"])), one["msg"]) for one in error.errors(include_input=False))
        console.fail((f"{where}: {what}" for where, what in wrong), "No account was made.")
    with serving.troubles_told(config):
        try:
            create_account(config, name, role, agent, asked["password"] or "")
        except BatonpassError as error:
            if error.retryable:
                raise
            console.fail(error.message, "No account was made.")
    if as_json:
        console.say_json({"name": name.casefold(), "role": role, "agent_id": agent})
        return
    console.say(f"{name.casefold()} may sign in as {role}.")


def _password() -> str:
    if sys.stdin.isatty():
        found: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        return found
    return sys.stdin.readline().rstrip("\r\n")
