"""A world to play at random in: two queues and a ladder, and every commit judged by the laws.

What clients said and what they were told is kept beside the store, so that nothing acknowledged is lost unseen.
"""

import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from batonpass.app import going, handoffs, matching, messages, opening, presence, reopening, switches, timers
from batonpass.app.customers import Started
from batonpass.app.fired import Fired
from batonpass.app.handoffs import Asked
from batonpass.app.outcome import Env
from batonpass.app.ports import DueItem
from batonpass.app.runner import FIRES
from batonpass.app.switchboard import UseCase
from batonpass.domain.agents import Presence
from batonpass.domain.conversation import Entry, Stint
from batonpass.domain.due import DueKind
from batonpass.domain.errors import BatonpassError, ServerError
from batonpass.domain.handoff import SHARES, Handoff, Kind, Leave
from batonpass.domain.hold import Hold
from batonpass.domain.rules import SWITCHES
from batonpass.protocol import projection
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.support.figures import compared
from tests.support.houses import CUSTOMERS, House, usual
from tests.support.laws import Breach, Database, breaches, load, unsettled
from tests.support.laws_rows import check_rows
from tests.support.stores import Place
from tests.support.world import World

LONGEST = 2_000
DAY_MS = 86_400_000
"""More work than this is due at one moment only if it never ends."""


PASSING = (going.remove, handoffs.cancel)
"""Use cases whose caller may have lost, by the time it asks again, the part in the conversation that allowed it."""


@dataclass
class Sent:
    """A command of a client, and the answer it got: what was stored, or the code of a refusal."""

    use_case: UseCase[Any]
    command: Any
    key: object = None
    code: str | None = None
    lasting: bool = True

    @property
    def answer(self) -> tuple[object, str | None]:
        return self.key, self.code


@dataclass
class Said:
    """Words of a sender under a client id, and whether they were acknowledged."""

    sender: str
    client_id: str
    text: str
    acknowledged: bool
    whispered: bool = False

    @property
    def kind(self) -> str:
        """What must be stored of it."""
        if self.whispered:
            return "whisper"
        return "message" if self.acknowledged else "draft"


