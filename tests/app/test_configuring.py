"""The configuration changes while the server runs: versions, races, and what becomes of chats, on both stores."""

import asyncio
from pathlib import Path

import pytest

from batonpass.app import switches
from batonpass.app.configuring import ConfigFromFile, InvalidConfig, VersionConflict
from batonpass.app.ports_door import AccountRow, SessionRow
from batonpass.config.documents import put, without_agent
from batonpass.domain import events as e
from batonpass.domain.conversation import Role, Status
from batonpass.domain.handoff import Kind, State
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.support.configured import ADA, TOML, Configured, begin, config_of, staffed
from tests.support.laws import check_laws, check_settled
from tests.support.world import World

Store = BaseStore[Tx]


async def lawful(world: World) -> None:
    await world.settle()
    assert await world.store.read(check_laws) == []
    assert await world.store.read(check_settled) == []
    assert await world.sweep() == []


# Versions


async def test_the_file_seeds_the_first_version_and_is_then_left_alone(store: Store, tmp_path: Path) -> None:
    first = await begin(store, config_of(tmp_path))
    assert first.configuration.number == 1
    assert (await first.merge("timers", patch={"offer": 12})).number == 2
    again = await begin(store, config_of(tmp_path, TOML + "[timers]\noffer = 99\n"))
    assert again.configuration.number == 2
    assert again.world.env.rules.offer_ms == 12_000, "the file's own word waits for an import"


async def test_a_change_is_a_version_with_who_why_and_what(store: Store, tmp_path: Path) -> None:
    found = await begin(store, config_of(tmp_path))
    await found.merge("queues", "q1", patch={"name": "Orders", "max_wait": 60}, comment="busy days")
    version = await store.read(lambda tx: tx.config_version(2))
    assert version is not None
    assert (version.role, version.who, version.comment) == ("admin", "ada", "busy days")
    assert version.changes == [
        {"key": "queues.q1.name", "before": None, "after": "Orders"},
        {"key": "queues.q1.max_wait", "before": None, "after": 60},
    ]
    rules = found.world.env.rules.queues["q1"]
    assert (rules.name, rules.max_wait_ms) == ("Orders", 60_000)
    (line, *_) = await store.read(lambda tx: tx.audit_rows(limit=5))
    assert (line.action, line.ref, line.who, line.address) == ("config.changed", "2", "ada", "192.0.2.7")
    assert line.details["keys"] == ["queues.q1.name", "queues.q1.max_wait"]


async def test_what_changes_nothing_is_no_version(store: Store, tmp_path: Path) -> None:
    found = await begin(store, config_of(tmp_path))
    await found.merge("timers", patch={"offer": 12})
    assert (await found.merge("timers", patch={"offer": 12})).number == 2
    assert await store.read(lambda tx: tx.config_number()) == 2


async def test_an_earlier_version_comes_back_as_a_new_one(store: Store, tmp_path: Path) -> None:
    found = await begin(store, config_of(tmp_path))
    before = await found.document()
    await found.merge("timers", patch={"offer": 12})
    back = await found.configuration.revert(1, ADA)
    assert (back.number, back.comment, back.document) == (3, "back to version 1", before)
    assert found.world.env.rules.offer_ms == 30_000


async def test_a_change_made_from_an_older_version_is_refused(store: Store, tmp_path: Path) -> None:
    found = await begin(store, config_of(tmp_path))
    await found.merge("timers", patch={"offer": 12}, expected=1)
    with pytest.raises(VersionConflict) as lost:
        await found.merge("timers", patch={"offer": 13}, expected=1)
    assert lost.value.current == 2
    assert found.world.env.rules.offer_ms == 12_000


async def test_two_changes_at_once_are_both_kept(store: Store, tmp_path: Path) -> None:
    """From two servers on one store: whoever is second makes its change again from the newest version."""
    here = await begin(store, config_of(tmp_path))
    there = await begin(store, config_of(tmp_path))
    made = await asyncio.gather(
        here.merge("timers", patch={"offer": 12}), there.merge("timers", patch={"turn": 13})
    )
    assert {version.number for version in made} == {2, 3}
    assert (await here.document())["timers"] == {"offer": 12, "turn": 13}


async def test_a_change_that_cannot_be_is_refused_with_its_key(store: Store, tmp_path: Path) -> None:
    found = await begin(store, config_of(tmp_path))
    with pytest.raises(InvalidConfig) as refusal:
        await found.merge("queues", "q1", patch={"overflow": "q9"})
    (problem,) = refusal.value.problems
    assert (problem.key, problem.found) == ("queues.q1.overflow[0]", '"q9"')
    assert "q2" in problem.expected
    with pytest.raises(InvalidConfig, match="stands in the file"):
        await found.merge("server", patch={"port": 1})
    assert await store.read(lambda tx: tx.config_number()) == 1


