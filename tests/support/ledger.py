"""Asserts a conversation row by row, as WALK.md writes it: only what is new, in the walk's own notation."""

from batonpass.app import presence
from batonpass.app.messages import OfStint
from batonpass.app.ports import Tx
from batonpass.domain import events as e
from batonpass.domain.agents import Agent
from batonpass.domain.conversation import ActorType, Entry, Stint, StintState, Turn
from batonpass.domain.due import DueKind
from batonpass.protocol.projection import hidden_from
from tests.support.laws_rows import check_rows
from tests.support.world import Picture, World


class Ledger:
    """Follows one conversation. Times are seconds since it began."""

    def __init__(self, world: World, cid: str) -> None:
        self.world = world
        self.cid = cid
        self.seen = 0
        self.last_notice = ""
        self._others = 0
        self._rows = 0

    async def picture(self) -> Picture:
        return await self.world.picture(self.cid)

    async def at(self, seconds: int) -> None:
        """Let time pass until this moment of the walk."""
        now = await self._now_s()
        assert seconds * 1000 >= now, "a walk goes forward"
        await self.world.advance(seconds * 1000 - now)

    async def _now_s(self) -> int:
        return await self.world.now() - (await self.picture()).conversation.created_at

    async def stint(self, agent_id: str) -> Stint:
        """The live stint of an agent."""
        return next(s for s in (await self.picture()).stints if s.agent_id == agent_id and s.live)

    async def turn(self, agent_id: str) -> Turn:
        found = await self.world.store.read(_turns, agent_id)
        assert len(found) == 1
        return found[0]

    async def agent(self, agent_id: str) -> Agent:
        return await self.world.store.read(_agent, agent_id)

    async def fill(self, agent_id: str) -> None:
        """Use up an agent's slots by chats outside the walk."""
        agent = await self.agent(agent_id)
        for number in range(1, (agent.capacity or 0) + 1):
            await self.world.store.run(_take, agent_id, number)

    async def decided(self, winner: str | None, key: str, removed: dict[str, int]) -> None:
        """The trace of the latest hand-off."""
        trace = (await self.picture()).handoffs[-1].trace
        assert trace is not None
        assert (trace["winner"], trace["key"], trace["removed"]) == (winner, key, removed)

    async def _look_at_lists(self) -> None:
        """What desks are shown, at every fifth row of the walk: it is asked of each agent, for each list."""
        self._rows += 1
        if self._rows % 5 == 0:
            found = await self.world.store.read(check_rows, self.world.env.rules)
            assert found == [], found

    async def is_(
        self,
        *,
        state: tuple[str, str | None, int] | None = None,
        entries: list[str] | None = None,
        live: dict[str, str] | None = None,
        wrap_up: list[str] | None = None,
        slots: dict[str, int] | None = None,
        due: list[str] | None = None,
    ) -> None:
        """Assert what a row says; a cell that is left out is not looked at, `entries` are the new ones."""
        now = await self.picture()
        await self._look_at_lists()
        new = [entry for entry in now.entries if entry.seq > self.seen]
        if entries is not None:
            assert [_line(entry) for entry in new] == entries
        self.seen = now.conversation.seq
        for entry in new:
            if "notice" in entry.data:
                self.last_notice = entry.data["notice"]["text"]
        if state is not None:
            assert (str(now.conversation.status), now.holder, now.conversation.epoch) == state
        if live is not None:
            assert {s.agent_id: str(s.role) for s in now.stints if s.live} == live
        if wrap_up is not None:
            assert [s.agent_id for s in now.stints if s.state is StintState.WRAP_UP] == wrap_up
        if slots is not None:
            assert now.slots == slots
        if due is not None:
            assert sorted(await self._due(now)) == sorted(due)

    async def sent(self, *lines: str) -> None:
        """Assert what each party was sent since the last time, in the walk's words.

        `C p8` and `R3 16-18` are entries by their numbers, `R4 join 17` the packets up to that boundary. Changes of
        hand-offs go to the giver and all live stints at every step, and are not written here; nor are positions.
        """
        told = [line for effect in self.world.recorder.take() for line in await self._lines(effect)]
        assert told == list(lines)

    async def _lines(self, effect: e.Effect) -> list[str]:
        match effect:
            case e.EntriesWritten(entries=entries, readers=readers):
                public = [f"p{entry.public_seq}" for entry in entries if entry.public_seq]
                first, last = entries[0].seq, entries[-1].seq
                span = str(first) if first == last else f"{first}-{last}"
                mine = [" ".join(["C", *public])] if public else []
                return mine + [f"{reader} {span}" for reader in readers]
            case e.StintJoined(stint_id=stint_id, agent_id=agent_id):
                stint = next(s for s in (await self.picture()).stints if s.id == stint_id)
                return [f"{agent_id} join {stint.boundary_seq}"]
            case e.StintChanged(stint_id=stint_id, agent_id=agent_id):
                stint = next(s for s in (await self.picture()).stints if s.id == stint_id)
                return [f"{agent_id} {stint.state}"]
            case e.OfferChanged(agent_id=agent_id, made=made):
                return [f"{agent_id} offer" if made else f"{agent_id} offer ended"]
            case e.PresenceChanged(agent_id=agent_id, to=to):
                return [" ".join([f"presence {agent_id}", *(f"to {name}" for name in to)])]
            case _:
                return []

    async def hidden_from(self, agent_id: str) -> list[int]:
        """The entries of which this agent gets only the place."""
        bot = (await self.agent(agent_id)).bot
        entries = (await self.picture()).entries
        return [entry.seq for entry in entries if hidden_from(entry, agent_id, bot=bot)]

    async def passed_on(self) -> set[tuple[str, str]]:
        """(queue, agent) pairs the ladder knows of."""
        return await self.world.store.read(_passed_on, self.cid)

    async def joins(self, agent_id: str, stint_id: str, boundary: int, stream: list[int]) -> None:
        """The agent says that it is ready: its transcript ends at the boundary, and these entries follow."""
        reply = await self.world.do(presence.ready, OfStint(agent_id, stint_id))
        assert (reply.boundary_seq, [entry.seq for entry in reply.entries]) == (boundary, stream)

    async def _due(self, now: Picture) -> list[str]:
        began = now.conversation.created_at
        return [_due_line(kind, ref, at - began) for kind, ref, at in await self.world.due()]


def _line(entry: Entry) -> str:
    who = "C" if entry.actor.type is ActorType.CUSTOMER else entry.actor.name
    name = "" if entry.kind == "closed" else f" {who}"
    return f"{entry.seq}/{entry.public_seq or '-'} {entry.kind}{name}"


def _due_line(kind: DueKind, ref: str, at: int) -> str:
    if kind is DueKind.MATCH:
        return f"match {ref}"
    return f"{kind} {at // 60_000}:{at // 1000 % 60:02d}"


def _passed_on(tx: Tx, cid: str) -> set[tuple[str, str]]:
    return tx.passed_on(cid)


def _turns(tx: Tx, agent_id: str) -> list[Turn]:
    return tx.turns_of(agent_id)


def _agent(tx: Tx, agent_id: str) -> Agent:
    return tx.agents([agent_id])[agent_id]


def _take(tx: Tx, agent_id: str, number: int) -> None:
    from batonpass.domain.agents import SlotUse

    tx.take_slots([SlotUse(agent_id, number, f"elsewhere-{agent_id}-{number}")])
