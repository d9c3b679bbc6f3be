"""`batonpass demo`: play, show it as it happens, print the verdict; the exit status is the verdict too."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from batonpass.demo.run import Result
    from batonpass.demo.world import Scenario

OK, BROKEN, USAGE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """What the command line asks for.

    `store` is `sqlite` or `postgres`; `postgres_url` a server to make a database on, else the demo starts its own.
    `keep`: a folder for frames, plan, findings, server log and database; else they go when all was well.
    `scenario` is `journeys` or `all`, which plays every kind of hand-off.
    """

    dialogues: Path | None = None
    conversations: int = 50
    store: str = "sqlite"
    postgres_url: str | None = None
    crash: bool = False
    as_json: bool = False
    seed: int = 1
    keep: Path | None = None
    scenario: "Scenario" = "journeys"


def run_demo(options: DemoOptions) -> int:
    """Play and judge. Returns 0, 1 when a law was broken or the run proves nothing, 2 when it could not begin."""
    import uvloop

    from batonpass.demo.dialogues import BadDialogues, load
    from batonpass.demo.run import Orders
    from batonpass.demo.run import run as play
    from batonpass.demo.view import View, quiet_logs
    from batonpass.store.pgserver import NoPostgres

    quiet_logs()
    view = View(as_json=options.as_json, all_kinds=options.scenario == "all")
    try:
        orders = Orders(
            load(options.dialogues),
            options.conversations,
            options.store,
            options.postgres_url,
            options.crash,
            options.seed,
            options.keep,
            options.scenario,
        )
        with view:
            result = uvloop.run(play(orders, view.watch))
    except (BadDialogues, NoPostgres, RuntimeError, OSError) as error:
        print(f"batonpass demo: {error}", file=sys.stderr)
        return USAGE
    _report(result)
    if options.as_json:
        print(json.dumps(result.verdict.as_json()), flush=True)
    else:
        view.final(result.verdict)
    return OK if result.verdict.ok else BROKEN


def _report(result: "Result") -> None:
    """Tell what speaks against the run, on stderr, and keep it beside the frames."""
    lines = [f"{f.figure} {f.conversation} {f.client}: {f.what}" for f in result.findings]
    lines += [f"doubt: {doubt}" for doubt in result.verdict.doubts]
    for line in lines[:40]:
        print(line, file=sys.stderr)
    if len(lines) > 40:
        print(f"... and {len(lines) - 40} more", file=sys.stderr)
    if result.kept is not None:
        (result.kept / "findings.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        print(f"The files of this run are in {result.kept}", file=sys.stderr)
