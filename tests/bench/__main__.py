"""Run the benchmarks; the last line of stdout is one JSON object."""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import uvloop

from batonpass.config import Config, load_config
from batonpass.server import add_key, apply_config
from batonpass.store.engine import open_store
from batonpass.store.tx import Tx
from tests.bench import desk, handoffs, relay, rules, servers
from tests.bench.relay import Figures
from tests.support.llm_server import LlmServer, hang

RELAY = """
[server]
max_connections_per_address = 100000
[store]
url = "sqlite:///{folder}/relay.db"
[[entry]]
queue = "people"
[queues.people]
name = "People"
auto_accept = true
members = [{members}]
{agents}
"""

HANDOFFS = """
[server]
max_connections_per_address = 100000
[store]
url = "sqlite:///{folder}/handoffs.db"
[timers]
wrap_up = 0
[[entry]]
queue = "all"
[queues.all]
name = "All"
auto_accept = true
members = [{{ agent = "bot", capacity_priority = 100 }}, {members}]
[agents.bot]
kind = "bot"
name = "Bot"
{agents}
"""


MODEL = """
[summarizer]
later = "llm"
[plugins.llm]
base_url = "{url}"
model = "hung"
"""


def main() -> None:
    options = argparse.ArgumentParser(prog="make bench", description=__doc__)
    options.add_argument("--seconds", type=float, default=8.0, help="length of each measured part")
    options.add_argument("--warm", type=float, default=2.0, help="seconds before it")
    options.add_argument("--rounds", type=int, default=3, help="unit and product take turns so often")
    chosen = options.parse_args()
    servers.pin(servers.LOAD_CORE)
    found = uvloop.run(bench(chosen.seconds, chosen.warm, chosen.rounds))
    servers.unpin()
    print(json.dumps(found | desk.figures()), flush=True)


async def bench(seconds: float, warm: float, rounds: int) -> dict[str, float]:
    """Unit and product in turns, so that the machine's mood meets both; medians of the rounds."""
    units, products = [], []
    for number in range(rounds):
        units.append(await _unit(warm, seconds))
        _say(f"unit {number + 1}", units[-1])
        products.append(await _relay(warm, seconds))
        _say(f"product {number + 1}", products[-1])
    passed, hung = [], []
    for number in range(rounds):
        passed.append(await _handoffs(warm, seconds))
        _say(f"hand-offs {number + 1}", passed[-1])
        hung.append(await _handoffs_with_hung_model(warm, seconds))
        _say(f"hand-offs with a model that hangs {number + 1}", hung[-1])
    slower = [h.p99_ms / p.p99_ms for h, p in zip(hung, passed, strict=True)]
    told = await asyncio.to_thread(rules.measure)
    print(f"summary by rules, 50 turns: {told}", file=sys.stderr, flush=True)
    ratios = [p.per_s / u.per_s for p, u in zip(products, units, strict=True)]
    tails = [p.p99_ms / u.p99_ms for p, u in zip(products, units, strict=True)]
    return {
        "relay_ratio": round(_median(ratios), 3),
        "relay_p99_ratio": round(_median(tails), 3),
        "handoffs_per_s": round(_median([found.per_s for found in passed]), 1),
        "handoff_p99_ms": round(_median([found.p99_ms for found in passed]), 1),
        "summary_ms_p95": told["cold_ms"]["p95"],
        "handoff_p99_with_hung_model_ratio": round(_median(slower), 2),
    }


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def _say(what: str, found: Figures) -> None:
    line = f"{what}: {found.per_s:.0f}/s, p50 {found.p50_ms:.1f} ms, p99 {found.p99_ms:.1f} ms"
    print(line, file=sys.stderr, flush=True)


async def _unit(warm: float, seconds: float) -> Figures:
    with servers.unit() as url:
        async with _session() as session:
            return await relay.measure(await relay.unit_pairs(session, url), warm, seconds)


async def _relay(warm: float, seconds: float) -> Figures:
    async def run(session: aiohttp.ClientSession, url: str, keys: dict[str, str]) -> Figures:
        pairs = await relay.product_pairs(session, url, list(keys.values()))
        return await relay.measure(pairs, warm, seconds)

    return await _product(RELAY, [f"r{n}" for n in range(relay.PAIRS)], 1, run)


async def _handoffs_with_hung_model(warm: float, seconds: float) -> Figures:
    """The same while the model's server takes every request and answers none."""
    with LlmServer() as model:
        model.will(hang)
        return await _handoffs(warm, seconds, MODEL.format(url=model.url))


async def _handoffs(warm: float, seconds: float, more: str = "") -> Figures:
    async def run(session: aiohttp.ClientSession, url: str, keys: dict[str, str]) -> Figures:
        return await handoffs.measure(session, url, keys, warm, seconds)

    return await _product(HANDOFFS + more, [f"r{n}" for n in range(10)], 25, run, ["bot"])


Run = Callable[[aiohttp.ClientSession, str, dict[str, str]], Awaitable[Figures]]


async def _product(
    template: str, people: list[str], capacity: int, run: Run, more: list[str] | None = None
) -> Figures:
    with tempfile.TemporaryDirectory() as folder:
        config = _config(Path(folder), template, people, capacity)
        keys = await _keys(config, [*(more or []), *people])
        with servers.product(Path(config.source)) as url:
            async with _session() as session:
                return await run(session, url, keys)


def _config(folder: Path, template: str, people: list[str], capacity: int) -> Config:
    members = ", ".join(f'{{ agent = "{name}" }}' for name in people)
    agents = "\n".join(
        f'[agents.{name}]\nkind = "representative"\nname = "{name}"\ncapacity = {capacity}' for name in people
    )
    path = folder / "batonpass.toml"
    path.write_text(template.format(folder=folder, members=members, agents=agents), encoding="utf-8")
    return load_config(path)


async def _keys(config: Config, names: list[str]) -> dict[str, str]:
    store = await open_store(config.store_url, Tx)
    try:
        await apply_config(store, config)
        return {name: await add_key(store, name) for name in names}
    finally:
        await store.close()


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))


if __name__ == "__main__":
    main()
