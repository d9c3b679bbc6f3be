"""Keys of agents, and the log of who did what."""

from typing import Any

from batonpass.app import keys as cases
from batonpass.app.keys import NewKey, Revoke, Rotation
from batonpass.app.ports import Tx
from batonpass.app.ports_administration import AuditRow, KeyRow
from batonpass.protocol import admin as wire
from batonpass.protocol.base import dump, wire_time
from batonpass.transport import cursors
from batonpass.transport.auth import AGENT_PREFIX, Secret, new_secret
from batonpass.transport.rest.call import Answer, Call
from batonpass.transport.rest.routes import Routes

routes = Routes("Keys and the log")


def _shape(row: KeyRow, now: int, text: str | None = None) -> wire.AgentKey:
    return wire.AgentKey(
        prefix=row.prefix,
        agent_id=row.agent_id,
        label=row.label,
        created_at=wire_time(row.created_at),
        expires_at=wire_time(row.expires_at) if row.expires_at is not None else None,
        revoked_at=wire_time(row.revoked_at) if row.revoked_at is not None else None,
        good=row.good(now),
        key=text,
    )


@routes.get("/admin/keys", action="keys.read", said=wire.AgentKeyQuery, reply=wire.AgentKeyList)
async def list_agent_keys(call: Call, said: wire.AgentKeyQuery) -> Any:
    """List keys of agents by their prefixes, ended ones too; the newest first."""
    after = cursors.decode(said.cursor, int, str)
    return await call.read(_keys, said, (int(after[0]), str(after[1])) if after else None)


def _keys(tx: Tx, said: wire.AgentKeyQuery, before: tuple[int, str] | None) -> wire.AgentKeyList:
    rows = tx.keys_of(said.agent_id, limit=said.limit + 1, before=before)
    page = rows[: said.limit]
    more = cursors.encode(page[-1].created_at, page[-1].prefix) if len(rows) > said.limit else None
    return wire.AgentKeyList(keys=[_shape(row, tx.now) for row in page], next=more)


def _new(call: Call, said: wire.NewAgentKey) -> tuple[NewKey, Secret]:
    secret = new_secret(AGENT_PREFIX)
    by = call.who.by(call.address)
    return NewKey(call.path["agent_id"], secret.hash, secret.prefix, by, said.label), secret


@routes.post(
    "/admin/agents/{agent_id}/keys",
    action="keys.change",
    said=wire.NewAgentKey,
    reply=wire.AgentKey,
    status=201,
    secret=True,
)
async def create_agent_key(call: Call, said: wire.NewAgentKey) -> Answer:
    """Make another key for an agent. Its text is shown this once."""
    new, secret = _new(call, said)
    return Answer(await call.do(cases.create_key, new, lambda row: _shape(row, row.created_at, secret.text)))


@routes.post(
    "/admin/agents/{agent_id}/keys/rotate",
    action="keys.change",
    said=wire.RotateAgentKey,
    reply=wire.AgentKey,
    status=201,
    secret=True,
)
async def rotate_agent_key(call: Call, said: wire.RotateAgentKey) -> Answer:
    """Make a new key beside the newest good one, which ends after `overlap` seconds; older ones end at once."""
    new, secret = _new(call, said)
    rotation = Rotation(new, said.overlap * 1000)
    made = await call.do(cases.rotate_key, rotation, lambda row: _shape(row, row.created_at, secret.text))
    return Answer(made)


@routes.delete("/admin/keys/{prefix}", action="keys.change", reply=wire.AgentKey)
async def revoke_agent_key(call: Call, said: None) -> Answer:
    """Take a key back: it opens nothing more, and the connections it has opened are closed."""
    act = Revoke(call.path["prefix"], call.who.by(call.address))
    return Answer(await call.do(cases.revoke_key, act, lambda row: _shape(row, row.revoked_at or 0)))


@routes.get("/audit", action="audit.read", said=wire.AuditQuery, reply=wire.AuditLines)
async def list_audit(call: Call, said: wire.AuditQuery) -> Any:
    """Read the log of who did what to what, when, and from where; the newest first."""
    after = cursors.decode(said.cursor, int, str)
    before = (int(after[0]), str(after[1])) if after else None
    rows: list[AuditRow] = await call.read(_lines, said, before)
    page = rows[: said.limit]
    more = cursors.encode(page[-1].at, page[-1].id) if len(rows) > said.limit else None
    return dump(wire.AuditLines(lines=[_line(row) for row in page], next=more))


def _lines(tx: Tx, said: wire.AuditQuery, before: tuple[int, str] | None) -> list[AuditRow]:
    return tx.audit_rows(limit=said.limit + 1, before=before, action=said.action, ref=said.ref, who=said.who)


def _line(row: AuditRow) -> wire.AuditLine:
    return wire.AuditLine(
        id=row.id,
        at=wire_time(row.at),
        by=wire.By(role=row.role, id=row.who),
        address=row.address,
        action=row.action,
        ref=row.ref,
        details=dict(row.details),
    )
