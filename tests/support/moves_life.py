"""Moves of a chat's own course: on hold and back, picked up by hand."""

from collections.abc import Sequence
from typing import Any

from batonpass.app import customer_presence, holds, messages, reopening, taking
from tests.support.commands import Command, Commands, pick
from tests.support.houses import BOTS, CUSTOMERS, NAMES

PEOPLE = [name for name in NAMES if name not in BOTS]
LASTING = (None, None, 60_000, 1_000, 0)


class LifeCommands(Commands):
    """What could be sent of this sort, drawn by small numbers."""

    def parks(self, n: int, how: int) -> Command | None:
        """The holder parks its chat; for high `how` anybody, who is refused."""
        live = [stint for talk in self.ground.seen.talks for stint in talk.live]
        wanted = [s for s in live if s.role == "holder" and not s.bot] if how < 10 else live
        stint = pick(wanted[::-1], n)
        if stint is None:
            return None
        for_ms = LASTING[how % len(LASTING)]
        said = holds.Holds(stint.agent_id, stint.conversation_id, stint.id, self.key(), "rests", for_ms)
        return holds.put_on_hold, said

    def takes(self, n: int, how: int) -> Command | None:
        """Who parked a chat goes on with it; for other `how` somebody takes what is parked or waits."""
        talks = self.ground.seen.talks
        parked = [(t, h) for t in talks for h in t.holds if h.ended_at is None]
        found = pick(parked[::-1], n)
        if found is not None and how < 6:
            talk, hold = found
            agent_id = hold.agent_id if how % 2 else PEOPLE[n % len(PEOPLE)]
            return taking.pick_up, taking.Takes(agent_id, talk.id, self.key())
        waits = [(t, h) for t in talks for h in t.pending if h.state in ("queued", "offered")]
        waiting = pick(waits[::-1], n)
        if waiting is None:
            return None
        talk, handoff = waiting
        named = handoff.id if how % 3 else None
        return taking.pick_up, taking.Takes(PEOPLE[how % len(PEOPLE)], talk.id, self.key(), named)

    def comes_back(self, n: int) -> Command | None:
        """A customer writes to a chat that is over, or perhaps open again."""
        talks = [t for t in self.ground.seen.talks if t.row.status == "closed" or n > 9]
        talk = pick(talks[::-1], n)
        if talk is None:
            return None
        said = messages.CustomerSays(talk.row.customer_id, talk.id, self.key(), self.text())
        return reopening.write_again, reopening.WritesAgain(said)

    def tab(self, n: int, does: str) -> Command:
        """A customer's page opens, or closes."""
        customer_id, sid = f"c{n % CUSTOMERS}", f"sid-c{n % CUSTOMERS}-{n % 2}"
        if does == "opens":
            return customer_presence.customer_here, customer_presence.Here(sid, customer_id)
        return customer_presence.customer_gone, customer_presence.Gone(sid)


class LifeMoves:
    """A part of the game."""

    ground: Any

    async def _send(self, command: Command | None) -> None:
        raise NotImplementedError

    async def a_chat_rests(self, n: int, how: int) -> None:
        await self._send(LifeCommands(self.ground).parks(n, how))

    async def a_chat_is_taken(self, n: int, how: int) -> None:
        await self._send(LifeCommands(self.ground).takes(n, how))

    async def a_customer_comes_back(self, n: int) -> None:
        await self._send(LifeCommands(self.ground).comes_back(n))

    async def a_customers_page(self, n: int, does: str) -> None:
        await self._send(LifeCommands(self.ground).tab(n, does))


N: Sequence[int] = range(12)
LIFE_MOVES: dict[str, tuple[float, dict[str, Sequence[Any]]]] = {
    "a_chat_rests": (3, {"n": N, "how": N}),
    "a_chat_is_taken": (4, {"n": N, "how": N}),
    "a_customer_comes_back": (3, {"n": N}),
    "a_customers_page": (2, {"n": N, "does": ["opens", "closes", "closes"]}),
}
