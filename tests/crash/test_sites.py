"""No commit site escapes: what the product commits is found in its text, and compared with what the tests kill at."""

import ast
from collections.abc import Iterator
from pathlib import Path

import batonpass
from batonpass.app.runner import FIRES
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.crash.administering import ADMINISTERED
from tests.crash.entering import DUE, ENTERED
from tests.crash.outward import FORGOTTEN, KEPT, OUTWARD
from tests.crash.test_failpoints import USE_CASES
from tests.crash.troubles import TROUBLES
from tests.support.server import ServerProcess, Workspace
from tests.support.stores import Place

PRODUCT = Path(batonpass.__file__).parent
BESIDE = {"_apply", "create", "use_case", "erase_customer", "erase_next", "_add_agent", "_add_key", "turn"}
"""Commits of an operator's command, or of the start before anybody is served: nobody waits for their answer."""
NEVER_DUE = {"sweep", "forget_old"}
"""The sweep commits only when it has found a bug of ours; what is over at the front door is forgotten every ten minutes."""


def calls(name: str, folder: Path = PRODUCT) -> Iterator[tuple[str, ast.Call]]:
    """Every call of a method of this name, with its file."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
                yield path.relative_to(PRODUCT).as_posix(), node


def first_argument(call: ast.Call) -> str:
    """The bare name of a call's first argument: `messages.customer_send` is `customer_send`."""
    return ast.unparse(call.args[0]).rpartition(".")[2] if call.args else ""


def test_every_use_case_the_product_runs_is_killed_at() -> None:
    named = {
        first_argument(call)
        for name in ("do", "do_and_push")
        for path, call in calls(name)
        if not path.startswith("simulation/")
    }
    run = {name for name in named - {"use_case"} if name.isidentifier()}
    run |= {use_case.__name__ for use_case in FIRES.values()}
    killed = (
        {case for cases in USE_CASES.values() for case in cases}
        | set(TROUBLES)
        | set(OUTWARD)
        | set(ADMINISTERED)
        | set(KEPT)
        | {*ENTERED, DUE}
        | set(FORGOTTEN)
        | NEVER_DUE
    )
    assert killed == run & killed, "the tests name use cases that are gone"
    assert run - killed == set()


def test_nothing_commits_beside_the_switchboard() -> None:
    sites = [
        (path, call)
        for path, call in calls("run")
        if "store" in ast.unparse(call.func) and not path.startswith(("store/", "demo/"))
    ]
    beside = {(path, first_argument(call)) for path, call in sites}
    assert beside == {("app/switchboard.py", "_with_failpoint"), *(("server.py", name) for name in BESIDE)}


async def test_the_writer_of_a_server_waits_for_the_disk(place: Place, tmp_path: Path) -> None:
    """A killed process cannot show what a power loss would take; the settings can (law 2)."""
    workspace = await Workspace(tmp_path, place).prepare()
    async with workspace.running() as running:
        assert await durability(running.store) == SETTINGS[place.engine]


SETTINGS: dict[str, dict[str, object]] = {
    "sqlite": {"journal_mode": "wal", "synchronous": 2},
    "postgres": {"synchronous_commit": "on"},
}


async def durability(store: BaseStore[Tx]) -> dict[str, object]:
    """The settings of the connection that writes."""
    return await store.run(_settings)


def _settings(tx: Tx) -> dict[str, object]:
    wanted = SETTINGS["sqlite" if tx.dialect == "sqlite" else "postgres"]
    show = "PRAGMA" if tx.dialect == "sqlite" else "SHOW"
    return {name: tx.connection.exec_driver_sql(f"{show} {name}").scalar() for name in wanted}


async def test_a_killed_server_comes_back_on_its_port_and_database(place: Place, tmp_path: Path) -> None:
    workspace = await Workspace(tmp_path, place).prepare()
    server = ServerProcess(workspace)
    try:
        for _ in range(2):
            server.up()
            await server.listens()
            await server.kill()
    finally:
        await server.down()
    assert server.kills == 2
