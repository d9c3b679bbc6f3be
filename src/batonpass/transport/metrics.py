"""`/metrics`: how the server does, in the text format of Prometheus.

What happens is counted in memory as it is told; how things stand is asked of the store when somebody reads.
"""

import asyncio
import hmac
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from aiohttp import HttpVersion11, web
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from batonpass.app.ports import Tx
from batonpass.app.ports_figures import Gauges
from batonpass.app.switchboard import Publisher, Switchboard
from batonpass.config import Config
from batonpass.domain import events as e
from batonpass.domain.errors import BatonpassError
from batonpass.transport.socketio.engine import Server
from batonpass.transport.socketio.handshake import client_address
from batonpass.transport.webhooks.post import secret_at

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
HANDOFF_SECONDS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_800, 3_600)
REMEMBERED = 10_000
FRESH_S = 1.0
FORWARDED = ("Forwarded", "Via", "X-Real-IP")


@dataclass(frozen=True, slots=True)
class Reading:
    """Who may read: whoever has the token that `place` names; without a place, this machine."""

    enabled: bool = True
    place: str | None = None
    trusted_proxies: int = 0

    @classmethod
    def of(cls, config: Config) -> "Reading":
        metrics = config.settings.metrics
        return cls(metrics.enabled, metrics.token, config.server.trusted_proxies)

    def allows(self, request: web.Request) -> bool:
        """Whether this request may be answered. A token that cannot be read lets nobody in."""
        if self.place is None:
            # Behind a proxy everybody comes from this machine: then there must be a token.
            proxied = self.trusted_proxies > 0 or _came_through_a_proxy(request)
            return not proxied and _is_loopback(client_address(request, 0))
        token = secret_at(self.place)
        kind, _, said = request.headers.get("Authorization", "").partition(" ")
        good = hmac.compare_digest(said.strip().encode("utf-8", "replace"), token.encode())
        return bool(token) and kind.lower() == "bearer" and good


def _came_through_a_proxy(request: web.Request) -> bool:
    """Whether anything says so: a header of proxies, a name that is not this machine's, or HTTP/1.0, which nginx speaks
    to what is behind it and nobody else does any more."""
    names = (name.lower() for name in request.headers)
    told = any(name.startswith("x-forwarded-") for name in names) or any(
        n in request.headers for n in FORWARDED
    )
    host = request.headers.get("Host", "")
    name = host.partition("]")[0].removeprefix("[") if host.startswith("[") else host.partition(":")[0]
    here = name.lower() == "localhost" or _is_loopback(name)
    return told or not here or request.version < HttpVersion11


def _is_loopback(address: str) -> bool:
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return bool((mapped or found).is_loopback)


