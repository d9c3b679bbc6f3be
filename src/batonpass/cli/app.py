"""The tree of commands. Each is in a module of its own, imported when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from batonpass import __version__
from batonpass.cli import admin_commands, console, figure_commands, summary_commands, webhook_commands

app = typer.Typer(
    help="A switchboard between customers, bots and people, for passing chats from one to the other.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
accounts_app = typer.Typer(help="Accounts of people who sign in.", no_args_is_help=True)
plugins_app = typer.Typer(help="Look at the plugins.", no_args_is_help=True)
app.add_typer(admin_commands.config_app, name="config")
app.add_typer(admin_commands.keys_app, name="keys")
app.add_typer(accounts_app, name="accounts")
app.add_typer(plugins_app, name="plugins")
app.add_typer(summary_commands.summaries_app, name="summaries")
app.add_typer(webhook_commands.webhooks_app, name="webhooks")
app.command(help=admin_commands.RELOAD_HELP)(admin_commands.reload)
app.command(help=admin_commands.AUDIT_HELP)(admin_commands.audit)
app.command(help=summary_commands.SUMMARIZE_HELP)(summary_commands.summarize)
app.command(help=figure_commands.INSIGHTS_HELP)(figure_commands.insights)
app.command(help=figure_commands.SIMULATE_HELP)(figure_commands.simulate)

File = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="The configuration; batonpass.toml unless given."),
]
Store = Annotated[
    str | None,
    typer.Option("--store", metavar="URL", help="sqlite:///PATH or postgresql://..., instead of the file's."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")]
CheckCopies = Annotated[
    Path | None,
    typer.Option(
        "--check", metavar="DIR", file_okay=False, help="Exit with 1 when a copy in DIR has drifted."
    ),
]
WriteCopies = Annotated[
    Path | None, typer.Option("--write", metavar="DIR", file_okay=False, help="Write the copies in DIR.")
]


def _version(wanted: bool) -> None:
    if wanted:
        console.say(f"batonpass {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command()
def run(
    config: File = None,
    host: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Instead of the file's.")] = None,
    port: Annotated[int | None, typer.Option(help="Instead of the file's; 0 takes a free one.")] = None,
    store: Store = None,
    demo: Annotated[
        bool,
        typer.Option("--demo", help="The demo workspace: its queues, its two bots, two representatives."),
    ] = False,
) -> None:
    """Start the server."""
    from batonpass.cli import serving

    serving.run(config, host=host, port=port, store=store, demo=demo)


@app.command()
def route(
    queue: Annotated[
        str | None,
        typer.Option("--queue", metavar="ID", help="The queue; else the one the context leads to."),
    ] = None,
    config: File = None,
    store: Store = None,
    context: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE", help="A variable of the new chat, for the entry rules; repeatable."
        ),
    ] = None,
    conversation: Annotated[
        str | None,
        typer.Option("--conversation", metavar="ID", help="This chat, instead of a new one."),
    ] = None,
    other: Annotated[
        Path | None,
        typer.Option("--with", metavar="FILE", help="With --conversation: were this the configuration."),
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Also say why, and who not.")] = False,
    as_json: Json = False,
) -> None:
    """Say who would get a new chat now, or this one, and why."""
    from batonpass.cli import asking

    if conversation is not None and queue is None and not context:
        asking.conversation(config, conversation, other, store=store, as_json=as_json)
        return
    if conversation is not None or other is not None:
        console.fail("--with goes with --conversation, and neither with --queue or --context.")
    asking.route(config, queue, context or [], store=store, explain=explain, as_json=as_json)


@app.command()
def export(
    conversation: Annotated[str, typer.Argument(metavar="CONVERSATION", help="The chat's id.")],
    config: File = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Print a chat for the record: its timeline with notes, its hand-offs, every version of its summaries."""
    from batonpass.cli import exporting

    exporting.export(config, conversation, store=store, as_json=as_json)


