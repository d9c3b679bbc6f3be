"""Sessions of people on the sockets: `/agent` and `/supervisor` open to them, and close when they end."""

from pathlib import Path
from typing import Any

import aiohttp
import socketio

from batonpass.app import accounts
from batonpass.app.audit import By
from batonpass.transport import cookies
from batonpass.transport.passwords import Passwords
from tests.support.server import Workspace
from tests.support.stores import SqlitePlaces
from tests.support.until import until

PASSWORD = "correct horse battery"


async def opened(url: str, namespace: str, **more: Any) -> socketio.AsyncClient | str:
    """A connected client, or the code of its refusal."""
    client, refused = socketio.AsyncClient(reconnection=False), []
    client.on("connect_error", lambda error: refused.append(error["message"]), namespace=namespace)
    try:
        await client.connect(url, namespaces=[namespace], transports=["websocket"], **more)
    except socketio.exceptions.ConnectionError:
        return str(refused[-1])
    return client


async def test_a_session_opens_the_sockets_of_its_role_until_it_ends(
    tmp_path: Path, sqlite_places: SqlitePlaces
) -> None:
    workspace = Workspace(tmp_path, await sqlite_places.new())
    async with workspace.running() as running, aiohttp.ClientSession() as http:
        running.house.passwords = Passwords(cheap=True)
        hashed = await running.house.passwords.hash(PASSWORD)
        for name, role, agent in (
            ("rita", "agent", "rita"),
            ("rob", "supervisor", "rob"),
            ("ada", "admin", None),
        ):
            new = accounts.NewAccount(By("cli"), name, role, agent, hashed)
            await running.board.do_and_push(accounts.create, new)
        tokens: dict[str, str] = {}
        for name in ("rita", "rob", "ada"):
            said = {"name": name, "password": PASSWORD}
            async with http.post(f"{running.url}/api/v1/sessions", json=said) as answer:
                tokens[name] = (await answer.json())["token"]
        clients = []
        for name, namespace, expected in (
            ("rita", "/agent", ""),
            ("rita", "/supervisor", "not_allowed"),
            ("rita", "/customer", "bad_token"),
            ("ada", "/agent", "bad_token"),
            ("ada", "/supervisor", ""),
            ("rob", "/agent", ""),
            ("rob", "/supervisor", ""),
        ):
            found = await opened(running.url, namespace, auth={"token": tokens[name]})
            assert (found if isinstance(found, str) else "") == expected, (name, namespace)
            if not isinstance(found, str):
                clients.append(found)
        headers = {"Cookie": f"{cookies.NAME}={tokens['rita']}"}
        with_cookie = await opened(running.url, "/agent", headers=headers | {"Origin": running.url})
        assert isinstance(with_cookie, socketio.AsyncClient)
        assert await opened(running.url, "/agent", headers=headers) == "bad_token"
        # Ada, an admin who is no agent, reads everything and acts as nobody.
        ada = clients[1]
        act = {"conversation_id": "none", "client_id": "1", "reason": "a test"}
        refused = await ada.call("conversation.monitor", act, namespace="/supervisor")
        assert refused["error"]["code"] == "not_allowed"
        assert (await ada.call("contact.list", {}, namespace="/supervisor"))["ok"]
        # Rob, supervisor by his account alone, may act as one.
        rob = clients[-1]
        turned = {"name": "notes", "on": True, "reason": "a test"}
        assert (await rob.call("switch.set", turned, namespace="/supervisor"))["ok"]
        bearer = {"Authorization": f"Bearer {tokens['rita']}"}
        async with http.delete(f"{running.url}/api/v1/sessions", headers=bearer) as answer:
            assert (await answer.json()) == {"ended": 1}
        await until(lambda: not clients[0].connected and not with_cookie.connected)
        assert rob.connected
        assert await opened(running.url, "/agent", auth={"token": tokens["rita"]}) == "bad_token"
        for client in clients:
            await client.disconnect()
