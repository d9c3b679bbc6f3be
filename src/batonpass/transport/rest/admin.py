"""The configuration over REST: whole, table by table, its versions, and what a change would do."""

from collections.abc import Callable
from functools import partial
from typing import Any

from batonpass.app import configuring, previewing
from batonpass.app.administering import Configuration, Edit, last, listed, version_of
from batonpass.app.configuring import InvalidConfig
from batonpass.app.ports import Tx
from batonpass.app.ports_administration import VersionRow
from batonpass.config import Config, ConfigError, Document, diff, document_of
from batonpass.config.documents import Change, get, merge, put, refuse_bombs, without_agent
from batonpass.domain.errors import CallerError, NotFound
from batonpass.domain.house_words import DEFAULTS
from batonpass.domain.words import PARAMS
from batonpass.protocol import admin as wire
from batonpass.protocol.base import dump, wire_time
from batonpass.protocol.rest import PageQuery
from batonpass.protocol.shapes import Why
from batonpass.transport import cursors
from batonpass.transport.rest.call import Answer, Call, changed
from batonpass.transport.rest.routes import Routes
from batonpass.transport.socketio import shapes

routes = Routes("Configuration")

MAX_DOCUMENT = 2 * 1024 * 1024
MAX_TABLE = 256 * 1024


def _configuration(call: Call) -> Configuration:
    found = call.house.configuration
    if found is None:
        raise NotFound("This server has no configuration to be changed.")
    return found


# --- shapes -----------------------------------------------------------------------------------------


def _version(row: VersionRow) -> dict[str, Any]:
    return dump(wire.Version(**_head(row)))


def _head(row: VersionRow) -> dict[str, Any]:
    return listed(row) | {"at": wire_time(row.at)}


def _changes(found: list[Change]) -> list[wire.Change]:
    return [wire.Change(**change.as_json()) for change in found]


# --- changing ---------------------------------------------------------------------------------------


async def _change(call: Call, edit: Edit, comment: str = "") -> Answer:
    by = call.who.by(call.address)
    made = await _configuration(call).change(edit, by, comment, _expected(call), partial(_adopt, call))
    return Answer(made, etag=str(made["version"]))


async def _adopt(call: Call, change: configuring.Adopt) -> Any:
    return await call.do(configuring.adopt, change, _version)


def _expected(call: Call) -> int | None:
    """The version that `If-Match` names."""
    said = call.if_match
    if said is None:
        return None
    if not said.isdecimal() or len(said) > 9:
        changed(str(call.env.version))
    return int(said)


def _sane(table: Document) -> Document:
    """What was sent, before anything walks through it. Raises InvalidConfig."""
    try:
        refuse_bombs(table, "the request")
    except ConfigError as error:
        raise InvalidConfig(error.problems) from None
    return table


@routes.get("/admin/config", action="config.read", reply=wire.ConfigState)
async def get_config(call: Call, said: None) -> Answer:
    """Read the configuration in force."""
    configuration = _configuration(call)
    number, document = await call.read(last)
    drift = diff(document, document_of(configuration.installed))
    source = "file" if configuration.from_file else "store"
    state = wire.ConfigState(version=number, source=source, drift=len(drift), document=document)
    return Answer(state, etag=str(number))


@routes.put(
    "/admin/config",
    action="config.change",
    said=wire.ConfigPut,
    reply=wire.Version,
    versioned=True,
    max_body=MAX_DOCUMENT,
)
async def put_config(call: Call, said: wire.ConfigPut) -> Answer:
    """Replace the whole document."""
    document = _sane(said.document)
    return await _change(call, lambda _: document, said.comment)


@routes.patch(
    "/admin/config",
    action="config.change",
    said=wire.ConfigPatch,
    reply=wire.Version,
    max_body=MAX_DOCUMENT,
)
async def patch_config(call: Call, said: wire.ConfigPatch) -> Answer:
    """Change keys anywhere in the document: all of them, or none."""
    patch = _sane(said.patch)
    return await _change(call, lambda document: merge(document, (), patch), said.comment)


