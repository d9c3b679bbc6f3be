"""A slow summarizer to start from: it asks a service for the words, and checks what comes back.

The service gets ``{"turns": [{"role", "text"}]}`` by POST and answers one or two sentences as plain text.
"""

import re
from collections.abc import Mapping

import aiohttp

from batonpass.plugin_api import (
    Maker,
    Status,
    Summary,
    SummaryFailed,
    SummaryRequest,
    clean_text,
    digit_tokens,
    holds_secret,
    mask,
    protected_values,
)

KNOWN = ("url",)
MOST_CHARS = 8_000
MOST_BYTES = 65_536


class MySummarizer:
    """Facts are left empty here: they are made by code, never by a service (docs/plugins.md)."""

    name = "my-summarizer"
    version = "1"
    immediate = False

    def __init__(self) -> None:
        self._url = ""
        self._session: aiohttp.ClientSession | None = None

    def configure(self, options: Mapping[str, object]) -> None:
        """Called once at start with the table [plugins.my-summarizer]. ValueError says which option is wrong."""
        if unknown := [key for key in options if key not in KNOWN]:
            raise ValueError(f"{unknown[0]!r} is not known, expected one of {', '.join(KNOWN)}")
        url = options.get("url")
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            raise ValueError(f"url is {url!r}, expected an address such as 'http://localhost:9000/summary'")
        self._url = url

    async def summarize_later(self, request: SummaryRequest) -> Summary:
        """The host waits request.deadline_ms and no longer, so there is no timer here."""
        said = [turn for turn in request.turns if turn.role == "customer" and not turn.sensitive]
        if sum(len(turn.text.split()) for turn in said) < 3:
            return self._summary(request, status="too_short", status_reason="nothing asked yet")
        secrets = protected_values(request.turns)
        turns = [
            {"role": turn.role, "text": mask(clean_text(turn.text[:MOST_CHARS]), secrets)}
            for turn in request.turns[-50:]
            if not turn.sensitive
        ]
        kept = self._checked(request, await self._ask(turns), secrets)
        prose = " ".join(kept)
        fits = len(prose.split()) <= request.budget.words and len(prose) <= 2_000
        return self._summary(request, issue=clean_text(kept[0], 300), prose=prose if fits else "")

    async def close(self) -> None:
        """Called once at stop."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _ask(self, turns: list[dict[str, str]]) -> str:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        try:
            async with self._session.post(self._url, json={"turns": turns}) as response:
                if response.status != 200:
                    raise SummaryFailed("server_error")
                body = await response.content.read(MOST_BYTES)
        except aiohttp.ClientError:
            raise SummaryFailed("connection") from None
        return body.decode(errors="replace")

    def _checked(self, request: SummaryRequest, answer: str, secrets: frozenset[str]) -> list[str]:
        """The sentences in which every number stands in the chat. Names, and orders in the chat, need the same care:
        plugins/summarizer-llm shows how far that goes."""
        known = {token for turn in request.turns if not turn.sensitive for token in digit_tokens(turn.text)}
        sentences = [clean_text(part) for part in re.split(r"(?<=[.!?])\s+", answer)]
        kept = [
            one for one in sentences if one and digit_tokens(one) <= known and not holds_secret(one, secrets)
        ]
        if not kept:
            raise SummaryFailed("nothing_left")
        return kept

    def _summary(
        self,
        request: SummaryRequest,
        *,
        issue: str = "",
        prose: str = "",
        status: Status = "ok",
        status_reason: str = "",
    ) -> Summary:
        first, last = (request.turns[0].seq, request.turns[-1].seq) if request.turns else (0, 0)
        return Summary(
            Maker(self.name, self.version),
            status,
            status_reason,
            issue=issue,
            prose=prose,
            first_seq=first,
            last_seq=last,
        )
