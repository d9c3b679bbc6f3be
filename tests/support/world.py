"""A switchboard in virtual time: the real use cases on a real store, played step by step.

Nothing runs by itself: `settle` drains due work, `advance` moves the clock from one due row to the next.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from batonpass.app import (
    answers,
    customers,
    going,
    going_back,
    handoffs,
    matching,
    messages,
    presence,
    timers,
    views,
)
from batonpass.app.outcome import Env
from batonpass.app.ports import AgentRow, MemberRow, Tx
from batonpass.app.runner import Runner
from batonpass.app.switchboard import Switchboard, UseCase
from batonpass.domain import events as e
from batonpass.domain.agents import AgentKind, Presence
from batonpass.domain.conversation import Conversation, Entry, Stint
from batonpass.domain.due import DueKind
from batonpass.domain.handoff import Handoff, Kind, Leave, Offer, Seeks, Target
from batonpass.domain.rules import EntryRule, QueueRules, Rules
from batonpass.domain.words import Words
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx as StoreTx

BOT, PERSON = AgentKind.BOT, AgentKind.REPRESENTATIVE


@dataclass
class Recorder:
    """A publisher that keeps what was told, in order."""

    told: list[e.Effect] = field(default_factory=list)

    def publish(self, effects: list[e.Effect]) -> None:
        self.told += effects

    def take(self) -> list[e.Effect]:
        told, self.told = self.told, []
        return told


@dataclass(frozen=True)
class Picture:
    """A conversation and all around it, as the store has it."""

    conversation: Conversation
    stints: list[Stint]
    entries: list[Entry]
    handoffs: list[Handoff]
    offers: list[Offer]
    slots: dict[str, int]
    holder: str | None


class World:
    """Agents, queues and customers on one store. Names are ids: `A`, `R1`, `q1`."""

    def __init__(self, store: BaseStore[StoreTx], rules: Rules, words: Words | None = None) -> None:
        self.store = store
        self.recorder = Recorder()
        self.board = Switchboard(store, Env(rules, words or Words()), self.recorder)
        self.runner = Runner(self.board)
        self._numbers = itertools.count(1)

    async def setup(self, agents: Sequence[AgentRow], members: Sequence[tuple[str, str, int]]) -> None:
        """Declare agents and memberships, and start up."""
        rows = [MemberRow(*member) for member in members]
        await self.store.run(_apply, list(agents), rows)
        await self.do(timers.start_up, None)

    @property
    def env(self) -> Env:
        return self.board.env

    # Steps

    async def do(self, use_case: UseCase[Any], command: Any) -> Any:
        """Run a use case and publish; what it refuses is raised."""
        return await self.board.do_and_push(use_case, command)

    async def settle(self) -> int:
        """Do everything that is due now."""
        return await self.runner.drain()

    async def advance(self, ms: int) -> None:
        """Let time pass, stopping at every due row on the way to do it at its time."""
        await self.settle()
        end = await self.now() + ms
        while True:
            due = await self.store.read(_next_due)
            now = await self.now()
            if due is None or due > end:
                break
            await self.store.advance(max(0, due - now))
            await self.settle()
        await self.store.advance(max(0, end - await self.now()))
        await self.settle()

    async def now(self) -> int:
        return await self.store.read(_now)

    # People

    async def connect(self, agent_id: str, *, available: bool = True, tab: str = "") -> None:
        await self.do(presence.connect, presence.Connection(f"sid-{agent_id}{tab}", agent_id))
        if available:
            await self.do(presence.choose, presence.Choice(agent_id, Presence.AVAILABLE))

    async def disconnect(self, agent_id: str, tab: str = "") -> None:
        await self.do(presence.disconnect, presence.Gone(f"sid-{agent_id}{tab}"))

    async def choose(self, agent_id: str, choice: Presence) -> None:
        await self.do(presence.choose, presence.Choice(agent_id, choice))

    async def customer(self, customer_id: str = "") -> str:
        customer_id = customer_id or f"c{next(self._numbers)}"
        await self.do(customers.new_session, customers.NewSession(customer_id, f"hash-{customer_id}"))
        return customer_id

    async def start(self, customer_id: str, client_id: str = "start", **variables: str) -> str:
        """Start a chat; the conversation's id."""
        started = await self.do(customers.start_chat, customers.StartChat(customer_id, client_id, variables))
        found: str = started.conversation.id
        return found

    async def writes(self, customer_id: str, cid: str, text: str, client_id: str = "") -> Entry:
        said = messages.CustomerSays(customer_id, cid, client_id or self.key(), _text(text))
        entry: Entry = await self.do(messages.customer_send, said)
        return entry

    async def says(self, agent_id: str, cid: str, stint_id: str, text: str, client_id: str = "") -> Entry:
        said = messages.AgentSays(agent_id, cid, stint_id, client_id or self.key(), _text(text))
        entry: Entry = await self.do(messages.agent_send, said)
        return entry

    async def ready(self, agent_id: str, stint_id: str) -> None:
        await self.do(presence.ready, messages.OfStint(agent_id, stint_id))

    async def asks(
        self,
        agent_id: str,
        cid: str,
        stint_id: str,
        kind: Kind,
        *,
        target: Target | None = None,
        leave: Leave | None = None,
        seeks: Seeks | None = None,
        client_id: str = "",
        note: str = "",
        **more: Any,
    ) -> handoffs.Asked:
        asked = handoffs.AskedByAgent(
            agent_id, cid, stint_id, client_id or self.key(), kind, target, leave, seeks, note=note, **more
        )
        reply: handoffs.Asked = await self.do(handoffs.ask, asked)
        return reply

    async def wants_human(self, customer_id: str, cid: str, client_id: str = "") -> handoffs.Asked:
        asked = handoffs.AskedByCustomer(customer_id, cid, client_id or self.key())
        reply: handoffs.Asked = await self.do(handoffs.ask_for_human, asked)
        return reply

    async def wants_bot(self, customer_id: str, cid: str, client_id: str = "") -> handoffs.Asked:
        asked = going_back.AskedForBot(customer_id, cid, client_id or self.key())
        reply: handoffs.Asked = await self.do(going_back.ask_for_bot, asked)
        return reply

    async def accepts(self, agent_id: str, offer_id: str) -> Stint:
        stint: Stint = await self.do(answers.accept, answers.OfferAnswer(agent_id, offer_id))
        return stint

    async def declines(self, agent_id: str, offer_id: str) -> None:
        await self.do(answers.decline, answers.OfferAnswer(agent_id, offer_id))

    async def ends(self, customer_id: str, cid: str) -> None:
        await self.do(customers.end_chat, customers.EndChat(customer_id, cid))

    async def resolves(self, agent_id: str, stint_id: str) -> None:
        await self.do(going.resolve, messages.OfStint(agent_id, stint_id))

    async def whispers(
        self, agent_id: str, cid: str, stint_id: str, text: str, to: tuple[str, ...] = ()
    ) -> Entry:
        said = messages.AgentWhispers(agent_id, cid, stint_id, self.key(), _text(text), to)
        entry: Entry = await self.do(messages.whisper, said)
        return entry

    async def completes(self, agent_id: str, handoff_id: str) -> Handoff:
        done: Handoff = await self.do(handoffs.complete, handoffs.OfHandoff(agent_id, handoff_id))
        return done

    async def cancels(self, agent_id: str, handoff_id: str) -> Handoff:
        done: Handoff = await self.do(handoffs.cancel, handoffs.OfHandoff(agent_id, handoff_id))
        return done

    async def leaves(self, agent_id: str, cid: str, stint_id: str, *, resolved: bool = False) -> None:
        await self.do(going.leave, going.Leaves(agent_id, stint_id, cid, resolved))

    async def removes(self, agent_id: str, cid: str, stint_id: str, removed_stint_id: str) -> None:
        await self.do(going.remove, going.Removes(agent_id, stint_id, cid, removed_stint_id))

    async def stint(self, stint_id: str) -> Stint:
        found = await self.store.read(_stint, stint_id)
        assert found is not None
        return found

    async def finishes(self, agent_id: str, stint_id: str) -> None:
        await self.do(presence.finish_wrap_up, presence.Finishes(agent_id, stint_id))

    async def sweep(self) -> list[str]:
        """Queues with work that nobody announced; it is counted as a bug."""
        found = await self.board.read(matching.forgotten, self.env.rules)
        if found:
            await self.do(matching.sweep, found)
        return found

    def key(self) -> str:
        return f"k{next(self._numbers)}"

    # Looking

    async def picture(self, cid: str) -> Picture:
        return await self.store.read(_picture, cid)

    async def open_offer(self, agent_id: str) -> Offer:
        """The one open offer of an agent."""
        found = await self.store.read(_offers_of, agent_id)
        assert len(found) == 1, f"{agent_id} has {len(found)} offers"
        return found[0]

    async def due(self) -> list[tuple[DueKind, str, int]]:
        return await self.store.read(_due)

    async def customer_sees(self, customer_id: str, cid: str) -> list[Entry]:
        page = await self.store.read(views.customer_page, customer_id, cid, 0, 1000)
        return page.entries


