"""The safety nets: forgotten matches, a counted bug (law 7), and connections that the store and we disagree about."""

import asyncio
from contextlib import suppress

import structlog

from batonpass.app import customer_presence, matching, once, presence
from batonpass.app.ports import Tx
from batonpass.app.switchboard import Switchboard
from batonpass.domain.errors import BatonpassError
from batonpass.protocol.base import AGENT, CUSTOMER
from batonpass.transport import access
from batonpass.transport.socketio.connection import Connection
from batonpass.transport.socketio.engine import Server

log = structlog.get_logger(__name__)

STALE_MS = 30_000
FORGET_S = 600
FORGET_AT_ONCE = 1_000


async def run(board: Switchboard, sockets: Server, shaken: asyncio.Event) -> None:
    """Sweep now and then, and at once when another server may have had the database for a while."""
    loop = asyncio.get_running_loop()
    forgotten_at = loop.time()
    while True:
        pause = board.env.rules.sweep_ms / 1000
        # Not `wait_for`: in Python 3.11 that one swallows a cancelling that comes together with the waking.
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await shaken.wait()
        shaken.clear()
        try:
            await _connections(board, sockets)
            await _customers(board, sockets)
            await _matches(board)
            await access.review(board, sockets)  # a key may have gone out by itself
            if loop.time() - forgotten_at >= FORGET_S:
                forgotten_at = loop.time()
                await board.do_and_push(once.forget_old, FORGET_AT_ONCE)
        except BatonpassError as error:
            log.warning("sweep_failed", code=error.code)


async def _matches(board: Switchboard) -> None:
    lost = await board.read(matching.forgotten, board.env.rules)
    if lost:
        await board.do_and_push(matching.sweep, lost)
        log.error("sweep_found_work", queues=lost)


async def _connections(board: Switchboard, sockets: Server) -> None:
    """Rows of sockets that are gone, as after a connect whose commit was never confirmed; and sockets whose rows are
    gone, as after another server started on the database.
    """
    stale, known = await board.read(_rows, board.env.node)
    for sid in stale:
        if sid not in sockets.connections:
            await board.do_and_push(presence.disconnect, presence.Gone(sid))
            log.warning("connection_forgotten")
    for conn in list(sockets.connections.values()):
        if conn.namespace == AGENT and conn.joined and conn.sid not in known:
            await _put_back(board, conn)


async def _customers(board: Switchboard, sockets: Server) -> None:
    """The same for customers, whose rows say who has left."""
    stale, known = await board.read(_customer_rows, board.env.node)
    for sid in stale:
        if sid not in sockets.connections:
            await board.do_and_push(customer_presence.customer_gone, customer_presence.Gone(sid))
    for conn in list(sockets.connections.values()):
        if conn.namespace == CUSTOMER and conn.joined and not conn.closed and conn.sid not in known:
            here = customer_presence.Here(conn.sid, conn.session)
            await board.do_and_push(customer_presence.customer_here, here)


async def _put_back(board: Switchboard, conn: Connection) -> None:
    if conn.closed:
        return
    await board.do_and_push(presence.connect, presence.Connection(conn.sid, conn.session))
    log.warning("connection_put_back")
    if conn.closed:
        # It went meanwhile, and said so perhaps before its row was there again.
        await board.do_and_push(presence.disconnect, presence.Gone(conn.sid))


def _customer_rows(tx: Tx, node: str) -> tuple[list[str], set[str]]:
    now = tx.now
    return tx.customer_connections_of(node, now - STALE_MS), set(
        tx.customer_connections_of(node, now + STALE_MS)
    )


def _rows(tx: Tx, node: str) -> tuple[list[str], set[str]]:
    """Connections that are not of just now, and all."""
    return tx.connections_of(node, tx.now - STALE_MS), set(tx.connections_of(node, tx.now + STALE_MS))
