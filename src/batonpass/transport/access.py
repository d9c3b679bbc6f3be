"""Open connections whose key was taken back, or whose agent may less than before, are closed."""

import structlog

from batonpass.app.authority import Role, Who
from batonpass.app.ports import Tx
from batonpass.app.switchboard import Switchboard
from batonpass.protocol.base import AGENT, SUPERVISOR
from batonpass.transport.auth import who_is
from batonpass.transport.socketio.connection import Connection
from batonpass.transport.socketio.engine import Server

log = structlog.get_logger(__name__)


async def review(board: Switchboard, sockets: Server) -> int:
    """Look at every open connection of agents and supervisors again; how many were closed.

    A stock client that is put out does not come back by itself, and is refused `bad_token` when it does.
    """
    here = [
        c for c in sockets.connections.values() if c.namespace in (AGENT, SUPERVISOR) and c.who is not None
    ]
    if not here:
        return 0
    good = await board.read(_known, {conn.who.credential for conn in here})
    ended = [conn for conn in here if not conn.closed and not _may_stay(conn, good.get(conn.who.credential))]
    for conn in ended:
        conn.kick()
    if ended:
        log.info("access_ended", connections=len(ended))
    return len(ended)


def _known(tx: Tx, credentials: set[str]) -> dict[str, Who]:
    found = {credential: who_is(tx, credential) for credential in sorted(credentials)}
    return {credential: who for credential, who in found.items() if who is not None}


def _may_stay(conn: Connection, who: Who | None) -> bool:
    if who is None or who.agent_id != conn.session:
        return False
    return conn.namespace == AGENT or who.role in (Role.SUPERVISOR, Role.ADMIN)
