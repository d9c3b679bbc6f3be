"""Connections that never say what they want: who has not sent the head of a request in time is let go.

aiohttp has a limit for the pause between two requests and none before the first one, so that whoever sends a byte a
minute could keep as many connections as it likes, at no cost.
"""

import asyncio
from collections.abc import Callable, Iterable

from aiohttp.web_protocol import RequestHandler

HEAD_S = 20.0
"""As long as a head may take; a slow line needs one."""
PAUSE_S = 75.0
"""So long a connection is kept between two requests."""
LOOK_EVERY_S = 5.0


async def watch(
    connections: Callable[[], Iterable[RequestHandler]],
    head_s: float = HEAD_S,
    every_s: float = LOOK_EVERY_S,
) -> None:
    """Look again and again, and close those that have been silent for too long since they were first seen."""
    loop = asyncio.get_running_loop()
    since: dict[RequestHandler, float] = {}
    while True:
        now = loop.time()
        since = {one: since.get(one, now) for one in connections() if _has_said_nothing(one)}
        for one, seen in since.items():
            if now - seen >= head_s:
                one.force_close()
        await asyncio.sleep(every_s)


def _has_said_nothing(one: RequestHandler) -> bool:
    """Whether no request has come by it yet. aiohttp counts them and does not say so in public."""
    return getattr(one, "_request_count", 1) == 0