# --- versions ---------------------------------------------------------------------------------------


@routes.get("/admin/config/versions", action="config.read", said=PageQuery, reply=wire.VersionList)
async def list_versions(call: Call, said: PageQuery) -> Any:
    """List the versions, the newest first."""
    after = cursors.decode(said.cursor, int)
    rows = await call.read(_rows, said.limit + 1, after[0] if after else None)
    page = [wire.Version(**_head(row)) for row in rows[: said.limit]]
    more = len(rows) > said.limit
    return wire.VersionList(versions=page, next=cursors.encode(page[-1].version) if more else None)


def _rows(tx: Tx, limit: int, before: int | None) -> list[VersionRow]:
    return tx.config_versions(limit=limit, before=before)


@routes.get("/admin/config/versions/{version}", action="config.read", reply=wire.VersionDetails)
async def get_version(call: Call, said: None) -> Any:
    """Read one version: what it changed, and its document."""
    row = await call.read(version_of, _number(call.path["version"]))
    found = [wire.Change(**change) for change in row.changes]
    return wire.VersionDetails(**_head(row), changes=found, document=row.document)


@routes.get(
    "/admin/config/versions/{version}/diff", action="config.read", said=wire.DiffQuery, reply=wire.Changes
)
async def diff_versions(call: Call, said: wire.DiffQuery) -> Any:
    """Compare a version with another, or with the one before."""
    number = _number(call.path["version"])
    row = await call.read(version_of, number)
    against = number - 1 if said.against is None else said.against
    before = (await call.read(version_of, against)).document if against else {}
    return wire.Changes(changes=_changes(diff(before, row.document)))


@routes.post(
    "/admin/config/versions/{version}/revert",
    action="config.change",
    said=wire.Comment,
    reply=wire.Version,
)
async def revert_config(call: Call, said: wire.Comment) -> Answer:
    """Make an earlier version the newest one again."""
    number, by = _number(call.path["version"]), call.who.by(call.address)
    do = partial(_adopt, call)
    made = await _configuration(call).revert(number, by, said.comment, _expected(call), do)
    return Answer(made, etag=str(made["version"]))


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise NotFound("there is no such version of the configuration")
    return int(text)


# --- the file ---------------------------------------------------------------------------------------


@routes.get("/admin/config/drift", action="config.read", reply=wire.Changes)
async def get_drift(call: Call, said: None) -> Any:
    """Compare the configuration in force with the file, as the server found it when it started."""
    _, document = await call.read(last)
    return wire.Changes(changes=_changes(diff(document, document_of(_configuration(call).installed))))


@routes.post("/admin/config/import", action="config.change", said=wire.Comment, reply=wire.Version)
async def import_config(call: Call, said: wire.Comment) -> Answer:
    """Make the file, as it is now, a version. Where the store is the source, this is how the file is heard again."""
    document = document_of(_reread(call))
    return await _change(call, lambda _: document, said.comment or "the file, imported")


@routes.post("/admin/config/reload", action="config.change", reply=wire.Reloaded)
async def reload_config(call: Call, said: None) -> Answer:
    """Read the file again, where it is the source. What is wrong with it is told, and nothing changes then."""
    file, by = _reread(call), call.who.by(call.address)
    made, waits = await _configuration(call).reload(file, by, partial(_adopt, call))
    return Answer(made | {"needs_restart": [change.key for change in waits]}, etag=str(made["version"]))


def _reread(call: Call) -> Config:
    """The file as it is now. Raises InvalidConfig."""
    try:
        return _configuration(call).reread()
    except ConfigError as error:
        raise InvalidConfig(error.problems) from None


# --- trying -----------------------------------------------------------------------------------------


