"""The authorisation matrix, cell by cell, over REST and over sockets: who may, may, and nobody else."""

import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
import socketio
from aiohttp import web
from aiohttp.test_utils import TestServer

from batonpass import server
from batonpass.app.authority import Role
from batonpass.app.late_summaries import LateSummaries
from batonpass.app.summaries import Silent
from batonpass.app.switchboard import Switchboard
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from batonpass.transport.rest import ROOMS
from batonpass.transport.rest.routes import ROLES
from batonpass.transport.socketio.engine import make_server
from batonpass.transport.socketio.publisher import SocketPublisher
from tests.support.stores import SqlitePlaces
from tests.transport.rest.cells import (
    ASKERS,
    THINGS,
    UNKNOWN,
    VALUES,
    Asker,
    Door,
    Scene,
    Scenes,
    events,
    expected,
    forgiving,
)
from tests.transport.rest.place import Place, opened, token_of

NONE = dict.fromkeys(UNKNOWN, "none") | {"queue_id": "q3"}
REFUSED = {"bad_token", "not_allowed", "not_found", "cross_site"}
APART = {"attachment.keep", "setup.do", "session.create", "session.manage", "customer_session.create"}
"""Not about things in chats, and played in test_accounts.py: a password takes its time. Files: tests of attachments."""


NOTHING_THERE = {"csat.give", "message.mark", "summary.flag"}
"""No survey, no message and no summary is there to be found by those who may: their own tests show that they may."""


def endpoints() -> Iterator[Door]:
    for room in ROOMS:
        for route in room.all:
            if route.action in APART:
                continue
            audience = route.path.split("/")[1]
            wanted = [n for n, f in route.said.model_fields.items() if f.is_required()] if route.said else []
            names = tuple(sorted({*route.places, *wanted} & THINGS)) if "/admin/" not in route.path else ()
            yield Door(f"{route.method} {route.path}", route.action, audience, names, route=route)


def said(model: Any, ids: dict[str, str]) -> dict[str, Any]:
    """The least that may be said, about these things."""
    if model is None:
        return {}
    found = {}
    for name, shape in model.model_fields.items():
        if shape.is_required() and name != "client_id":
            found[name] = ids.get(name, VALUES.get(name, "x"))
    if "phone" in model.model_fields:
        found["phone"] = VALUES["phone"]
    return found


class OverRest:
    """Asks an endpoint; the code of its refusal, or "ok"."""

    def __init__(self, place: Place) -> None:
        self.place = place

    async def ask(self, door: Door, asker: Asker, scene: Scene) -> str:
        route = door.route
        ids = NONE | scene.ids
        path = route.path
        for name in route.places:
            path = path.replace(f"{{{name}}}", str(ids.get(name, VALUES.get(name, "none"))))
        body = {name: value for name, value in said(route.said, ids).items() if name not in route.places}
        who = scene.customer if asker.who == "own" else asker.who
        if route.safe:
            path += "?" + "&".join(
                f"{name}={value}" for name, value in body.items() if isinstance(value, str | int)
            )
            return await self.place.code(who, route.method, path)
        return await self.place.code(who, route.method, path, body or None)


class OverSockets:
    """Says an event; the code of its refusal, or "ok"."""

    def __init__(self, url: str, stack: AsyncExitStack) -> None:
        self.url = url
        self.stack = stack
        self._clients: dict[tuple[str, str], socketio.AsyncClient | str] = {}
        self._numbers = itertools.count()

    async def ask(self, door: Door, asker: Asker, scene: Scene) -> str:
        who = scene.customer if asker.who == "own" else asker.who
        client = await self._client(who, f"/{door.audience}")
        if isinstance(client, str):
            return client
        payload = said(door.event, NONE | scene.ids)
        if "client_id" in door.event.model_fields:
            payload["client_id"] = f"k{next(self._numbers)}"
        answer = await client.call(door.event.event, payload, namespace=f"/{door.audience}")
        assert answer["ok"] or answer["error"]["code"] != "internal", (door, asker)
        return "ok" if answer["ok"] else str(answer["error"]["code"])

    async def _client(self, who: str, namespace: str) -> socketio.AsyncClient | str:
        key = who, namespace
        if key not in self._clients:
            self._clients[key] = await self._connect(who, namespace)
        return self._clients[key]

    async def _connect(self, who: str, namespace: str) -> socketio.AsyncClient | str:
        client, refused = socketio.AsyncClient(reconnection=False), []
        client.on("connect_error", lambda error: refused.append(error["message"]), namespace=namespace)
        try:
            await client.connect(
                self.url, namespaces=[namespace], transports=["websocket"], auth={"token": token_of(who)}
            )
        except socketio.exceptions.ConnectionError:
            return str(refused[-1])
        self.stack.push_async_callback(client.disconnect)
        return client