@dataclass
class Memory:
    """What the clients know, across crashes."""

    sent: list[Sent] = field(default_factory=list)
    said: dict[str, dict[tuple[str, str], Said]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    turned: dict[str, bool] = field(default_factory=dict)
    number: int = 0

    def next(self) -> int:
        self.number += 1
        return self.number


class Ground(World):
    """A world whose due work is done one by one, in one order, and whose every commit is judged."""

    def __init__(self, store: BaseStore[Tx], house: House, place: Place, memory: Memory) -> None:
        super().__init__(store, house.rules)
        self.house = house
        self.place = place
        self.memory = memory
        self.judging = True
        self.rebuilt = False
        self.excused: frozenset[tuple[str, str]] = frozenset()
        self.seen: Database

    @classmethod
    async def begin(cls, place: Place, house: House | None = None) -> "Ground":
        """Open a place for the first time, with everybody of the house connected."""
        store = await place.open(frozen_clock=True, migrate=False)
        # Where queues open by the clock on the wall, a game must not depend on when it is played.
        await store.advance(DAY_MS - await store.read(lambda tx: tx.now) % DAY_MS)
        ground = cls(store, house or usual(), place, Memory())
        await ground.store.run(_everybody_is_here, ground.env, ground.house)
        await ground.judge("the beginning")
        return ground

    async def do(self, use_case: UseCase[Any], command: Any) -> Any:
        """Run a use case and judge what it left, refusal or not."""
        try:
            return await super().do(use_case, command)
        finally:
            if self.judging:
                await self.judge(use_case.__name__)

    async def judge(self, after: str) -> None:
        self.seen = await self.store.read(load, self.env.rules)
        self.seen.rules = None if self.rebuilt else self.env.rules
        self.seen.excused = self.excused
        _lawful(breaches(self.seen), after)

    async def settle(self) -> int:
        """Do all due work, one row after the other, and judge what is left."""
        count = 0
        while items := await self.store.read(_due_now):
            for item in items:
                await self._one(item)
            count += len(items)
            assert count < LONGEST, f"due work never ends: {Counter(i.kind for i in items)}"
        await self.judge("settle")
        _lawful(unsettled(self.seen), "settle")
        return count

    async def look(self) -> None:
        """Judge what the lists of all desks show now (law 11)."""
        _lawful(await self.store.read(check_rows, self.env.rules), "lists")

    async def _one(self, item: DueItem) -> None:
        if item.kind is not DueKind.MATCH:
            await self.do(FIRES[item.kind], Fired(item.ref))
            return
        rounds = 0
        while await self.do(matching.match, item.ref):
            rounds += 1
            assert rounds < LONGEST, f"matching {item.ref} never ends"

    # Clients

    async def send(self, use_case: UseCase[Any], command: Any) -> Sent:
        """Send a command as a client does, and remember it with its answer."""
        turned = self.memory.turned
        off = {s for s in SWITCHES if not turned.get(s, s not in self.env.rules.switched_off)}
        sent = await self.attempt(use_case, command)
        self.memory.sent.append(sent)
        if sent.code is None and sent.key is not None:
            used = sorted(_switches(command) & off)
            assert not used, f"section 4: {use_case.__name__} was done, and {used} are switched off"
        self._hear(sent)
        return sent

    async def attempt(self, use_case: UseCase[Any], command: Any) -> Sent:
        sent = Sent(use_case, command)
        try:
            reply = await self.do(use_case, command)
        except ServerError:
            raise
        except BatonpassError as refusal:
            sent.code = refusal.code
            over = sent.code == "conversation_closed" and not self._reopens()
            sent.lasting = use_case is messages.agent_send or over or sent.code == "offer_ended"
        else:
            sent.key = _key(reply)
            sent.lasting = not (isinstance(reply, Asked) and reply.already) and use_case not in PASSING
        return sent

    def _reopens(self) -> bool:
        """Whether a closed chat may be open again later."""
        return self.rebuilt or any(queue.life.reopen_ms for queue in self.env.rules.queues.values())

    def _hear(self, sent: Sent) -> None:
        command = sent.command
        if isinstance(command, reopening.WritesAgain):
            command = command.said
        if not isinstance(command, messages.CustomerSays | messages.AgentSays | messages.AgentWhispers):
            return
        if isinstance(command, messages.AgentWhispers) and sent.code is not None:
            return
        if sent.code is not None and sent.code not in ("stint_ended", "conversation_closed"):
            return
        sender = command.customer_id if isinstance(command, messages.CustomerSays) else command.agent_id
        said = self.memory.said.setdefault(command.conversation_id, {})
        heard = Said(sender, command.client_id, command.content["text"], sent.code is None)
        heard.whispered = isinstance(command, messages.AgentWhispers)
        before = said.get((sender, command.client_id))
        if before is not None and heard.acknowledged and not before.acknowledged:
            del said[sender, command.client_id]  # refused first, then taken: it stands where it was taken
        said.setdefault((sender, command.client_id), heard)

    async def resend(self, sent: Sent) -> None:
        """Send it again under the same key: the same answer, whatever has happened since (law 2)."""
        again = await self.attempt(sent.use_case, sent.command)
        if sent.lasting:
            assert again.answer == sent.answer, (
                f"{sent.use_case.__name__} was {sent.answer}, now {again.answer}"
            )
        else:
            self._hear(again)

    async def crash(
        self,
        in_flight: tuple[UseCase[Any], Any] | None,
        *,
        stored: bool,
        back: bool,
        house: House | None = None,
    ) -> "Ground":
        """Stop without settling, perhaps between a commit and its acknowledgement, and start again.

        `stored`: the command in flight was committed. `back`: all agents connect again at once. `house`: the
        operator has changed the configuration meanwhile.
        """
        if in_flight is not None and stored:
            try:
                await self.board.do(*in_flight)
            except ServerError:
                raise
            except BatonpassError:
                pass
        at, offset, real = await self.now(), self.store.clock_offset_ms, time.time()
        await self.store.close()
        # The clock goes on where it stood: a little before, whatever time this took, then forward to it.
        late = round((time.time() - real) * 1000) + 60_000
        store = await self.place.open(frozen_clock=True, migrate=False, clock_offset_ms=offset - late)
        ground = Ground(store, house or self.house, self.place, self.memory)
        ground.rebuilt = self.rebuilt or house is not None
        ground.excused = self.excused
        await store.advance(at - await ground.now())
        await store.run(_configure, ground.house)
        await ground.do(timers.start_up, None)
        if back:
            await store.run(_everybody_connects, ground.env, ground.house)
            await ground.judge("everybody is back")
        if in_flight is not None:
            await ground.send(*in_flight)
        return ground

    async def turn_switch(self, name: str, on: bool) -> None:
        """The operator turns a switch; whatever is asked for from now on finds it so."""
        await self.do(switches.turn, switches.Turn(name, on))
        self.memory.turned[name] = on

    async def check_figures(self) -> None:
        """Insights say what the timelines and hand-offs say."""
        _lawful([Breach(12, said) for said in await self.store.read(compared, self.env.rules)], "the report")

    # What clients know

    async def check_memory(self) -> None:
        """Law 2: what was acknowledged is there once, in its sender's order; what was refused is a draft, or nothing."""
        for talk in self.seen.talks:
            said = list(self.memory.said.get(talk.id, {}).values())
            _lawful(_compare(talk.id, talk.entries, said), "memory")
        for customer_id, cid in [(t.row.customer_id, t.id) for t in self.seen.talks]:
            await self._check_customer(customer_id, cid)

    async def _check_customer(self, customer_id: str, cid: str) -> None:
        """Laws 2 and 11: the customer reads a dense stream, and no word that is not for it."""
        entries = await self.customer_sees(customer_id, cid)
        assert [e.public_seq for e in entries] == list(range(1, len(entries) + 1))
        shown = json.dumps([projection.for_customer(e) for e in entries])
        said = self.memory.said.get(cid, {}).values()
        private = [s.text for s in said if s.kind != "message" and s.sender != customer_id]
        private += self.memory.notes
        leaked = [text for text in private if text in shown]
        _lawful([Breach(11, f"{cid}: the customer reads {text}") for text in leaked], "memory")


def _compare(cid: str, entries: Sequence[Entry], said: Sequence[Said]) -> list[Breach]:
    found: list[Breach] = []
    stored = Counter(
        (str(e.actor.id), e.client_id, _kind(e), _text(e)) for e in entries if e.client_id and _text(e)
    )
    wanted = Counter(
        (s.sender, s.client_id, s.kind, s.text)
        for s in said
        if s.acknowledged or not s.sender.startswith("c")
    )
    found += [Breach(2, f"{cid}: {gone} is not there") for gone in wanted - stored]
    found += [Breach(2, f"{cid}: {extra} is there, and nobody was told") for extra in stored - wanted]
    by_key = {(e.actor.id, e.client_id): e.seq for e in entries}
    for sender in {s.sender for s in said}:
        order = [by_key.get((sender, s.client_id), 0) for s in said if s.sender == sender and s.acknowledged]
        if order != sorted(order):
            found.append(Breach(2, f"{cid}: messages of {sender} stand in the order {order}"))
    return found


def _kind(entry: Entry) -> str:
    return "whisper" if "to" in entry.data else str(entry.kind)


def _text(entry: Entry) -> str:
    content = entry.data.get("content")
    return str(content["text"]) if content else ""


def _switches(command: Any) -> set[str]:
    """The switches a command needs (section 4)."""
    match command:
        case messages.AgentNotes():
            return {"notes"}
        case handoffs.AskedByAgent():
            notes = {"notes"} if command.note else set()
            if command.kind in SHARES:
                return notes | {"multi_participant"}
            if command.kind is not Kind.TRANSFER:
                return notes
            return notes | ({"transfers"} if command.leave is Leave.ON_COMPLETE else {"transfers", "cold"})
        case _:
            return set()


def _lawful(found: list[Breach], after: str) -> None:
    assert not found, f"after {after}:\n" + "\n".join(str(breach) for breach in found)


def _key(reply: Any) -> object:
    match reply:
        case Entry():
            return reply.id, reply.seq, reply.public_seq
        case Asked():
            return reply.handoff.id
        case Handoff():
            return reply.id
        case Stint() | Hold():
            return reply.id
        case Started():
            return reply.conversation.id
        case _:
            return None


def _configure(tx: Tx, house: House) -> None:
    tx.apply_config(house.agents, house.member_rows)


def _everybody_is_here(tx: Tx, env: Env, house: House) -> None:
    _configure(tx, house)
    _everybody_connects(tx, env, house)
    for agent in house.agents:
        presence.choose(tx, env, presence.Choice(agent.id, Presence.AVAILABLE))
    tx.add_due(opening.timers(tx, env.rules))
    for number in range(CUSTOMERS):
        tx.add_customer(f"c{number}", f"hash-c{number}")


def _everybody_connects(tx: Tx, env: Env, house: House) -> None:
    for agent in house.agents:
        presence.connect(tx, env, presence.Connection(f"sid-{agent.id}", agent.id))


def _due_now(tx: Tx) -> list[DueItem]:
    return tx.due_now(500)
