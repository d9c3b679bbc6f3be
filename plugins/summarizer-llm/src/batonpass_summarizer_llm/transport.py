"""The HTTP layer: an answer that is too big, or packed, is not read. Imported only together with openai."""

from collections.abc import AsyncIterator
from typing import cast

import httpx2

MAX_BODY = 256 * 1024
"""Bytes of an answer. A summary of 600 tokens has about 4 kB."""


class Unread(Exception):
    """The rest of an answer was not read. ``reason`` as in SummaryFailed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._stream:
            size += len(chunk)
            if size > MAX_BODY:
                raise Unread("too_big")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


class BoundedTransport(httpx2.AsyncHTTPTransport):
    """Reads at most MAX_BODY bytes of an answer."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Raises Unread for a packed answer (a few bytes may unpack to gigabytes), at once for one that says it is
        too big, and while it is read for one that turns out to be."""
        request.headers["accept-encoding"] = "identity"
        response = await super().handle_async_request(request)
        reason = ""
        if response.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
            reason = "packed"
        elif _length(response) > MAX_BODY:
            reason = "too_big"
        if reason:
            await response.aclose()
            raise Unread(reason)
        response.stream = _Bounded(cast("httpx2.AsyncByteStream", response.stream))
        return response


def _length(response: httpx2.Response) -> int:
    length = response.headers.get("content-length", "")
    return int(length[:15]) if length.isascii() and length[:15].isdigit() else 0


def http_client(at_once: int) -> httpx2.AsyncClient:
    """A client with bounded answers. It follows no redirect, keeps no cookie and uses no proxy of the environment."""
    limits = httpx2.Limits(
        max_connections=at_once * 2, max_keepalive_connections=at_once, keepalive_expiry=30.0
    )
    return httpx2.AsyncClient(
        transport=BoundedTransport(limits=limits), follow_redirects=False, trust_env=False
    )
