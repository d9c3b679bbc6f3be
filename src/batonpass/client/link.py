"""One Socket.IO connection, from the dial to its loss. It never comes back; `Connection` makes a new one."""

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import structlog
from pydantic import ValidationError

from batonpass.client.errors import ConnectionLost, Refused
from batonpass.client.serial import where
from batonpass.tasks import spawn

if TYPE_CHECKING:
    import aiohttp

log = structlog.get_logger(__name__)

SNAPSHOT = "session.snapshot"
# A joining agent gets a whole transcript in one packet; aiohttp's own limit is 4 MiB.
PACKET_MOST = 64 * 2**20

Receive = Callable[[str, dict[str, Any]], None]


class Link:
    """A websocket to one namespace. `receive` gets every server event, in order, and must not block."""

    def __init__(
        self, url: str, namespace: str, auth: Mapping[str, Any], path: str, receive: Receive
    ) -> None:
        self._url = url
        self._namespace = namespace
        self._auth = dict(auth)
        self._path = path
        self._receive = receive
        self._pending: set[asyncio.Future[Any]] = set()
        self._sio: Any = None
        self._http: aiohttp.ClientSession | None = None
        self._opened: list[aiohttp.ClientWebSocketResponse] = []
        self._watcher: asyncio.Task[None] | None = None
        self._greeted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.lost = asyncio.Event()

    async def dial(self, timeout: float) -> None:
        """Connect and return once the snapshot came.

        Raises Refused when the server refuses, ConnectionLost when there is no snapshot within `timeout` s.
        """
        try:
            async with asyncio.timeout(timeout):
                await self._connect()
                await self._greeted
        except TimeoutError:
            raise ConnectionLost("no snapshot in time") from None
        except OSError as error:  # aiohttp's own errors are OSErrors or come as socketio's
            raise ConnectionLost(type(error).__name__) from error

    async def _connect(self) -> None:
        # Imported here: together they take a third of a second, and `batonpass --help` needs neither.
        import aiohttp
        import socketio

        opened = self._opened

        class Kept(aiohttp.ClientWebSocketResponse):
            """A websocket the library may forget to close: one of a dial that was given up before its first packet."""

            def __init__(self, *args: Any, **kwargs: Any) -> None:
                super().__init__(*args, **kwargs)
                opened.append(self)

        self._http = aiohttp.ClientSession(ws_response_class=Kept)
        self._sio = sio = socketio.AsyncClient(
            reconnection=False,
            handle_sigint=False,
            http_session=self._http,
            websocket_extra_options={"max_msg_size": PACKET_MOST},
        )
        sio.on("*", self._on_event, namespace=self._namespace)
        sio.on("connect_error", self._on_refused, namespace=self._namespace)
        try:
            # `wait=False`: the library's wait does not notice a server that dies before the namespace is up.
            await sio.connect(
                self._url,
                auth=self._auth,
                namespaces=[self._namespace],
                transports=["websocket"],
                socketio_path=self._path,
                wait=False,
            )
        except (socketio.exceptions.ConnectionError, aiohttp.ClientError) as error:
            raise ConnectionLost(f"no connection: {type(error).__name__}") from error
        self._watcher = spawn(self._watch(), name="client-link-watch")

    async def _watch(self) -> None:
        # The end of the read loop is the one sign that every kind of loss gives.
        try:
            await self._sio.eio.wait()
        finally:
            self._on_lost()

    def _on_lost(self) -> None:
        self.lost.set()
        for waiting in [*self._pending, self._greeted]:
            if not waiting.done():
                waiting.set_exception(ConnectionLost("the connection was lost"))
        # Looked at, so that asyncio does not complain when nobody waits any more.
        if not self._greeted.cancelled():
            self._greeted.exception()

    def _on_event(self, event: str, *args: Any) -> None:
        if not args or not isinstance(args[0], dict):
            log.warning("event_without_envelope", event_name=event)
            return
        try:
            self._receive(event, args[0])
        except Exception as error:  # noqa: BLE001 - one bad event must not end the connection
            log.error("event_failed", event_name=event, error=type(error).__name__, at=_place(error))
        if event == SNAPSHOT and not self._greeted.done():
            self._greeted.set_result(None)

    def _on_refused(self, data: Any = None, *_: Any) -> None:
        if self._greeted.done():
            return
        detail = data.get("data") if isinstance(data, Mapping) else None
        said = data.get("message") if isinstance(data, Mapping) else None
        refused = Refused.read(detail, otherwise=said if isinstance(said, str) else "refused")
        self._greeted.set_exception(refused)

    async def ask(self, event: str, payload: Any, timeout: float) -> Any:
        """Emit and return the acknowledgement. Raises ConnectionLost, or TimeoutError after `timeout` s."""
        if self.lost.is_set():
            raise ConnectionLost("the connection was lost")
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._pending.add(answer)
        try:
            await self._emit(event, payload, lambda *args: _settle(answer, args))
            async with asyncio.timeout(timeout):
                return await answer
        finally:
            self._pending.discard(answer)
            if answer.done() and not answer.cancelled():
                answer.exception()  # Looked at: the emit may have failed first.

    async def _emit(self, event: str, payload: Any, callback: Callable[..., None]) -> None:
        from socketio.exceptions import SocketIOError

        try:
            await self._sio.emit(event, payload, namespace=self._namespace, callback=callback)
        except SocketIOError as error:
            # Of no use any more, whatever the socket under it says: the owner is to make a new one.
            self._on_lost()
            raise ConnectionLost("the namespace is gone") from error

    async def close(self, *, politely: bool = False) -> None:
        """End it: with the protocol's goodbye, or by closing the socket under it."""
        if politely and self._sio is not None and not self.lost.is_set():
            try:
                async with asyncio.timeout(2):
                    await self._sio.disconnect()
            except Exception as error:  # noqa: BLE001 - a goodbye that fails is still an end
                log.debug("goodbye_failed", error=type(error).__name__)
        if self._http is not None:
            await self._http.close()
        if self._watcher is not None:
            # The library's loops end by themselves once the socket is closed.
            await asyncio.wait({self._watcher}, timeout=1)
        for socket in self._opened:
            await socket.close()
        self._on_lost()


def _place(error: Exception) -> list[str]:
    """Name the fields that were wrong, or the lines; never values, which may quote a customer (law 11)."""
    if isinstance(error, ValidationError):
        return [".".join(map(str, problem["loc"])) for problem in error.errors(include_input=False)]
    return where(error)


def _settle(answer: asyncio.Future[Any], args: tuple[Any, ...]) -> None:
    if not answer.done():
        answer.set_result(args[0] if args else None)
