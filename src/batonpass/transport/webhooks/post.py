"""One attempt: sign, post, read little, follow nothing."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import orjson
from standardwebhooks import Webhook

from batonpass import __version__
from batonpass.domain.hooks import Hook
from batonpass.transport.webhooks.addresses import AddressRefused, CheckedResolver, allowed
from batonpass.transport.webhooks.body import Body

MOST_READ = 16_384
LONGEST_WAIT_MS = 3_600_000
GONE = 410
MOST_SECRET = 1_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `error` is empty when it was taken (2xx), else a stable word for operators."""

    status: int | None = None
    error: str = ""
    gone: bool = False
    wait_ms: int = 0


def secret_at(place: str) -> str:
    """The secret of `env:NAME` or `file:PATH`, or "" when there is none. Read anew each time, so it can change."""
    kind, _, name = place.partition(":")
    try:
        found = os.environ.get(name, "") if kind == "env" else _read(Path(name))
    except (OSError, UnicodeDecodeError, ValueError):
        return ""
    return found.strip() if len(found) <= MOST_SECRET else ""


def _read(path: Path) -> str:
    """A small file's text. A device or a pipe would be read for ever, and holds up everybody."""
    if not path.is_file():
        return ""
    with path.open(encoding="utf-8") as file:
        return file.read(MOST_SECRET + 1)


def signatures(hook: Hook, delivery_id: str, at: datetime, text: str) -> str:
    """One signature for each secret that can be read, the first one's first; "" without any."""
    made = []
    for secret in map(secret_at, hook.secrets):
        try:
            made.append(Webhook(secret).sign(delivery_id, at, text))
        except (ValueError, RuntimeError):
            continue  # none, or no base64
    return " ".join(made)


class Poster:
    """Posts to one endpoint. Its connections are its own, so a slow one takes nobody's place."""

    def __init__(self, hook: Hook, places: int) -> None:
        self.hook = hook
        connector = aiohttp.TCPConnector(
            resolver=CheckedResolver(hook.allow), limit=places, use_dns_cache=False, keepalive_timeout=30
        )
        timeout = aiohttp.ClientTimeout(total=hook.timeout_ms / 1000)
        headers = {"User-Agent": f"batonpass/{__version__}", "Content-Type": "application/json"}
        self._session = aiohttp.ClientSession(
            connector=connector, timeout=timeout, headers=headers, cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False, max_line_size=MOST_READ, max_field_size=MOST_READ,
        )  # fmt: skip

    async def close(self) -> None:
        await self._session.close()

    async def post(self, delivery_id: str, body: Body, now_ms: int) -> Answer:
        """Post once. Never raises for what the other side, or the network, does."""
        text = orjson.dumps(body).decode()
        at = datetime.fromtimestamp(now_ms // 1000, UTC)
        signed = signatures(self.hook, delivery_id, at, text)
        if not signed:
            return Answer(error="no_secret")
        if not _may_go(self.hook):
            return Answer(error="address_refused")
        headers = {
            "webhook-id": delivery_id,
            "webhook-timestamp": str(now_ms // 1000),
            "webhook-signature": signed,
        }
        try:
            return await self._post(text, headers)
        except TimeoutError:
            return Answer(error="timeout")
        except AddressRefused:
            return Answer(error="address_refused")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            refused = isinstance(error.__cause__, AddressRefused) or isinstance(
                getattr(error, "os_error", None), AddressRefused
            )
            return Answer(error="address_refused" if refused else "no_connection")

    async def _post(self, text: str, headers: dict[str, str]) -> Answer:
        async with self._session.post(
            self.hook.url, data=text.encode(), headers=headers, allow_redirects=False
        ) as response:
            await response.content.read(MOST_READ)
            status = response.status
            if 200 <= status < 300:
                return Answer(status)
            error = "redirect" if 300 <= status < 400 else "refused"
            return Answer(status, error, status == GONE, _asked_wait(response.headers.get("Retry-After", "")))


def _may_go(hook: Hook) -> bool:
    """A host that is an address is not resolved, so it is looked at here; a name is, when it is resolved."""
    host = urlsplit(hook.url).hostname or ""
    # What the HTTP client takes for an address, odd forms such as 127.1 included.
    literal = ":" in host or host.replace(".", "").isdigit()
    return not literal or allowed(host, hook.allow)


def _asked_wait(text: str) -> int:
    """`Retry-After` in seconds, as ms with a bound; dates are not read."""
    return (
        min(int(text) * 1000, LONGEST_WAIT_MS) if text.isascii() and text.isdigit() and len(text) < 7 else 0
    )
