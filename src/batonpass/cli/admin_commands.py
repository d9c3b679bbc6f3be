"""`batonpass config`, `keys`, `reload` and `audit`: what they take. What they do is imported when they run."""

from pathlib import Path
from typing import Annotated

import typer

config_app = typer.Typer(help="Look at the configuration, and change it.", no_args_is_help=True)
keys_app = typer.Typer(help="Keys of agents.", no_args_is_help=True)

File = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="The configuration; batonpass.toml unless given."),
]
Store = Annotated[
    str | None,
    typer.Option("--store", metavar="URL", help="sqlite:///PATH or postgresql://..., instead of the file's."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")]
Number = Annotated[int, typer.Argument(metavar="VERSION", min=1, help="A version's number.")]
Why = Annotated[str, typer.Option("--comment", metavar="TEXT", help="Why, for those who read the versions.")]
Agent = Annotated[str, typer.Argument(metavar="AGENT", help="The agent's id in the configuration.")]
Label = Annotated[str, typer.Option("--label", metavar="TEXT", help="What the key is used for.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="At most so many, the newest.")]

RELOAD_HELP = "Read the configuration file again, where it is the source: a running server heeds it within a second or so."
AUDIT_HELP = "Print who did what to what, when, and from where; the newest first."


@config_app.command("check")
def config_check(config: File = None, as_json: Json = False) -> None:
    """Say everything that is wrong with the file. Exit status 2 when something is."""
    from batonpass.cli import settings

    settings.check(config, as_json=as_json)


@config_app.command("show")
def config_show(config: File = None, store: Store = None, as_json: Json = False) -> None:
    """Print the configuration in force, defaults and environment included, without secrets."""
    from batonpass.cli import administering

    administering.show(config, store=store, as_json=as_json)


@config_app.command("versions")
def config_versions(
    config: File = None, store: Store = None, limit: Limit = 20, as_json: Json = False
) -> None:
    """List the versions: when, by whom, why, and which keys changed."""
    from batonpass.cli import administering

    administering.versions(config, store=store, limit=limit, as_json=as_json)


@config_app.command("diff")
def config_diff(
    version: Annotated[
        int | None, typer.Argument(metavar="VERSION", min=1, help="The last one unless given.")
    ] = None,
    against: Annotated[
        int | None, typer.Option("--against", metavar="VERSION", min=0, help="The one before unless given.")
    ] = None,
    config: File = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Say what a version changed, or what differs between two."""
    from batonpass.cli import administering

    administering.compare(config, version, against, store=store, as_json=as_json)


@config_app.command("revert")
def config_revert(
    version: Number, config: File = None, store: Store = None, comment: Why = "", as_json: Json = False
) -> None:
    """Make an earlier version the newest one again."""
    from batonpass.cli import administering

    administering.revert(config, version, comment, store=store, as_json=as_json)


@config_app.command("drift")
def config_drift(
    config: File = None,
    store: Store = None,
    check: Annotated[bool, typer.Option("--check", help="Exit with 1 when there is drift.")] = False,
    as_json: Json = False,
) -> None:
    """Say in which keys the file says something else than the configuration in force."""
    from batonpass.cli import administering

    administering.drift(config, store=store, check=check, as_json=as_json)


@config_app.command("import")
def config_import(config: File = None, store: Store = None, comment: Why = "", as_json: Json = False) -> None:
    """Make the file a new version, where the store is the source."""
    from batonpass.cli import administering

    administering.import_file(config, comment, store=store, as_json=as_json)


@config_app.command("export")
def config_export(
    version: Annotated[
        int | None, typer.Option("--version", metavar="VERSION", min=1, help="The last one unless given.")
    ] = None,
    config: File = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Print a version as it was given, in TOML: the operator's tables, without the installation's."""
    from batonpass.cli import administering

    administering.export(config, version, store=store, as_json=as_json)


def reload(config: File = None, store: Store = None, as_json: Json = False) -> None:
    """See `RELOAD_HELP`."""
    from batonpass.cli import administering

    administering.reload(config, store=store, as_json=as_json)


@keys_app.command("create")
def keys_create(
    agent: Agent, config: File = None, store: Store = None, label: Label = "", as_json: Json = False
) -> None:
    """Make a key for an agent. It is shown once; only its hash is kept."""
    from batonpass.cli import administering

    administering.create_key(config, agent, label, store=store, as_json=as_json)


@keys_app.command("list")
def keys_list(
    agent: Annotated[str | None, typer.Argument(metavar="AGENT", help="All agents unless given.")] = None,
    config: File = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """List keys by the beginning of their text, ended ones too."""
    from batonpass.cli import administering

    administering.list_keys(config, agent, store=store, as_json=as_json)


@keys_app.command("rotate")
def keys_rotate(
    agent: Agent,
    config: File = None,
    store: Store = None,
    label: Label = "",
    overlap: Annotated[
        int, typer.Option("--overlap", min=0, max=2_592_000, help="Seconds that the key before stays good.")
    ] = 86_400,
    as_json: Json = False,
) -> None:
    """Make a new key beside the newest one, which ends a while later; older ones end at once."""
    from batonpass.cli import administering

    administering.rotate_key(config, agent, label, overlap, store=store, as_json=as_json)


@keys_app.command("revoke")
def keys_revoke(
    prefix: Annotated[str, typer.Argument(metavar="PREFIX", help="The beginning of its text, as listed.")],
    config: File = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Take a key back. It opens nothing more, and what it has opened is closed."""
    from batonpass.cli import administering

    administering.revoke_key(config, prefix, store=store, as_json=as_json)


def audit(
    config: File = None,
    store: Store = None,
    action: Annotated[
        str, typer.Option(metavar="ACTION", help="Only these: a whole name, or a room such as `keys.`")
    ] = "",
    ref: Annotated[str, typer.Option(metavar="ID", help="Only what was done to this.")] = "",
    who: Annotated[str, typer.Option(metavar="WHO", help="Only what they did.")] = "",
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """See `AUDIT_HELP`."""
    from batonpass.cli import administering

    administering.audit(config, action, ref, who, store=store, limit=limit, as_json=as_json)