@routes.post(
    "/admin/config/preview",
    action="config.read",
    said=wire.Preview,
    reply=wire.Previewed,
    max_body=MAX_DOCUMENT,
)
async def preview_config(call: Call, said: wire.Preview) -> Any:
    """Try a change: what it would change, and who would get a chat then, and why. Nothing is kept."""
    if said.document is not None and said.patch is not None:
        raise CallerError("Give a document or a patch.")
    configuration = _configuration(call)
    _, before = await call.read(last)
    document = before if said.document is None else _sane(said.document)
    after = merge(document, (), _sane(said.patch)) if said.patch is not None else document
    config = configuration.valid(after)
    route = await _route(call, said, config)
    course = await _course(call, said, config) if said.course else None
    warnings = [str(warning) for warning in config.warnings]
    return wire.Previewed(
        changes=_changes(diff(before, after)), warnings=warnings, route=route, course=course
    )


async def _course(call: Call, said: wire.Preview, config: Config) -> list[wire.CourseStep]:
    if said.queue is None or said.queue not in config.settings.queues:
        raise NotFound("there is no such queue")
    found: list[previewing.Step] = await call.read(previewing.course, config, said.queue)
    return [
        wire.CourseStep(
            kind=str(step.kind),
            queue=step.queue_id,
            agent=shapes.agent_ref(step.decision.winner) if step.decision.winner else None,
            why=Why.model_validate(step.decision.as_trace()),
        )
        for step in found
    ]


async def _route(call: Call, said: wire.Preview, config: Config) -> dict[str, Any] | None:
    found: dict[str, Any]
    if said.conversation_id is not None:
        in_force = _configuration(call).config
        found = await call.read(previewing.conversation, in_force, said.conversation_id, config)
        return found
    if said.queue is None and said.context is None:
        return None
    if said.queue is not None and said.queue not in config.settings.queues:
        raise NotFound("there is no such queue")
    found = await call.read(previewing.other_new_chat, config, said.queue, said.context or {})
    return found


# --- table by table ---------------------------------------------------------------------------------


def resources(kind: str, table: str, path: str, place: str) -> None:
    """Endpoints of a table of named tables: list, read, put, patch, delete."""
    one = f"{path}/{{{place}}}"

    async def index(call: Call, said: None) -> Answer:
        number, document = await call.read(last)
        found = get(document, (table,)) or {}
        items = [wire.Resource(id=name, table=value) for name, value in found.items()]
        return Answer(wire.ResourceList(version=number, items=items), etag=str(number))

    async def read(call: Call, said: None) -> Answer:
        number, document = await call.read(last)
        return Answer(_there(document, (table, call.path[place])), etag=str(number))

    async def replace(call: Call, said: wire.Table) -> Answer:
        value = _sane(said.root)
        return await _change(call, lambda document: put(document, (table, call.path[place]), value))

    async def patch(call: Call, said: wire.Table) -> Answer:
        value = _sane(said.root)

        def edit(document: Document) -> Document:
            _there(document, (table, call.path[place]))
            return merge(document, (table, call.path[place]), value)

        return await _change(call, edit)

    async def remove(call: Call, said: None) -> Answer:
        def edit(document: Document) -> Document:
            name = call.path[place]
            _there(document, (table, name))
            return without_agent(document, name) if table == "agents" else put(document, (table, name), None)

        return await _change(call, edit)

    changing: dict[str, Any] = {"action": "config.change", "reply": wire.Version, "max_body": MAX_TABLE}
    _named(index, f"list_{kind}s", f"List the {kind}s as configured.")
    _named(read, f"get_{kind}", f"Read the {kind}'s table.")
    _named(replace, f"put_{kind}", f"Make or replace the {kind}. The body is its table.")
    _named(patch, f"patch_{kind}", f"Change keys of the {kind} (RFC 7396: null removes).")
    _named(remove, f"delete_{kind}", f"Remove the {kind}. {_REMOVED.get(kind, '')}".strip())
    routes.get(path, action="config.read", reply=wire.ResourceList)(index)
    routes.get(one, action="config.read", reply=wire.Table)(read)
    routes.put(one, said=wire.Table, **changing)(replace)
    routes.patch(one, said=wire.Table, **changing)(patch)
    routes.delete(one, **changing)(remove)


_REMOVED = {
    "queue": "What waits there goes on in the queue that its chat would enter now.",
    "agent": "Its memberships go with it; its chats go on with others, and its keys open nothing more.",
}


