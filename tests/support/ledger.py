"""Asserts a conversation row by row, as WALK.md writes it: only what is new, in the walk's own notation."""

from batonpass.app.ports import Tx
from batonpass.domain.agents import Agent
from batonpass.domain.conversation import ActorType, Entry, Stint, StintState, Turn
from batonpass.domain.due import DueKind
from tests.support.world import Picture, World


class Ledger:
    """Follows one conversation. Times are seconds since it began."""

    def __init__(self, world: World, cid: str) -> None:
        self.world = world
        self.cid = cid
        self.seen = 0
        self.last_notice = ""
        self._others = 0

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


def _turns(tx: Tx, agent_id: str) -> list[Turn]:
    return tx.turns_of(agent_id)


def _agent(tx: Tx, agent_id: str) -> Agent:
    return tx.agents([agent_id])[agent_id]


def _take(tx: Tx, agent_id: str, number: int) -> None:
    from batonpass.domain.agents import SlotUse

    tx.take_slots([SlotUse(agent_id, number, f"elsewhere-{agent_id}-{number}")])