def _add_key(tx: Tx, agent: str) -> None:
    tx.add_key(f"hash-{agent}", agent, f"bpa_{agent}")
    for role in ("agent", "admin"):
        name = f"{role}-{agent}"
        tx.add_account(AccountRow(name, name, role, agent, "", True, tx.now))
        tx.add_session(SessionRow(f"of-{name}", name, name, "", "", tx.now, tx.now + 10**9))


def _session_of(tx: Tx, token_hash: str) -> bool:
    return tx.session_by_hash(token_hash) is not None


async def test_keys_and_sessions_of_a_removed_agent_are_over_when_its_id_is_there_again(
    store: Store, tmp_path: Path
) -> None:
    """Whoever has the id then is another one, or has other rights."""
    found = await begin(store, config_of(tmp_path))
    for agent in ("R1", "R2"):
        await store.run(_add_key, agent)
    await found.edit(lambda doc: without_agent(doc, "R1"))
    await found.configuration.revert(1, ADA)
    assert await store.read(lambda tx: (tx.agent_by_key("hash-R1"), tx.agent_by_key("hash-R2"))) == (
        None,
        "R2",
    )
    left = [await store.read(_session_of, f"of-{name}") for name in ("agent-R1", "admin-R1", "agent-R2")]
    assert left == [False, True, True]
    lines = await store.read(lambda tx: tx.audit_rows(limit=9, action="keys.revoked"))
    assert [(line.who, line.ref, line.details) for line in lines] == [("ada", "R1", {"prefix": "bpa_R1"})]


async def test_a_bots_id_never_becomes_a_persons(store: Store, tmp_path: Path) -> None:
    found = await begin(store, config_of(tmp_path))
    await found.edit(lambda doc: without_agent(doc, "A"))
    with pytest.raises(InvalidConfig, match=r"agents\.A\.kind"):
        await found.put("agents", "A", value={"kind": "representative"})


async def test_bombs_are_refused_before_anything_walks_through_them(store: Store, tmp_path: Path) -> None:
    found = await begin(store, config_of(tmp_path))
    deep: dict[str, object] = {}
    for _ in range(5_000):
        deep = {"x": deep}
    for bomb in (deep, {"en": {"joined": "\ud800"}}, {"joined": "x" * 100_000}, {"joined": "\0"}):
        with pytest.raises(InvalidConfig):
            await found.edit(lambda doc, bomb=bomb: doc | {"words": bomb})


# The file as the source


async def test_a_file_that_is_the_source_is_changed_there(store: Store, tmp_path: Path) -> None:
    found = await begin(store, config_of(tmp_path, source="file"))
    with pytest.raises(ConfigFromFile, match=r"batonpass\.toml"):
        await found.merge("timers", patch={"offer": 12})
    later = config_of(tmp_path, TOML + "[timers]\noffer = 12\n[server]\nport = 99\n", source="file")
    version, waits = await found.configuration.reload(later, ADA)
    assert (version.number, found.world.env.rules.offer_ms) == (2, 12_000)
    assert [change.key for change in waits] == ["server.port"]


async def test_a_store_that_is_the_source_is_not_overrun_by_the_file(store: Store, tmp_path: Path) -> None:
    found = await begin(store, config_of(tmp_path))
    with pytest.raises(ConfigFromFile) as refusal:
        await found.configuration.reload(config_of(tmp_path), ADA)
    assert refusal.value.code == "config_from_store"


async def test_a_change_from_beside_is_seen(store: Store, tmp_path: Path) -> None:
    here = await begin(store, config_of(tmp_path))
    beside = await begin(store, config_of(tmp_path))
    await beside.merge("timers", patch={"offer": 12})
    here.world.recorder.take()
    assert await here.configuration.refresh()
    assert here.world.env.rules.offer_ms == 12_000
    assert e.ConfigurationChanged(2) in here.world.recorder.take()
    assert not await here.configuration.refresh()


# What becomes of chats


async def chat(found: Configured, **variables: str) -> str:
    world = found.world
    return await world.start(await world.customer(), **variables)


async def test_a_new_member_gets_what_waits(frozen_store: Store, tmp_path: Path) -> None:
    """Law 7: a membership that changes is matched, with nobody else's event."""
    found = await staffed(frozen_store, config_of(tmp_path), "R1")
    cid = await chat(found, to="q2")
    await found.world.settle()
    await found.put("queues", "q2", "members", value=[{"agent": "R3"}, {"agent": "R1"}])
    await found.world.settle()
    assert (await found.world.open_offer("R1")).conversation_id == cid
    await lawful(found.world)


async def test_more_capacity_gets_what_waits(frozen_store: Store, tmp_path: Path) -> None:
    found = await staffed(frozen_store, config_of(tmp_path), "R3")
    for _ in range(2):
        await chat(found, to="q2")
    await found.world.settle()
    await found.merge("agents", "R3", patch={"capacity": 2})
    await found.world.settle()
    assert len(await frozen_store.read(lambda tx: tx.offers_of("R3"))) == 2
    await lawful(found.world)


