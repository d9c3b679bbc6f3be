"""Puts the house together: store, use cases, sockets, pages; and takes it down again in order."""

import asyncio
import logging
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog
import uvloop
from aiohttp import web

from batonpass import tasks
from batonpass.app import accounts, keeping, keys, previewing, switches, timers
from batonpass.app.administering import Configuration, last
from batonpass.app.audit import By
from batonpass.app.configuring import env_of, row_of, rows_of
from batonpass.app.fired import Fired
from batonpass.app.late_summaries import LateSummaries
from batonpass.app.ports import AgentRow, Tx
from batonpass.app.runner import Runner
from batonpass.app.summaries import Storyteller
from batonpass.app.switchboard import Switchboard, UseCase
from batonpass.config import Config, with_document
from batonpass.domain.errors import BatonpassError
from batonpass.protocol.errors import details
from batonpass.store.engine import BaseStore, StoreTaken, open_store
from batonpass.store.tx import Tx as StoreTx
from batonpass.summarizing import Summarizers, summarizers
from batonpass.transport import exporting, heads, pages, rest, sweeping
from batonpass.transport.auth import AGENT_PREFIX, new_secret
from batonpass.transport.metrics import Metrics, Reading
from batonpass.transport.passwords import Passwords
from batonpass.transport.socketio.agent import AgentDoor
from batonpass.transport.socketio.customer import CustomerDoor
from batonpass.transport.socketio.dispatch import Dispatcher, Limits
from batonpass.transport.socketio.engine import Server, make_server
from batonpass.transport.socketio.limits import Rate
from batonpass.transport.socketio.options import SocketOptions
from batonpass.transport.socketio.publisher import SocketPublisher
from batonpass.transport.socketio.supervisor import SupervisorDoor
from batonpass.transport.webhooks.worker import WebhookWorker

log = structlog.get_logger(__name__)

C = TypeVar("C")
T = TypeVar("T")

LOOKS, LOOK_S = 15, 0.2
"""A server looks at its due work every second: so often, and so long apart, one looks for what it did."""

AGENT_LIMITS = Limits(rate=Rate(per_second=500, burst=2_000))


@dataclass(slots=True)
class Running:
    """A running server: where it listens, and its parts for tests and commands."""

    store: BaseStore[StoreTx]
    board: Switchboard
    runner: Runner
    late: LateSummaries
    webhooks: WebhookWorker
    summarizers: Summarizers
    sockets: Server
    configuration: Configuration
    app: web.Application
    house: rest.House
    web_runner: web.AppRunner | None = None
    host: str = ""
    port: int = 0
    jobs: list[asyncio.Task[Any]] = field(default_factory=list)

    @property
    def config(self) -> Config:
        """The configuration in force."""
        return self.configuration.config

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    async def stop(self) -> None:
        """Stop in order: no new work, then the sockets, then the store."""
        for job in self.jobs:
            job.cancel()
        await asyncio.gather(*self.jobs, return_exceptions=True)
        await self.sockets.shutdown()
        if self.web_runner is not None:
            await self.web_runner.cleanup()
        await self.summarizers.close()
        await self.store.close()


async def start_server(
    config: Config, *, host: str | None = None, port: int | None = None, store_url: str | None = None
) -> Running:
    """Open the store, apply the configuration, renew what a stop left behind, and serve.

    Raises StoreOpenError, OSError (the address is taken), ConfigError (a stored version is none any more).
    """
    store = await open_store(store_url or config.store_url, StoreTx)
    try:
        running = assemble(config, store)
        await prepare(running)
        await _listen(running, host or config.server.host, config.server.port if port is None else port)
    except BaseException:
        await store.close()
        raise
    running.jobs.append(tasks.spawn(running.runner.run(), name="due-work"))
    running.jobs.append(tasks.spawn(running.late.run(), name="summaries"))
    running.jobs.append(tasks.spawn(running.webhooks.run(), name="webhooks"))
    running.jobs.append(tasks.spawn(running.configuration.watch(), name="configuration"))
    running.jobs.append(tasks.spawn(sweeping.run(running.board, running.sockets, store.shaken), name="sweep"))
    return running