class Metrics(Collector):
    """Counts what is told and done, and answers those who may read."""

    def __init__(
        self, board: Switchboard, sockets: Server, publisher: Publisher, reading: Reading | None = None
    ) -> None:
        """Stands between the board and its publisher, and watches the board."""
        self._board, self._sockets, self._publisher = board, sockets, publisher
        self._reading = reading or Reading()
        self._ended: OrderedDict[str, None] = OrderedDict()
        self._lock = asyncio.Lock()
        self._answer, self._answered_at = b"", float("-inf")
        self._standing: tuple[Gauges, Mapping[tuple[str, str], int]] | None = None
        self.registry = CollectorRegistry(auto_describe=False)
        self._define()
        self.registry.register(self)
        ProcessCollector(registry=self.registry)
        board.publisher = self
        board.watch = self.watch

    def _define(self) -> None:
        of: Any = {"registry": self.registry}
        self._commands = Histogram(
            "batonpass_command_seconds",
            "Use cases, until they were committed.",
            ["command"],
            buckets=SECONDS,
            **of,
        )
        self._refused = Counter("batonpass_commands_refused", "Use cases refused.", ["command", "code"], **of)
        self._handoffs = Counter("batonpass_handoffs", "Hand-offs that ended.", ["kind", "outcome"], **of)
        self._lengths = Histogram(
            "batonpass_handoff_seconds",
            "From the request to the end.",
            ["kind"],
            buckets=HANDOFF_SECONDS,
            **of,
        )
        self._offers = Counter("batonpass_offers_made", "Offers made.", **of)
        self._summaries = Counter(
            "batonpass_summaries", "Later summaries, edits and marks that were told.", **of
        )
        self._alerts = Counter("batonpass_alerts", "Alerts raised.", ["code"], **of)

    # What happens

    def watch(self, name: str) -> Callable[[str], None]:
        """Note how long a use case takes, and a refusal."""
        began = time.perf_counter()

        def done(code: str) -> None:
            self._commands.labels(name).observe(time.perf_counter() - began)
            if code != "ok":
                self._refused.labels(name, code).inc()

        return done

    def publish(self, effects: list[e.Effect]) -> None:
        """Count what is told, and tell it."""
        for effect in effects:
            match effect:
                case e.HandoffChanged(handoff) if not handoff.pending:
                    self._handoff_ended(handoff)
                case e.OfferChanged(made=True):
                    self._offers.inc()
                case e.SummaryChanged():
                    self._summaries.inc()
                case e.AlertRaised(code):
                    self._alerts.labels(code).inc()
                case _:
                    pass
        self._publisher.publish(effects)

    def _handoff_ended(self, handoff: Any) -> None:
        """Once a hand-off: its end may be told again."""
        if handoff.id in self._ended:
            return
        self._ended[handoff.id] = None
        if len(self._ended) > REMEMBERED:
            self._ended.popitem(last=False)
        self._handoffs.labels(str(handoff.kind), str(handoff.state)).inc()
        if handoff.ended_at is not None:
            self._lengths.labels(str(handoff.kind)).observe((handoff.ended_at - handoff.created_at) / 1000)

    # How things stand

    def collect(self) -> Iterator[Metric]:
        """Yield what was read last; see `Collector`."""
        if self._standing is None:
            return
        now, deliveries = self._standing
        yield from _standing(now)
        yield _gauge(
            "batonpass_webhook_deliveries", "Deliveries by endpoint and state.", ("endpoint", "state"),
            {(endpoint, state): count for (endpoint, state), count in deliveries.items()},
        )  # fmt: skip
        there: dict[tuple[str, ...], float] = {}
        for connection in list(self._sockets.connections.values()):
            key = (str(connection.namespace),)
            there[key] = there.get(key, 0) + 1
        yield _gauge("batonpass_connections", "Open sockets.", ("namespace",), there)
        doings = CounterMetricFamily("batonpass_sockets", "Closed, refused, malformed.", labels=["what"])
        for what, count in sorted(self._sockets.counters.snapshot().items()):
            doings.add_metric([what], count)
        yield doings

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/metrics", self._read)] if self._reading.enabled else []

    async def _read(self, request: web.Request) -> web.Response:
        """Answer who may read; who asks often is told what was read a second ago."""
        if not self._reading.allows(request):
            return web.Response(status=403, text="Not for you: see [metrics] in docs/metrics.md.\n")
        async with self._lock:
            if time.monotonic() - self._answered_at >= FRESH_S:
                try:
                    self._standing = await self._board.read(_how_it_stands)
                except BatonpassError:
                    return web.Response(status=503, text="The store does not answer.\n")
                self._answer, self._answered_at = generate_latest(self.registry), time.monotonic()
        return web.Response(body=self._answer, headers={"Content-Type": CONTENT_TYPE_LATEST})


def _how_it_stands(tx: Tx) -> tuple[Gauges, Mapping[tuple[str, str], int]]:
    return tx.gauges(), tx.delivery_counts()


def _standing(now: Gauges) -> Iterator[Metric]:
    queue, kind = ("queue",), ("kind",)
    yield _gauge(
        "batonpass_queue_waiting", "Hand-offs that wait.", queue, {(q,): n for q, n, _ in now.waiting}
    )
    oldest = {(q,): (now.now - since) / 1000 for q, _, since in now.waiting}
    yield _gauge("batonpass_queue_oldest_wait_seconds", "How long the oldest waits there.", queue, oldest)
    held = {("bot" if bot else "representative",): count for bot, count in now.live}
    yield _gauge("batonpass_conversations_held", "Conversations by who holds them.", kind, held)
    agents = {(k, presence, str(here).lower()): count for k, presence, here, count in now.agents}
    yield _gauge("batonpass_agents", "Agents.", ("kind", "presence", "connected"), agents)
    yield _gauge("batonpass_slots_used", "Slots in use.", (), {(): now.slots_used})
    yield _gauge("batonpass_slots", "Slots of agents that are available.", (), {(): now.slots})
    yield _gauge("batonpass_due_rows", "Due work, now or later.", kind, {(k,): n for k, n in now.due})
    lag = max(0, now.now - now.due_since) / 1000 if now.due_since is not None else 0
    yield _gauge("batonpass_due_lag_seconds", "How late the oldest due work is.", (), {(): lag})
    found = CounterMetricFamily("batonpass_sweep_found_work", "Matches that nobody announced: a bug.")
    found.add_metric([], now.sweep_found_work)
    yield found


def _gauge(name: str, text: str, labels: tuple[str, ...], values: Mapping[Any, float]) -> Metric:
    gauge = GaugeMetricFamily(name, text, labels=labels)
    for key, value in sorted(values.items()):
        gauge.add_metric(list(key), value)
    return gauge
