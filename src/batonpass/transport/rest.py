"""The little REST there is so far: anonymous customer sessions and a health check."""

import asyncio
from typing import Any

from aiohttp import web

from batonpass.app import customers
from batonpass.app.ports import Tx
from batonpass.app.switchboard import Switchboard
from batonpass.domain.errors import BatonpassError
from batonpass.ids import new_id
from batonpass.transport.auth import CUSTOMER_PREFIX, new_secret
from batonpass.transport.socketio.handshake import client_address
from batonpass.transport.socketio.limits import ConnectLimit, Rate

SESSIONS = "/api/v1/customer-sessions"
HEALTH = "/healthz"
SESSION_RATE = Rate(per_second=20, burst=500)


class Rest:
    """Routes over the same use cases as the sockets. Errors are problem+json with the wire's codes.

    `trusted_proxies` stand before the server: a client's address is what the outermost of them has seen.
    """

    def __init__(
        self,
        board: Switchboard,
        origins: tuple[str, ...],
        *,
        trusted_proxies: int = 0,
        rate: Rate = SESSION_RATE,
    ) -> None:
        self._board = board
        self._origins = origins
        self._trusted_proxies = trusted_proxies
        self._limit = ConnectLimit(rate)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post(SESSIONS, self.new_session),
            web.options(SESSIONS, self.preflight),
            web.get(HEALTH, self.health),
        ]

    async def new_session(self, request: web.Request) -> web.Response:
        """Give an anonymous customer an id and a token. The token is shown once."""
        address = client_address(request, self._trusted_proxies)
        wait_ms = self._limit.take(address, asyncio.get_running_loop().time())
        if wait_ms:
            return self._problem(
                request, 429, "rate_limited", "Too many new sessions from one address.", wait_ms
            )
        secret = new_secret(CUSTOMER_PREFIX)
        session = customers.NewSession(new_id(), secret.hash)
        try:
            customer_id = await self._board.do_and_push(customers.new_session, session)
        except BatonpassError as error:
            return self._problem(request, 503 if error.retryable else 400, error.code, error.message)
        body = {"customer_id": customer_id, "token": secret.text}
        return web.json_response(body, status=201, headers=self._cors(request))

    async def preflight(self, request: web.Request) -> web.Response:
        headers = self._cors(request)
        if headers:
            headers |= {
                "Access-Control-Allow-Methods": "POST",
                "Access-Control-Allow-Headers": "content-type",
            }
        return web.Response(status=204, headers=headers)

    async def health(self, request: web.Request) -> web.Response:
        """Whether the store answers."""
        try:
            await self._board.read(_alive)
        except BatonpassError as error:
            return self._problem(request, 503, error.code, error.message)
        return web.json_response({"ok": True})

    def _cors(self, request: web.Request) -> dict[str, str]:
        origin = request.headers.get("Origin", "")
        if not origin or not ("*" in self._origins or origin in self._origins):
            return {}
        return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}

    def _problem(
        self, request: web.Request, status: int, code: str, detail: str, retry_after_ms: int = 0
    ) -> web.Response:
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": code.replace("_", " ").capitalize(),
            "status": status,
            "code": code,
            "detail": detail,
        }
        headers = self._cors(request)
        if retry_after_ms:
            headers["Retry-After"] = str(-(-retry_after_ms // 1000))
        return web.json_response(
            body, status=status, content_type="application/problem+json", headers=headers
        )


def _alive(tx: Tx) -> int:
    return tx.now