def assemble(config: Config, store: BaseStore[StoreTx]) -> Running:
    """Build the parts over an open store; nothing runs yet."""
    board = Switchboard(store, env_of(config))
    origins = tuple(config.server.cors_origins)
    sockets = make_server(_socket_options(config, origins))
    publisher = SocketPublisher(sockets, board)
    metrics = Metrics(board, sockets, publisher, Reading.of(config))
    told = summarizers(config, board)
    late = LateSummaries(
        board, told.storyteller, told.slow, deadline_ms=round(config.settings.summarizer.deadline * 1000)
    )
    _mount(sockets, board, publisher, told.storyteller, late)
    app = web.Application()
    configuration = Configuration(board, config)
    house = rest.House(board, told.storyteller, late, publisher, sockets, configuration=configuration)
    house.sites = {name: tuple(site.secrets) for name, site in config.settings.identity.items()}
    rest.mount(app, house, rest.Options(origins, config.server.trusted_proxies))
    app.add_routes(pages.routes())
    app.add_routes(metrics.routes())
    sockets.attach(app)
    runner = Runner(board, told.storyteller)
    return Running(
        store=store,
        board=board,
        runner=runner,
        late=late,
        webhooks=WebhookWorker(board),
        summarizers=told,
        sockets=sockets,
        configuration=configuration,
        app=app,
        house=house,
    )


def _socket_options(config: Config, origins: tuple[str, ...]) -> SocketOptions:
    return SocketOptions(
        cors_origins=origins or None,
        max_per_address=config.server.max_connections_per_address,
        trusted_proxies=config.server.trusted_proxies,
    )


def _mount(
    sockets: Server,
    board: Switchboard,
    publisher: SocketPublisher,
    storyteller: Storyteller,
    late: LateSummaries,
) -> None:
    dispatcher = Dispatcher(sockets, domain_error=BatonpassError, details=details)
    CustomerDoor(board, storyteller, publisher.typing).mount(dispatcher, Limits())
    AgentDoor(board, publisher, storyteller, late, publisher.typing).mount(dispatcher, AGENT_LIMITS)
    SupervisorDoor(board, storyteller).mount(dispatcher, Limits())


async def prepare(running: Running) -> None:
    """Adopt the configuration and renew graces, offers and turns (law 6)."""
    await running.configuration.begin()
    await running.board.do_and_push(timers.start_up, None)
    if not await running.store.read(_has_admin):
        running.house.set_up_code = secrets.token_hex(10)


def _has_admin(tx: Tx) -> bool:
    return tx.has_admin()


async def apply_config(store: BaseStore[StoreTx], config: Config) -> None:
    """Make the configured agents and memberships the store's."""
    await store.run(_apply, config)


def _apply(tx: Tx, config: Config) -> None:
    tx.apply_config(*rows_of(config))


