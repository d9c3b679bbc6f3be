"""Asks a model over an OpenAI-compatible API, within a deadline, a few requests at a time."""

import asyncio
import email.utils
import importlib
import json
import logging
import math
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type

from batonpass.plugin_api import SummaryFailed
from batonpass_summarizer_llm.answers import RESPONSE_FORMAT
from batonpass_summarizer_llm.options import Options

if TYPE_CHECKING:
    import openai

LEAST_S = 0.05  # with less left nothing is begun
FIRST_WAIT_S = 0.25
LONGEST_WAIT_S = 5.0

Messages = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A model's answer. ``structured``: it was asked for JSON. ``cut``: it was stopped at its limit."""

    text: str
    structured: bool
    cut: bool = False
    tokens_in: int = 0
    tokens_out: int = 0


@dataclass(slots=True)
class Dialect:
    """What the server has shown that it does not know."""

    structured: bool = True
    limit: str = "max_tokens"
    temperature: bool = True

    def learn(self, error: "_Refused") -> bool:
        """Whether asking in another way may help. A plain word about a parameter is remembered."""
        if self.limit == "max_tokens" and "max_completion_tokens" in error.words:
            self.limit = "max_completion_tokens"
        elif self.temperature and "temperature" in error.words:
            self.temperature = False
        elif self.structured and any(word in error.words for word in _OF_STRUCTURE):
            self.structured = False
        else:
            return False
        return True


_OF_STRUCTURE = (
    "response_format",
    "json_schema",
    "json schema",
    "schema",
    "structured",
    "grammar",
    "response format",
)


class _Again(SummaryFailed):
    """A failure after which asking again may help, the server's wish for how long to wait in seconds."""

    def __init__(self, reason: str, wait_s: float | None = None) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


class _Refused(SummaryFailed):
    """The server does not like the request; ``words`` are its own, in lower case."""

    def __init__(self, reason: str, words: str = "") -> None:
        super().__init__(reason)
        self.words = words


@dataclass(slots=True)
class _Link:
    """What belongs to one event loop."""

    loop: asyncio.AbstractEventLoop
    client: "openai.AsyncOpenAI"
    turnstile: asyncio.Semaphore