@app.command()
def erase(
    customer: Annotated[str | None, typer.Argument(metavar="CUSTOMER", help="The customer's id.")] = None,
    conversation: Annotated[
        str | None, typer.Option("--conversation", metavar="ID", help="The customer of this chat.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether it is meant.")] = False,
    config: File = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Erase a customer: words, names, notes, summaries and files go for good; structure and figures stay."""
    from batonpass.cli import keeping

    keeping.erase(config, customer, conversation, yes=yes, store=store, as_json=as_json)


@app.command()
def switches(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="The switch to turn.")] = None,
    to: Annotated[
        str | None, typer.Argument(metavar="on|off|file", help="`file`: as the configuration says.")
    ] = None,
    config: File = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Say how the operator's switches stand, or turn one. A running server heeds it at once."""
    from batonpass.cli import asking

    asking.switches(config, name, to, store=store, as_json=as_json)


@accounts_app.command("create")
def accounts_create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the person signs in with.")],
    role: Annotated[str, typer.Option(metavar="ROLE", help="admin, supervisor or agent.")] = "admin",
    agent: Annotated[
        str | None, typer.Option(metavar="AGENT", help="The representative that the account belongs to.")
    ] = None,
    config: File = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Make an account, also beside a running server. The password is asked for, or read from stdin."""
    from batonpass.cli import accounts

    accounts.create(config, name, role, agent, store=store, as_json=as_json)


@plugins_app.command("list")
def plugins_list(as_json: Json = False) -> None:
    """List the plugins that are installed, and why one is refused."""
    from batonpass.cli import documents

    documents.list_plugins(as_json=as_json)


@app.command()
def protocol(
    check: CheckCopies = None,
    write: WriteCopies = None,
) -> None:
    """Print the wire's reference page, and its types for TypeScript."""
    from batonpass.cli import documents

    documents.protocol(check=check, write=write)


@app.command()
def openapi(
    check: CheckCopies = None,
    write: WriteCopies = None,
) -> None:
    """Print what a program needs to know of REST: an OpenAPI 3.1 document."""
    from batonpass.cli import documents

    documents.openapi(check=check, write=write)


@app.command()
def asyncapi(
    check: CheckCopies = None,
    write: WriteCopies = None,
) -> None:
    """Print what a program needs to know of the sockets: an AsyncAPI 3 document."""
    from batonpass.cli import documents

    documents.asyncapi(check=check, write=write)


@app.command()
def docs(
    check: Annotated[bool, typer.Option("--check", help="Exit with 1 when a page has drifted.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Write the pages.")] = False,
    folder: Annotated[
        Path, typer.Option("--dir", metavar="DIR", file_okay=False, help="The folder of the pages.")
    ] = Path("docs"),
) -> None:
    """Print the pages drawn from the code: the configuration, the hand-off's states, summaries."""
    from batonpass.cli import documents

    documents.docs(folder, check=check, write=write)


@app.command()
def demo(
    dialogues: Annotated[
        Path | None,
        typer.Option(metavar="FILE", exists=True, dir_okay=False, help="Dialogues to replay, as JSON lines."),
    ] = None,
    conversations: Annotated[int, typer.Option(min=1, help="How many conversations.")] = 50,
    store: Annotated[
        str, typer.Option(metavar="STORE", help="sqlite, postgres (starts its own), or postgresql://...")
    ] = "sqlite",
    crash: Annotated[
        bool, typer.Option("--crash", help="Kill the server at random points and start it again.")
    ] = False,
    scenario: Annotated[
        str, typer.Option(metavar="WHICH", help="journeys, or all: every kind of hand-off.")
    ] = "journeys",
    as_json: Annotated[
        bool, typer.Option("--json", help="End with one JSON object on the last line of stdout.")
    ] = False,
    seed: Annotated[
        int, typer.Option(help="What chance begins with: the same seed plays the same plan.")
    ] = 1,
    keep: Annotated[
        Path | None, typer.Option(metavar="DIR", file_okay=False, help="Keep frames, plan and database here.")
    ] = None,
) -> None:
    """Play both journeys on real connections, many at once, and judge them: 1 when a law was broken."""
    from batonpass.cli import serving

    serving.demo(
        dialogues, conversations, store, scenario, crash=crash, as_json=as_json, seed=seed, keep=keep
    )