async def _listen(running: Running, host: str, port: int) -> None:
    # What a client has packed stays so: unpacking is work without a bound, in everybody's time.
    runner = web.AppRunner(
        running.app,
        access_log=None,
        shutdown_timeout=2,
        auto_decompress=False,
        keepalive_timeout=heads.PAUSE_S,
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError:
        await runner.cleanup()
        raise
    running.web_runner = runner
    server = runner.server
    assert server is not None, "it has been set up"
    running.jobs.append(tasks.spawn(heads.watch(lambda: server.connections), name="heads"))
    running.host, running.port = runner.addresses[0][0], runner.addresses[0][1]


# Commands


def in_force(config: Config) -> Config:
    """The configuration in force where the store is the source; the file's before the first start.

    Raises StoreOpenError, StoreUnavailable, ConfigError.
    """
    number, document = look_beside(config, last)
    return with_document(config, document, f"version {number}") if number else config


def create_key(config: Config, agent_id: str, label: str = "", overlap_ms: int | None = None) -> str:
    """Make a key for an agent of the configuration, and return it. It is shown this once.

    With `overlap_ms` it takes the place of the newest one, which stays good for so long. Works beside a running server.
    Raises StoreOpenError, StoreUnavailable, CallerError.
    """
    spec = next(agent for agent in config.agents() if agent.id == agent_id)
    secret = new_secret(AGENT_PREFIX)
    new = keys.NewKey(agent_id, secret.hash, secret.prefix, By("cli"), label)

    async def work() -> None:
        async with _beside(config) as store:
            await store.run(_add_agent, row_of(spec))

    asyncio.run(work())
    if overlap_ms is None:
        act_beside(config, keys.create_key, new)
    else:
        act_beside(config, keys.rotate_key, keys.Rotation(new, overlap_ms))
    return secret.text


def explain_route(config: Config, queue_id: str, variables: Mapping[str, str]) -> dict[str, Any]:
    """Say who would get a new chat of this queue now, and why: the trace of the decision, and the members.

    Works beside a running server. Raises StoreOpenError, StoreUnavailable.
    """

    async def work() -> dict[str, Any]:
        async with _beside(config) as store:
            return await store.read(previewing.new_chat, config, queue_id)

    return asyncio.run(work()) | {"context": dict(variables)}


def explain_conversation(config: Config, conversation_id: str, other: Config | None = None) -> dict[str, Any]:
    """Say who would get this chat now, and why; with `other`, who would get it were that the configuration.

    Works beside a running server. Raises StoreOpenError, StoreUnavailable, NotFound.
    """

    async def work() -> dict[str, Any]:
        async with _beside(config) as store:
            return await store.read(previewing.conversation, config, conversation_id, other)

    return asyncio.run(work())


def create_account(config: Config, name: str, role: str, agent_id: str | None, password: str) -> None:
    """Make an account of a person. Works beside a running server.

    Raises StoreOpenError, StoreUnavailable, CallerError, Refused.
    """
    env = env_of(config)

    async def work() -> None:
        hashed = await Passwords().hash(password)
        async with _beside(config) as store:
            if agent_id is not None:
                await store.run(_add_agent, row_of(next(a for a in config.agents() if a.id == agent_id)))
            new = accounts.NewAccount(By("cli"), name, role, agent_id, hashed)
            await store.run(accounts.create, env, new)

    asyncio.run(work())


def export_conversation(config: Config, conversation_id: str) -> dict[str, Any]:
    """Everything there is of a conversation, as plain JSON values: for the record, so with notes and summaries.

    Works beside a running server. Raises StoreOpenError, StoreUnavailable, NotFound.
    """

    async def work() -> dict[str, Any]:
        async with _beside(config) as store:
            return await store.read(exporting.exported, conversation_id)

    return asyncio.run(work())


def turn_switch(config: Config, turned: switches.Turn | None = None) -> dict[str, bool]:
    """Say how the switches stand, after turning one. A running server heeds it at once.

    Raises StoreOpenError, StoreUnavailable, CallerError.
    """
    env = env_of(config)

    async def work() -> dict[str, bool]:
        async with _beside(config) as store:
            if turned is not None:
                await store.run(switches.turn, env, turned)
            return await store.read(switches.standing, env)

    return asyncio.run(work())


def look_beside(config: Config, query: Callable[..., T], *args: Any) -> T:
    """What a query finds in the store, beside a running server. Raises StoreOpenError, StoreUnavailable, and its own."""

    async def work() -> T:
        async with _beside(config) as store:
            return await store.read(query, *args)

    return asyncio.run(work())


def act_beside(config: Config, use_case: UseCase[C], command: C) -> Any:
    """The reply of a use case done beside a running server, which finds what it wrote by itself.

    Raises StoreOpenError, StoreUnavailable, and what the use case refuses.
    """
    env = env_of(config)

    async def work() -> Any:
        async with _beside(config) as store:
            return (await store.run(use_case, env, command)).reply

    return asyncio.run(work())


def erase_beside(config: Config, customer_id: str) -> int:
    """Forget a customer. A running server does it, and tells who is concerned; without one it is done here.

    Returns how many conversations it had. Raises StoreOpenError, StoreUnavailable, NotFound.
    """
    env = env_of(config)

    async def work() -> int:
        async with _beside(config) as store:
            outcome = await store.run(keeping.erase_customer, env, keeping.Erase(customer_id))
            begun: Any = outcome.reply
            if await _stands_still(store, begun):
                while not (await store.run(keeping.erase_next, env, Fired(customer_id))).reply:
                    pass
            await store.tidy()
            return int(begun.conversations)

    return asyncio.run(work())


async def _stands_still(store: BaseStore[StoreTx], begun: keeping.Erasing) -> bool:
    """Wait as long as somebody forgets; whether something is left."""
    _, left = await store.read(keeping.erasing, begun.customer_id)
    looks = 0
    while left and looks < LOOKS:
        await asyncio.sleep(LOOK_S)
        _, now = await store.read(keeping.erasing, begun.customer_id)
        looks, left = 0 if now < left else looks + 1, now
    return bool(left)


@asynccontextmanager
async def _beside(config: Config) -> AsyncIterator[BaseStore[StoreTx]]:
    store = await open_store(config.store_url, StoreTx, beside=True)
    try:
        yield store
    finally:
        await store.close()


async def add_key(store: BaseStore[StoreTx], agent_id: str) -> str:
    """Make and keep a key for an agent; return its text."""
    secret = new_secret(AGENT_PREFIX)
    await store.run(_add_key, secret.hash, agent_id, secret.prefix)
    return secret.text


def _add_key(tx: Tx, key_hash: str, agent_id: str, prefix: str) -> None:
    tx.add_key(key_hash, agent_id, prefix)


def _add_agent(tx: Tx, row: AgentRow) -> None:
    tx.add_agent(row)


# The foreground server


Companion = Callable[["Running"], Awaitable[None]]


def serve(
    config: Config, *, companion: Companion | None = None, reread: Callable[[], Config] | None = None
) -> None:
    """Serve until a signal says stop. `companion` is called once the server listens, `reread` on SIGHUP.

    Raises StoreOpenError, OSError (the address is taken), StoreTaken (another server has the database).
    """
    _log_to_stderr()
    uvloop.run(_serve(config, companion, reread))


def _log_to_stderr() -> None:
    """One JSON object a line, on stderr; stdout is for what was asked for."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        # Asked for at each line: whoever redirects stderr gets the log too.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


async def _serve(config: Config, companion: Companion | None, reread: Callable[[], Config] | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    running = await start_server(config)
    configuration = running.configuration
    configuration.reread = reread or configuration.reread
    loop.add_signal_handler(signal.SIGHUP, lambda: tasks.spawn(configuration.hang_up(), name="reload"))
    running.jobs.append(tasks.spawn(_stop_when_lost(running, stop), name="store-lost"))
    sys.stdout.write(f"Batonpass serves on {running.url}\n{_set_up_hint(running)}")
    sys.stdout.flush()
    try:
        if companion is not None:
            await companion(running)
        await stop.wait()
    finally:
        await running.stop()
    if running.store.lost.is_set():
        raise StoreTaken("another server has taken the database")


def _set_up_hint(running: Running) -> str:
    code = running.house.set_up_code
    if code is None:
        return ""
    page = f"{running.url}/operator#setup={code}"
    return (
        f"There is no admin yet: {page}\n"
        f"Set-up code: {code} (POST /api/v1/setup), or: batonpass accounts create\n"
    )


async def _stop_when_lost(running: Running, stop: asyncio.Event) -> None:
    await running.store.lost.wait()
    stop.set()