def load() -> None:
    """Import the openai client (about a second), and keep it from logging what it sends."""
    importlib.import_module("openai")
    importlib.import_module("batonpass_summarizer_llm.transport")
    for name in ("openai", "httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.WARNING)


class ModelClient:
    """One server and model. To be used in one event loop at a time."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self.dialect = Dialect(structured=options.structured)
        self._link: _Link | None = None

    async def ask(self, messages: Callable[[bool], Messages], until: float) -> Answer:
        """The model's answer. ``messages`` makes them for a structured or a plain one; ``until`` is the loop's time
        at which this gives up. Raises SummaryFailed."""
        link = await self._linked()
        started = False
        try:
            async with asyncio.timeout_at(until), link.turnstile:
                started = until - link.loop.time() > LEAST_S
                if not started:
                    raise SummaryFailed("busy", blamed=False)
                return await self._in_its_dialect(link, messages, until)
        except TimeoutError:
            raise SummaryFailed("timeout" if started else "busy", blamed=started) from None

    async def close(self) -> None:
        """Close the connections. The next ``ask`` opens new ones."""
        link, self._link = self._link, None
        if link is not None and link.loop is asyncio.get_running_loop():
            await link.client.close()

    async def _linked(self) -> _Link:
        loop = asyncio.get_running_loop()
        if self._link is None:
            await asyncio.to_thread(load)
        if self._link is None or self._link.loop is not loop:
            turnstile = asyncio.Semaphore(self._options.at_once)
            self._link = _Link(loop, _open(self._options), turnstile)
        return self._link

    async def _in_its_dialect(
        self, link: _Link, messages: Callable[[bool], Messages], until: float
    ) -> Answer:
        structured = self.dialect.structured
        for _ in range(5):
            try:
                answer = await self._patiently(link, messages(structured), structured, until)
            except _Refused as error:
                known = self.dialect.learn(error)
                if not known and not (structured and error.reason == "bad_request"):
                    raise
                structured = structured and known and self.dialect.structured
                continue
            if self.dialect.structured and not structured:
                self.dialect.structured = False  # in plain words it went well
            return answer
        raise SummaryFailed("bad_request")

    async def _patiently(self, link: _Link, messages: Messages, structured: bool, until: float) -> Answer:
        """Asked again when the failure is of the passing kind and there is time."""

        def is_enough(state: RetryCallState) -> bool:
            late = link.loop.time() + state.upcoming_sleep + LEAST_S >= until
            return late or state.attempt_number >= self._options.attempts

        retrying = AsyncRetrying(
            retry=retry_if_exception_type(_Again),
            wait=_wait,
            stop=is_enough,
            reraise=True,
            sleep=asyncio.sleep,
        )
        answer: Answer = await retrying(self._once, link, messages, structured)
        return answer

    async def _once(self, link: _Link, messages: Messages, structured: bool) -> Answer:
        wanted: dict[str, Any] = {self.dialect.limit: self._options.max_output_tokens}
        if self.dialect.temperature:
            wanted["temperature"] = self._options.temperature
        if structured:
            wanted["response_format"] = RESPONSE_FORMAT
        wanted["extra_headers"] = _unwanted(self._options)
        async with _failures():
            raw = await link.client.chat.completions.with_raw_response.create(
                model=self._options.model, messages=messages, timeout=self._options.timeout, **wanted  # type: ignore[arg-type]
            )  # fmt: skip
            text = raw.http_response.text
        return read_completion(text, structured)


def _open(options: Options) -> "openai.AsyncOpenAI":
    import openai

    from batonpass_summarizer_llm.transport import http_client

    return openai.AsyncOpenAI(
        api_key=options.api_key or "none",
        base_url=options.base_url,
        timeout=options.timeout,
        max_retries=0,
        http_client=http_client(options.at_once),
    )


def _unwanted(options: Options) -> dict[str, "openai.Omit"]:
    """Headers the client would take from the environment by itself, which may be another server's; without a key
    that of the key too."""
    import openai

    names = ["OpenAI-Organization", "OpenAI-Project", *([] if options.api_key else ["Authorization"])]
    return {name: openai.Omit() for name in names}


def _wait(state: RetryCallState) -> float:
    """Seconds until the next attempt: what the server asked for, else twice as long each time."""
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, _Again) and error.wait_s is not None:
        return error.wait_s
    return float(min(FIRST_WAIT_S * 2 ** (state.attempt_number - 1), LONGEST_WAIT_S))


@asynccontextmanager
async def _failures() -> AsyncIterator[None]:
    """Turns what goes wrong into SummaryFailed, none of the server's words in it."""
    import openai

    from batonpass_summarizer_llm.transport import Unread

    try:
        yield
    except Unread as error:
        raise SummaryFailed(error.reason) from None
    except openai.APITimeoutError:
        raise SummaryFailed("timeout") from None
    except openai.APIStatusError as error:
        raise _of_status(error) from None
    except openai.APIConnectionError:
        raise _Again("connection") from None
    except (openai.OpenAIError, UnicodeError, ValueError):
        raise SummaryFailed("bad_answer") from None


def _of_status(error: "openai.APIStatusError") -> SummaryFailed:
    status = error.status_code
    words = error.response.text[:4_000].lower()
    if status in (408, 409) or status >= 500:
        return _Again("server_error", _retry_after(error.response.headers))
    if status == 429:
        return _Again("rate_limited", _retry_after(error.response.headers))
    if status in (401, 403):
        return SummaryFailed("unauthorized")
    if status == 413 or "context_length" in words or "context length" in words or "context size" in words:
        return SummaryFailed("too_long", blamed=False)
    if status == 404 and "model" in words and not any(word in words for word in _OF_STRUCTURE):
        return SummaryFailed("no_model")
    if status in (400, 404, 422):
        return _Refused("bad_request", words)
    return SummaryFailed("bad_request")


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds the server asks to wait; None when it does not say, or not so that it could be understood."""
    told = headers.get("retry-after", "").strip()
    try:
        seconds = float(told)
    except ValueError:
        parsed = email.utils.parsedate_tz(told)
        if parsed is None:
            return None
        seconds = email.utils.mktime_tz(parsed) - time.time()
    return max(seconds, 0.0) if math.isfinite(seconds) else None


def read_completion(body: str, structured: bool) -> Answer:
    """The answer in a completion's JSON. SummaryFailed: ``not_json``, ``cut_answer``, ``wrong_schema``, ``refused``,
    ``empty_answer``."""
    try:
        completion = json.loads(body)
    except (ValueError, RecursionError):
        raise SummaryFailed("cut_answer" if body.lstrip().startswith("{") else "not_json") from None
    if not isinstance(completion, dict):
        raise SummaryFailed("not_json")
    choices = completion.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        raise SummaryFailed("wrong_schema")
    if message.get("refusal") or choice.get("finish_reason") == "content_filter":
        raise SummaryFailed("refused", blamed=False)
    text = message.get("content")
    if not isinstance(text, str) or not text.strip():
        raise SummaryFailed("empty_answer")
    usage = completion.get("usage")
    used = usage if isinstance(usage, dict) else {}
    cut = choice.get("finish_reason") == "length"
    return Answer(text, structured, cut, _tokens(used, "prompt_tokens"), _tokens(used, "completion_tokens"))


def _tokens(usage: Mapping[str, object], name: str) -> int:
    count = usage.get(name)
    return count if isinstance(count, int) and not isinstance(count, bool) and 0 <= count < 2**53 else 0