async def test_a_removed_queue_leaves_nobody_waiting(frozen_store: Store, tmp_path: Path) -> None:
    found = await staffed(frozen_store, config_of(tmp_path), "R1")
    cid = await chat(found, to="q2")
    await found.world.settle()

    def without_q2(doc: dict[str, object]) -> dict[str, object]:
        return put(doc, ("queues", "q2"), None) | {"entry": [{"queue": "q1"}]}

    await found.edit(without_q2)
    await found.world.settle()
    assert (await found.world.open_offer("R1")).conversation_id == cid
    assert (await found.world.picture(cid)).conversation.queue_id == "q1"
    await lawful(found.world)


async def test_what_is_queued_by_the_old_rules_after_the_change_is_rescued(
    frozen_store: Store, tmp_path: Path
) -> None:
    """A transaction that began before may commit later: the match of the removed queue moves it all the same."""
    found = await staffed(frozen_store, config_of(tmp_path), "R1")
    old = found.world.env
    await found.edit(lambda doc: put(doc, ("queues", "q2"), None) | {"entry": [{"queue": "q1"}]})
    new = found.world.env
    await found.world.board.decide_by(old)
    cid = await chat(found, to="q2")
    await found.world.board.decide_by(new)
    await found.world.settle()
    assert (await found.world.open_offer("R1")).conversation_id == cid


async def test_a_removed_agents_chats_go_on_with_others(frozen_store: Store, tmp_path: Path) -> None:
    found = await staffed(frozen_store, config_of(tmp_path), "R1")
    cid = await chat(found)
    await found.world.settle()
    await found.world.accepts("R1", (await found.world.open_offer("R1")).id)
    await found.world.connect("R2")
    await found.edit(lambda doc: without_agent(doc, "R1"))
    await found.world.settle()
    picture = await found.world.picture(cid)
    assert (picture.holder, picture.handoffs[-1].kind, picture.handoffs[-1].state) == (
        None,
        Kind.FAILOVER,
        State.OFFERED,
    )
    assert (await found.world.open_offer("R2")).conversation_id == cid
    await lawful(found.world)


async def test_an_offer_to_a_removed_agent_goes_to_the_next(frozen_store: Store, tmp_path: Path) -> None:
    found = await staffed(frozen_store, config_of(tmp_path), "R1")
    cid = await chat(found)
    await found.world.settle()
    await found.world.connect("R2")
    await found.edit(lambda doc: without_agent(doc, "R1"))
    await found.world.settle()
    assert (await found.world.open_offer("R2")).conversation_id == cid
    assert await frozen_store.read(lambda tx: tx.offers_of("R1")) == []
    await lawful(found.world)


async def test_less_capacity_takes_no_chat_away_and_gives_no_new_one(
    frozen_store: Store, tmp_path: Path
) -> None:
    found = await staffed(frozen_store, config_of(tmp_path), "R1")
    cids = [await chat(found) for _ in range(2)]
    await found.world.settle()
    for offer in await frozen_store.read(lambda tx: tx.offers_of("R1")):
        await found.world.accepts("R1", offer.id)
    await found.merge("agents", "R1", patch={"capacity": 1})
    await chat(found)
    await found.world.settle()
    assert [(await found.world.picture(cid)).holder for cid in cids] == ["R1", "R1"]
    assert await frozen_store.read(lambda tx: tx.offers_of("R1")) == []


async def test_a_bot_that_gets_a_limit_uses_slots_for_what_it_has(
    frozen_store: Store, tmp_path: Path
) -> None:
    found = await staffed(frozen_store, config_of(tmp_path), "A")
    cids = [await chat(found) for _ in range(2)]
    await found.world.settle()
    await found.merge("agents", "A", patch={"concurrency": 2})
    third = await chat(found)
    await found.world.settle()
    assert (await found.world.picture(third)).conversation.status is Status.OPEN
    assert [(await found.world.picture(cid)).slots for cid in cids] == [{"A": 1}, {"A": 2}]
    await lawful(found.world)
    await found.merge("agents", "A", patch={"concurrency": None})
    await found.world.settle()
    stints = (await found.world.picture(third)).stints
    assert [(s.agent_id, s.role) for s in stints] == [("A", Role.HOLDER)]
    await lawful(found.world)


async def test_a_switch_that_a_version_turns_is_no_longer_the_one_turned_by_hand(
    store: Store, tmp_path: Path
) -> None:
    found = await begin(store, config_of(tmp_path))
    await found.world.do(switches.turn, switches.Turn("transfers", False))
    await found.merge("timers", patch={"offer": 12})
    assert not (await store.read(switches.standing, found.world.env))["transfers"], "nobody spoke of it"
    await found.merge("switches", patch={"transfers": True})
    assert (await store.read(switches.standing, found.world.env))["transfers"]
