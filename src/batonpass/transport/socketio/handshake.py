"""Who may open an Engine.IO connection at all: origins, floods, and the handshake itself."""

from collections import Counter
from typing import TYPE_CHECKING, Any

import engineio
import structlog
from aiohttp import web

from .limits import ConnectLimit
from .packets import Frame
from .sockets import Socket
from .wirejson import dumps_bytes

if TYPE_CHECKING:
    from .counters import Counters
    from .engine import Server
    from .options import SocketOptions

log = structlog.get_logger("batonpass.transport.socketio")


class EngineServer(engineio.AsyncServer):  # type: ignore[misc]  # python-engineio has no types
    """The library's HTTP side, with our sockets, and with every refusal counted as `refused.<code>`."""

    sio: "Server"
    counters: "Counters"
    stopping = False

    def configure(self, sio: "Server", options: "SocketOptions", counters: "Counters") -> None:
        """Give it what its constructor, which the library calls, cannot."""
        self.sio = sio
        self.counters = counters
        self.outgoing_max_packets = options.outgoing_max_packets
        self.outgoing_max_bytes = options.outgoing_max_bytes
        self.max_malformed = options.max_malformed
        self._max_connections = options.max_connections
        self._max_per_address = options.max_per_address
        self._per_address: Counter[str] = Counter()
        self._connects = ConnectLimit(options.connects)
        self._trusted_proxies = options.trusted_proxies

    def ended(self, socket: Socket, reason: str) -> None:
        """A socket was killed: forget it, and let the namespaces know."""
        if self.sockets.pop(socket.sid, None) is not None:
            self._per_address[socket.remote] -= 1
            if self._per_address[socket.remote] <= 0:
                del self._per_address[socket.remote]
        self.sio.socket_ended(socket, reason)

    async def refuse(
        self, environ: dict[str, Any], status: int, code: str, message: str, retry_after_ms: int | None = None
    ) -> Any:
        """Return an HTTP answer that says why; the client's own back-off brings it back."""
        self.counters.add(f"refused.{code}")
        body = {"code": code, "message": message, "retryable": status != 400}
        headers = [("Content-Type", "application/json")]
        if retry_after_ms is not None:
            body["retry_after_ms"] = retry_after_ms
            headers.append(("Retry-After", str(-(-retry_after_ms // 1000))))
        answer = {"status": f"{status} REFUSED", "headers": headers, "response": dumps_bytes(body)}
        return await self._make_response(answer, environ)

    async def _refusal(self, environ: dict[str, Any], address: str) -> Any:
        """The answer to a handshake that may not be, or None."""
        if self.stopping:
            return await self.refuse(environ, 503, "shutting_down", "The server is stopping.", 1000)
        if len(self.sockets) >= self._max_connections:
            return await self.refuse(environ, 503, "too_many_connections", "The server is full.", 5000)
        if self._max_per_address is not None and self._per_address[address] >= self._max_per_address:
            message = "Too many open connections from one address."
            return await self.refuse(environ, 429, "too_many_connections", message, 5000)
        wait_ms = self._connects.take(address, self.sio.now())
        if wait_ms:
            message = "Too many connections from one address."
            return await self.refuse(environ, 429, "too_many_connections", message, wait_ms)
        return None

    async def _handle_connect(
        self, environ: dict[str, Any], transport: str, jsonp_index: int | None = None
    ) -> Any:
        request: web.Request = environ["aiohttp.request"]
        remote = client_address(request, self._trusted_proxies)
        refusal = await self._refusal(environ, remote)
        if refusal is not None:
            return refusal
        socket = Socket(self, self.generate_id(), request, remote)
        self.sockets[socket.sid] = socket
        self._per_address[remote] += 1
        socket.push(self._open_packet(socket.sid, transport))
        if transport == "websocket":
            try:
                return await socket._upgrade_websocket(environ)
            finally:
                socket.kill("transport_close")
        socket.connected = True
        return self._ok(await socket.poll(), jsonp_index=jsonp_index)

    def _open_packet(self, sid: str, transport: str) -> Frame:
        upgrades = ["websocket"] if transport == "polling" and "websocket" in self.transports else []
        return Frame(
            b"0"
            + dumps_bytes(
                {
                    "sid": sid,
                    "upgrades": upgrades,
                    "pingInterval": round(self.ping_interval * 1000),
                    "pingTimeout": round(self.ping_timeout * 1000),
                    "maxPayload": self.max_http_buffer_size,
                }
            )
        )

    def _log_error_once(self, message: str, message_key: str) -> None:
        """The library's hook for a refused HTTP request. Its message quotes the request: it is not logged."""
        code = message_key.replace("-", "_")
        if not self.counters[f"refused.{code}"]:
            log.warning("http_refused", code=code, note="further ones are only counted")
        self.counters.add(f"refused.{code}")


def client_address(request: web.Request, trusted_proxies: int) -> str:
    """Return the address the outermost trusted proxy saw, or the peer's; "" for a Unix socket."""
    if trusted_proxies > 0:
        forwarded = ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")
        hops = [hop.strip() for hop in forwarded if hop.strip()]
        if hops:
            return hops[-min(trusted_proxies, len(hops))]
    return request.remote or ""
