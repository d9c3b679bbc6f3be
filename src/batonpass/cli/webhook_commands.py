"""`batonpass webhooks`: what waits to be told outside, what was given up, and to send it again."""

from pathlib import Path
from typing import Annotated, Literal

import typer

webhooks_app = typer.Typer(help="Look at webhooks, and send dead letters again.", no_args_is_help=True)

File = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="The configuration; batonpass.toml unless given."),
]
Store = Annotated[
    str | None,
    typer.Option("--store", metavar="URL", help="sqlite:///PATH or postgresql://..., instead of the file's."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")]
Endpoint = Annotated[
    str | None, typer.Option("--endpoint", metavar="NAME", help="Only of this webhook of the configuration.")
]


@webhooks_app.command("status")
def status(config: File = None, store: Store = None, as_json: Json = False) -> None:
    """Say how many deliveries of each endpoint wait, were taken, and were given up."""
    from batonpass.cli import webhooks

    webhooks.status(config, store=store, as_json=as_json)


@webhooks_app.command("list")
def show(
    state: Annotated[
        Literal["pending", "delivered", "dead", "all"],
        typer.Option("--state", help="Which; the dead letters unless given."),
    ] = "dead",
    endpoint: Endpoint = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="At most so many, the newest first.")] = 50,
    config: File = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """List deliveries: what, of which chat, how often tried, why not taken."""
    from batonpass.cli import webhooks

    webhooks.show(config, state, endpoint, limit, store=store, as_json=as_json)


@webhooks_app.command("replay")
def replay(
    delivery: Annotated[
        str | None, typer.Argument(metavar="DELIVERY", help="One delivery's id; it keeps it.")
    ] = None,
    endpoint: Annotated[
        str | None, typer.Option("--endpoint", metavar="NAME", help="All dead letters of this webhook.")
    ] = None,
    config: File = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Send again, under the same ids. A running server does so within seconds."""
    from batonpass.cli import webhooks

    webhooks.replay(config, delivery, endpoint, store=store, as_json=as_json)


@webhooks_app.command("secret")
def secret(as_json: Json = False) -> None:
    """Make a signing secret. It is kept nowhere: put it where `secrets` of the webhook says, and at the receiver."""
    from batonpass.cli import webhooks

    webhooks.secret(as_json=as_json)
