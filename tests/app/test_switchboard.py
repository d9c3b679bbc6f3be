"""What the use cases decide by is replaced while they run."""

import asyncio
import threading
from dataclasses import replace

from batonpass import tasks
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.app.switchboard import Switchboard
from batonpass.domain.rules import Rules
from batonpass.domain.words import Words
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx as StoreTx


def slow(tx: Tx, env: Env, go: threading.Event) -> Outcome:
    go.wait(10)
    return Outcome(env.version)


def quick(tx: Tx, env: Env, _: None) -> Outcome:
    return Outcome(env.version)


async def test_a_transaction_under_way_ends_under_the_rules_it_began_with(store: BaseStore[StoreTx]) -> None:
    """`decide_by` returns when none decides by the old ones any more: then what they left may be put right."""
    board = Switchboard(store, Env(Rules(), Words(), version=1))
    go = threading.Event()
    running = tasks.spawn(board.do_and_push(slow, go), name="slow")
    await asyncio.sleep(0)
    replaced = tasks.spawn(board.decide_by(replace(board.env, version=2)), name="replaced")
    await asyncio.sleep(0)
    assert board.env.version == 2
    assert not replaced.done()
    go.set()
    assert await running == 1
    await replaced
    assert await board.do_and_push(quick, None) == 2


async def test_nothing_under_way_is_nothing_to_wait_for(store: BaseStore[StoreTx]) -> None:
    board = Switchboard(store, Env(Rules(), Words(), version=1))
    await board.do_and_push(quick, None)
    await board.decide_by(replace(board.env, version=2))
    assert await board.do_and_push(quick, None) == 2