def queue(queue_id: str, **changes: Any) -> QueueRules:
    return QueueRules(queue_id, queue_id, **changes)


def rules(*queues: QueueRules, entry: str = "", **changes: Any) -> Rules:
    """Rules whose first queue takes new conversations, unless `entry` names one."""
    first = entry or queues[0].id
    return Rules(entry=(EntryRule(first),), queues={q.id: q for q in queues}, **changes)


def bot(agent_id: str, capacity: int | None = None) -> AgentRow:
    return AgentRow(agent_id, BOT, agent_id, capacity)


def person(agent_id: str, capacity: int = 2) -> AgentRow:
    return AgentRow(agent_id, PERSON, agent_id, capacity)


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def _apply(tx: Tx, agents: list[AgentRow], members: list[MemberRow]) -> None:
    tx.apply_config(agents, members)


def _now(tx: Tx) -> int:
    return tx.now


def _next_due(tx: Tx) -> int | None:
    return tx.next_due()


def _due(tx: Tx) -> list[tuple[DueKind, str, int]]:
    return [(item.kind, item.ref, item.run_at) for item in tx.all_due()]


def _offers_of(tx: Tx, agent_id: str) -> list[Offer]:
    return tx.offers_of(agent_id)


def _stint(tx: Tx, stint_id: str) -> Stint | None:
    return tx.stint(stint_id)


def _picture(tx: Tx, cid: str) -> Picture:
    conversation = tx.conversation(cid)
    assert conversation is not None
    stints = tx.all_stints_in(cid)
    holder = next((s.agent_id for s in stints if s.id == conversation.holder), None)
    return Picture(
        conversation,
        stints,
        tx.entries(cid, 0, conversation.seq, 10_000, public=False),
        tx.all_handoffs_in(cid),
        tx.offers_in(cid),
        {use.agent_id: use.slot_no for use in tx.slots_in(cid)},
        holder,
    )