@asynccontextmanager
async def sockets_over(place: Place) -> AsyncIterator[OverSockets]:
    """The namespaces over the place's store."""
    board = Switchboard(place.world.store, place.world.env)
    engine = make_server()
    publisher = SocketPublisher(engine, board)
    server._mount(engine, board, publisher, Silent(), LateSummaries(board, Silent(), None, deadline_ms=1_000))
    app = web.Application()
    engine.attach(app)
    async with TestServer(app) as served, AsyncExitStack() as stack:
        yield OverSockets(str(served.make_url("/")), stack)
        await engine.shutdown()


async def wrong_cells(
    place: Place, surface: OverRest | OverSockets, doors: list[Door], scenes: Scenes
) -> tuple[list[str], int]:
    """Every cell that allows what it should not, or refuses what it should; and how many were asked."""
    wrong, asked = [], 0
    for door in doors:
        roles = door.route.roles if door.route is not None else ROLES[door.audience]
        for asker in ASKERS:
            allowed = expected(door, asker, roles)
            scene = await scenes.of(asker.scene, place.customer, fresh=allowed)
            if "offer_id" in door.names:
                scene = await _with_offer(scenes, scene, asker, place)
            code = await surface.ask(door, asker, scene)
            await place.world.settle()
            refused = code in REFUSED and not (code == "not_found" and forgiving(door, asker))
            nothing = door.action in NOTHING_THERE or (
                asker.who == "A" and door.action == "participant.remove"
            )
            unknown = code == "not_found" and (bool(UNKNOWN & set(door.names)) or nothing)
            if allowed is refused and not (allowed and unknown):
                wrong.append(
                    f"{door.label} as {asker.role} ({asker.who}, {', '.join(asker.relations)}): {code}"
                )
            if not allowed and code == "bad_request":
                wrong.append(f"{door.label} as {asker.role}: the question was wrong, so it proves nothing")
            asked += 1
    return wrong, asked


async def _with_offer(scenes: Scenes, scene: Scene, asker: Asker, place: Place) -> Scene:
    """R1 is offered another chat: those who are somebody else may not have it."""
    customer = await place.customer(f"{scene.customer}-{asker.who}-{len(place.world.recorder.told)}")
    return Scene(scene.customer, {**scene.ids, "offer_id": await scenes.offered(customer, "R1")})


async def both(store: BaseStore[Tx], step: int) -> None:
    async with opened(store) as place:
        scenes = Scenes(place.world)
        await scenes.begin()
        await place.customer("cx")
        wrong, asked = await wrong_cells(place, OverRest(place), list(endpoints())[::step], scenes)
        async with sockets_over(place) as surface:
            more, said_ = await wrong_cells(place, surface, list(events())[::step], scenes)
        assert "\n".join(wrong + more) == ""
        assert asked >= 600 // step and said_ >= 300 // step


async def test_every_cell_allows_what_it_should_and_nothing_else(sqlite_places: SqlitePlaces) -> None:
    store = await (await sqlite_places.new()).open(frozen_clock=True)
    try:
        await both(store, 9)
    finally:
        await store.close()


@pytest.mark.prove
@pytest.mark.timeout(1200)
async def test_every_cell_of_all_allows_what_it_should_and_nothing_else(frozen_store: BaseStore[Tx]) -> None:
    await both(frozen_store, 1)


def test_every_role_is_asked() -> None:
    assert {asker.role for asker in ASKERS} == set(Role)