def _named(handler: Callable[..., Any], name: str, doc: str) -> None:
    handler.__name__ = name
    handler.__doc__ = doc


def _there(document: Document, path: tuple[str, ...]) -> Any:
    found = get(document, path)
    if found is None:
        raise NotFound("there is no such thing in the configuration")
    return found


resources("queue", "queues", "/admin/queues", "queue_id")
resources("agent", "agents", "/admin/agents", "agent_id")


@routes.put(
    "/admin/queues/{queue_id}/members/{agent_id}",
    action="config.change",
    said=wire.Table,
    reply=wire.Version,
)
async def put_member(call: Call, said: wire.Table) -> Answer:
    """Make an agent a member of a queue, or change its membership. The body is its table, without `agent`."""
    queue_id, agent_id = call.path["queue_id"], call.path["agent_id"]
    member = _sane(said.root) | {"agent": agent_id}
    return await _change(call, lambda document: _with_member(document, queue_id, agent_id, member))


@routes.delete("/admin/queues/{queue_id}/members/{agent_id}", action="config.change", reply=wire.Version)
async def delete_member(call: Call, said: None) -> Answer:
    """End a membership. Chats that the agent has stay with it."""
    queue_id, agent_id = call.path["queue_id"], call.path["agent_id"]
    return await _change(call, lambda document: _with_member(document, queue_id, agent_id, None))


def _with_member(document: Document, queue_id: str, agent_id: str, member: Document | None) -> Document:
    members = list(_there(document, ("queues", queue_id)).get("members", []))
    place = next((n for n, one in enumerate(members) if one.get("agent") == agent_id), None)
    if place is None:
        if member is None:
            raise NotFound("there is no such membership")
        members.append(member)
    elif member is None:
        del members[place]
    else:
        members[place] = member
    return put(document, ("queues", queue_id, "members"), members)


@routes.get("/admin/words", action="config.read", reply=wire.Words)
async def list_words(call: Call, said: None) -> wire.Words:
    """List the words that customers read, as the house has them: what `words` tables may replace."""
    found = [
        wire.Word(
            code=code, params=sorted(params), texts={locale: DEFAULTS[locale][code] for locale in DEFAULTS}
        )
        for code, params in PARAMS.items()
    ]
    return wire.Words(locales=list(DEFAULTS), words=found)


@routes.get("/admin/tables/{table}", action="config.read", reply=wire.Table)
async def get_table(call: Call, said: None) -> Answer:
    """Read a table: `timers`, `routing`, `switches`, `words`, `hours`, `workflows`, `canned`, `webhooks` and others.

    `entry` is a list: read and change it with `/admin/config`.
    """
    number, document = await call.read(last)
    found = get(document, (call.path["table"],))
    if not isinstance(found, dict):
        raise NotFound("there is no such table in the configuration")
    return Answer(found, etag=str(number))


@routes.patch(
    "/admin/tables/{table}",
    action="config.change",
    said=wire.Table,
    reply=wire.Version,
    max_body=MAX_TABLE,
)
async def patch_table(call: Call, said: wire.Table) -> Answer:
    """Change keys of a table (RFC 7396: null removes), and make it if it is not there."""
    value, path = _sane(said.root), (call.path["table"],)
    return await _change(call, lambda document: merge(document, path, value))


@routes.put(
    "/admin/tables/{table}/{name}",
    action="config.change",
    said=wire.Table,
    reply=wire.Version,
    max_body=MAX_TABLE,
)
async def put_named_table(call: Call, said: wire.Table) -> Answer:
    """Make or replace a named table: hours, a workflow, a locale's words, a webhook."""
    value, path = _sane(said.root), (call.path["table"], call.path["name"])
    return await _change(call, lambda document: put(document, path, value))


@routes.delete("/admin/tables/{table}/{name}", action="config.change", reply=wire.Version)
async def delete_named_table(call: Call, said: None) -> Answer:
    """Remove a named table, or a key."""
    path = (call.path["table"], call.path["name"])

    def edit(document: Document) -> Document:
        _there(document, path)
        return put(document, path, None)

    return await _change(call, edit)
