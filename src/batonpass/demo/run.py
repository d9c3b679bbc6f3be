"""The whole demo: world, tap, staff, customers, trouble, audit, judge."""

import asyncio
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import structlog

from batonpass.demo import audit, world
from batonpass.demo.acts import MANY, RARE, WANTED
from batonpass.demo.agents import PlayingBot, PlayingPerson
from batonpass.demo.chief import Chief
from batonpass.demo.customers import Customer, perform
from batonpass.demo.dialogues import Dialogue
from batonpass.demo.judge import Finding, Verdict, judge_files
from batonpass.demo.plan_log import PlanLog
from batonpass.demo.play import Play
from batonpass.demo.script import Script, draw, draw_all
from batonpass.demo.tap import Tap
from batonpass.demo.trouble import Trouble
from batonpass.tasks import spawn

log = structlog.get_logger(__name__)

# Conversations at a time: more than the representatives have slots, so that some always wait.
AT_ONCE = 40
KILLS_S = 60.0
# A customer who gets no answer gives up long before; this is for one who cannot even say so.
LIMIT_S = 900.0
FRAMES, PLAN = "frames.jsonl", "plan.jsonl"


@dataclass(frozen=True, slots=True)
class Orders:
    """What to play. `folder` None is a temporary one, kept only when a law was broken."""

    dialogues: list[Dialogue]
    conversations: int
    store: str
    postgres_url: str | None
    crash: bool
    seed: int
    folder: Path | None
    scenario: world.Scenario = "journeys"


@dataclass(frozen=True, slots=True)
class Result:
    """The verdict, everything that speaks against the run, and where its files are kept, if they are."""

    verdict: Verdict
    findings: list[Finding]
    kept: Path | None


Watch = Callable[[Play], None]


async def run(orders: Orders, watch: Watch) -> Result:
    """Play and judge. `watch` is given the play once it begins. Raises NoPostgres, RuntimeError, OSError."""
    folder = _folder(orders)
    try:
        async with world.database(orders.store, orders.postgres_url, folder) as store_url:
            house = await world.build(folder, store_url, orders.scenario)
            await _perform(orders, house, watch)
            found = await house.swept()
        verdict, findings = await asyncio.to_thread(judge_files, folder / FRAMES, folder / PLAN, found)
    except BaseException:
        if orders.folder is None:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    keep = orders.folder is not None or not verdict.ok
    if not keep:
        shutil.rmtree(folder, ignore_errors=True)
    return Result(verdict, findings, folder if keep else None)


def _folder(orders: Orders) -> Path:
    if orders.folder is None:
        return Path(tempfile.mkdtemp(prefix="batonpass-demo-"))
    orders.folder.mkdir(parents=True, exist_ok=True)
    return orders.folder


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _perform(orders: Orders, house: world.World, watch: Watch) -> None:
    """Everything that goes through the tap."""
    server = world.ServerProcess(house, _free_port())
    tap = Tap(house.folder / FRAMES, server.url)
    plan = PlanLog(house.folder / PLAN)
    plan.write(
        "run",
        conversations=orders.conversations,
        crash=orders.crash,
        wrap_up_ms=world.WRAP_UP_MS,
        wanted=_wanted(orders),
    )
    try:
        await server.start()
        await tap.start()
        play = Play(tap, plan, house.keys)
        _write_scripts(orders, play)
        watch(play)
        async with _staff(play, orders.scenario) as staff:
            customers = await _customers(orders, play, server)
            await _audit(play, customers, staff)
        if not server.gone:
            plan.write("end")
    finally:
        await tap.stop()
        await server.stop()
        plan.close()


def _wanted(orders: Orders) -> tuple[str, ...]:
    """What must have been played for the run to prove something."""
    if orders.scenario != "all":
        return ()
    return (*WANTED, *RARE) if orders.conversations >= MANY else WANTED


def _write_scripts(orders: Orders, play: Play) -> None:
    chance = Random(orders.seed)
    course = draw_all if orders.scenario == "all" else draw
    for number in range(orders.conversations):
        dialogue = orders.dialogues[number % len(orders.dialogues)]
        script = Script(str(number), dialogue, course(chance, dialogue, number))
        play.scripts[script.key] = script
    play.counters.turns_in_all = sum(len(script.dialogue.turns) for script in play.scripts.values())


@dataclass(frozen=True, slots=True)
class _Team:
    bots: list[PlayingBot]
    people: list[PlayingPerson]


@asynccontextmanager
async def _staff(play: Play, scenario: world.Scenario) -> AsyncIterator[_Team]:
    """All agents, connected and available."""
    team = _Team(
        [PlayingBot(play, staff) for staff in (world.BOT_A, world.BOT_B)],
        [_person(play, staff) for staff in world.people(scenario)],
    )
    async with AsyncExitStack() as stack:
        for bot in team.bots:
            await stack.enter_async_context(bot.bot)
        for person in team.people:
            await stack.enter_async_context(person.client)
            await person.client.available()
            stack.callback(spawn(person.come_back(), name=f"come-back-{person.staff.id}").cancel)
            if isinstance(person, Chief):
                await person.desk.start()
                stack.push_async_callback(person.desk.stop)
                stack.callback(spawn(person.watch(), name="chief").cancel)
        yield team


def _person(play: Play, staff: world.Staff) -> PlayingPerson:
    return Chief(play, staff) if staff is world.CHIEF else PlayingPerson(play, staff)


async def _customers(orders: Orders, play: Play, server: world.ServerProcess) -> list[Customer]:
    """Play all conversations, a number of them at a time, and kill the server between when asked to."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(script: Script) -> Customer:
        async with places:
            return await perform(play, script, LIMIT_S)

    trouble = Trouble(play, server, Random(orders.seed + 1))
    kills = spawn(trouble.run(), name="kills") if orders.crash else None
    customers = await asyncio.gather(*(one(script) for script in play.scripts.values()))
    if kills is not None:
        # By now every moment has come; the last kills of a short play may still be ahead.
        await asyncio.wait({kills}, timeout=KILLS_S)
        kills.cancel()
        await asyncio.gather(kills, return_exceptions=True)
    return customers


async def _audit(play: Play, customers: list[Customer], team: _Team) -> None:
    """Everybody reads again, when all is said and nothing is killed any more."""
    bots = [audit.by_agent(play, bot.staff.id, bot.bot.connection) for bot in team.bots]
    people = [audit.by_agent(play, person.staff.id, person.client.connection) for person in team.people]
    await asyncio.gather(audit.by_customers(play, customers), *bots, *people)
