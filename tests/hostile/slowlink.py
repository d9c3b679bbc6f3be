"""A link that is slow, and has small buffers, between a client and the server."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

BUFFER = 65_536


@asynccontextmanager
async def slow_link(port: int, bytes_per_second: float) -> AsyncIterator[str]:
    """The address of a way to the server at `port` that brings clients no more than so much a second."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        with socket.socket() as there:
            there.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
            there.setblocking(False)
            await loop.sock_connect(there, ("127.0.0.1", port))
            up = asyncio.create_task(_up(reader, there))  # noqa: TID251 - ends with the link
            try:
                while data := await loop.sock_recv(there, BUFFER):
                    writer.write(data)
                    await writer.drain()
                    await asyncio.sleep(len(data) / bytes_per_second)
            except OSError:
                pass
            finally:
                up.cancel()
                writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def _up(reader: asyncio.StreamReader, there: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    while data := await reader.read(BUFFER):
        await loop.sock_sendall(there, data)
    there.shutdown(socket.SHUT_RDWR)
