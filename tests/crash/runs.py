"""Plays a journey on a server that dies at named places, and judges what came of it."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from batonpass.app.failpoints import LOG_ENV
from batonpass.tasks import spawn
from tests.crash import verdict
from tests.crash.journeys import Cast, Journey, talkative
from tests.support.llm_server import LlmServer
from tests.support.server import ServerProcess, Workspace
from tests.support.stores import Place

MODEL = """
[summarizer]
later = "llm"
[plugins.llm]
base_url = "{url}"
model = "small"
"""

POINTS = ("before_commit", "after_commit", "before_push")


async def play_and_die(folder: Path, place: Place, journey: Journey, points: Sequence[str]) -> None:
    """Play, with one death at each of `points` (`use_case.point#n`), one after the other; then all laws hold."""
    assert await died_at(folder, place, journey, points), "the journey never came to the last of the points"


async def died_at(folder: Path, place: Place, journey: Journey, points: Sequence[str]) -> bool:
    """The same; False when the journey ended before the server had died at all of them."""
    with stage(folder, place, journey) as made:
        return await _died(await made.prepare(), journey, points)


@contextmanager
def stage(folder: Path, place: Place, journey: Journey) -> Iterator[Workspace]:
    """The journey's workspace, beside a model's server where it has one."""
    if not journey.model:
        yield Workspace(folder, place, journey.timers)
        return
    with LlmServer() as model:
        yield Workspace(folder, place, journey.timers, more=MODEL.format(url=model.url))


async def _died(workspace: Workspace, journey: Journey, points: Sequence[str]) -> bool:
    server = ServerProcess(workspace)
    async with dying(server, points):
        cast = Cast(server.url, workspace.keys)
        talkative(cast)
        async with cast:
            await journey.play(cast)
            if server.kills < len(points):
                return False
            await verdict.from_outside(cast, journey)
        await verdict.agents_are_free(workspace)
    assert cast.customer.conversation_id is not None
    async with workspace.opened() as store:
        await verdict.from_inside(store, cast.customer.conversation_id)
    return True


@asynccontextmanager
async def dying(server: ServerProcess, points: Sequence[str]) -> AsyncIterator[None]:
    """A server that comes back after each death, and stays after the last."""

    async def lives() -> None:
        for point in points:
            server.up(point)
            await server.died(60)
        server.up()

    lived = spawn(lives(), name="lives")
    try:
        yield
        if lived.done():
            lived.result()
    finally:
        lived.cancel()
        await server.down()


async def hits_of(folder: Path, place: Place, journey: Journey) -> list[str]:
    """Play without a death, and return every name that was passed, in order."""
    log = folder / "hits"
    with stage(folder, place, journey) as made:
        await _played(await made.prepare(), journey, log)
    return log.read_text().split()


async def _played(workspace: Workspace, journey: Journey, log: Path) -> None:
    server = ServerProcess(workspace)
    server.up("", loud=False, **{LOG_ENV: str(log)})
    try:
        cast = Cast(server.url, workspace.keys)
        talkative(cast)
        async with cast:
            await journey.play(cast)
            await verdict.from_outside(cast, journey)
    finally:
        await server.down()
