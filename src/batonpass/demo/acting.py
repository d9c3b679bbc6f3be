"""How a representative plays an act, and what helpers and consulted agents do."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog

from batonpass.client import Refused, RepresentativeChat
from batonpass.demo.acts import Act
from batonpass.demo.script import Script
from batonpass.demo.world import BOT_B, EXPERTS, TALKERS, VANISHED_S

if TYPE_CHECKING:
    from batonpass.demo.agents import PlayingPerson

log = structlog.get_logger(__name__)

LOOK_S = 0.05
# How long a giver waits for somebody to come in, and for a deadline or a rule to do the rest.
COMES_IN_S = 8.0
ENDS_S = 10.0
AT_ONCE_S = 0.15
GONE = {"stint_ended", "conversation_closed"}
ENDS = {"completed", "cancelled", "failed", "returned"}


class Acting:
    """One holder playing one act in one conversation."""

    def __init__(self, person: "PlayingPerson", chat: RepresentativeChat, script: Script, act: Act) -> None:
        self.person = person
        self.chat = chat
        self.script = script
        self.act = act
        self.handoff_id = ""

    async def play(self) -> None:
        """Play it. Raises Refused when the baton is gone; other refusals are the end of the act."""
        self.script.busy += 1
        try:
            if self.act.then in ("resolve", "idle") and not await self._with_the_experts():
                return
            self.script.tell(f"{self.person.staff.name} {self.act.name}.")
            await self._play()
        except Refused as refused:
            log.info("act_refused", act=self.act.name, code=refused.code)
            if refused.code in GONE:
                raise
            self.script.tell(f"  That is refused: {refused.code}.")
        finally:
            self.script.busy -= 1
            self.script.helper_leaves = False
            self.script.changed.fire()

    async def _play(self) -> None:
        self.script.helper_leaves = self.act.then == "helper leaves"
        if self.act.kind is not None:
            agent_id = await self._somebody()
            if self.act.answer != "accept":
                self.script.refuse[agent_id] = self.act.answer
            self.handoff_id = await self._ask(agent_id)
            self.person.play.counters.passes += 1
            if self.act.at_once:
                await asyncio.sleep(AT_ONCE_S)
            else:
                await self._meanwhile(self._decided, COMES_IN_S)
        await self._then()

    def _decided(self) -> bool:
        state = self.chat.state_of(self.handoff_id)
        return state in ENDS or (self.act.warm and state == "accepted")

    async def _somebody(self) -> str:
        """Somebody who is not in this chat, and free when possible: it is asked ahead."""
        if self.act.where == "bot":
            return BOT_B.id
        here = {participant.agent_id for participant in self.chat.participants} | {self.person.staff.id}
        others = [staff.id for staff in TALKERS if staff.id not in here]
        others = others[int(self.script.key) % len(others) :] + others[: int(self.script.key) % len(others)]
        if self.act.where != "agent":
            return others[0]
        for agent_id in others:
            target = self.act.target(agent_id)
            if (await self.chat.availability("transfer", target=target)).free:
                return agent_id
        return others[0]

    async def _ask(self, agent_id: str, *, replace: bool = False) -> str:
        kind, target = self.act.kind, self.act.target(agent_id)
        assert kind is not None
        key = self.script.key
        note = self.person.play.private(f"note {key}: {self.act.name}")
        summary = await self.chat.preview(kind) if self.act.warm else None
        edited = self.person.play.private(f"edited {key}: {summary.status}") if summary else None
        asked = await self.chat.hand_off(
            kind,
            target=target,
            leave=self.act.leave,
            seeks="bot" if self.act.where == "bot" else None,
            reason=self.act.name,
            note=note,
            summary_text=edited,
            replace=replace,
            context={"act": self.act.name},
        )
        return asked.handoff_id

    async def _then(self) -> None:
        chat, then = self.chat, self.act.then
        if not chat.live:
            return
        if self.act.warm and chat.state_of(self.handoff_id) in ("accepted", "completed"):
            await self._talk()
        if then == "complete" and chat.state_of(self.handoff_id) == "accepted":
            await chat.complete(self.handoff_id)
        elif then == "cancel" and chat.state_of(self.handoff_id) not in ENDS:
            await chat.cancel(self.handoff_id)
        elif then == "replace":
            await self._elsewhere()
        elif then == "leave":
            await chat.leave()
        elif then == "vanish":
            self.script.tell(f"{self.person.staff.name} is gone.")
            self.person.play.tap.bar(self.person.play.keys[self.person.staff.id], VANISHED_S)
            await asyncio.sleep(VANISHED_S)
        elif then == "remove":
            await self._remove()
        else:
            await self._wait()

    async def _wait(self) -> None:
        """Leave it to others, a deadline or a policy."""
        if self.act.then == "resolve":
            # The customer may have more to say: only where a bot goes on instead of the close.
            if self.script.done or (await self.chat.availability("hand_back")).available:
                await self.chat.resolve()
        elif self.act.then == "idle":
            await self._silence()
        elif self.act.then == "helper leaves":
            await self._meanwhile(lambda: len(self.chat.participants) < 2, COMES_IN_S)
        elif self.handoff_id:
            await self._meanwhile(lambda: self.chat.state_of(self.handoff_id) in ENDS, ENDS_S)

    async def _talk(self) -> None:
        """A word in private to whoever came in, and its answer."""
        name = self.person.staff.name
        others = [p for p in self.chat.participants if p.agent_id != self.person.staff.id]
        if not others:
            return
        words = self._secret(f"what do you say to this, asked by {name}?")
        await self.chat.whisper(words, to=[others[-1].agent_id])
        self.script.tell(f"  {name} whispers to {others[-1].name}.")
        await self._meanwhile(self._answered, 2.0)

    def _answered(self) -> bool:
        mine = self.person.staff.id
        return any(e.is_whisper and e.actor_id != mine for e in reversed(self.chat.transcript))

    def _secret(self, what: str) -> str:
        words = self.person.play.private(f"whisper {self.script.key} {self.chat.stint_id[-6:]}: {what}")
        return self.person.aside(self.chat, words, "whisper")

    async def _elsewhere(self) -> None:
        self.act = Act(self.act.name, "transfer", "agent")
        self.handoff_id = await self._ask(await self._somebody(), replace=True)
        await self._meanwhile(self._decided, COMES_IN_S)

    async def _remove(self) -> None:
        for other in self.chat.participants:
            if other.stint_id != self.chat.stint_id:
                await self.chat.remove(other.stint_id)

    async def _silence(self) -> None:
        """Say nothing until the policy has handed back."""
        try:
            await self.chat.until(lambda chat: not chat.live, ENDS_S)
        except TimeoutError:
            log.info("not_idle", script=self.script.key)

    async def _with_the_experts(self) -> bool:
        """Their queue has the policy. From elsewhere it is passed on, to be played by whoever takes it there."""
        if self.chat.handoff is not None and self.chat.handoff.queue == EXPERTS:
            return True
        await self.chat.transfer(self.act.target(""), leave="now")
        self.script.acts.appendleft((0, self.act))
        return False

    async def _meanwhile(self, holds: Callable[[], bool], limit_s: float) -> None:
        """Go on serving the customer until something holds, or for so long."""
        loop = asyncio.get_running_loop()
        until = loop.time() + limit_s
        while self.chat.live and not self.script.closed and not holds() and loop.time() < until:
            if self.script.next_role == "agent":
                await self.person.reply(self.chat, self.script)
            else:
                await asyncio.sleep(LOOK_S)


async def help_out(person: "PlayingPerson", chat: RepresentativeChat, script: Script) -> None:
    """A helper says a word to the customer and one to the holder, and stays until there is nothing to help with."""
    script.tell(f"{person.staff.name} comes to help.")
    words = person.aside(chat, f"{person.staff.name} here, I can help with that.", "help")
    await chat.send(words, client_id=f"{chat.stint_id}:help")
    await _whisper(person, chat, script, "I have said hello")
    if script.helper_leaves:
        await chat.leave()
    await chat.until(lambda now: not now.live)


async def advise(person: "PlayingPerson", chat: RepresentativeChat, script: Script) -> None:
    """A consulted agent answers what it is asked in whispers; the customer never knows."""
    script.tell(f"{person.staff.name} listens in, unseen by the customer.")
    me = person.staff.id

    def asked(now: RepresentativeChat) -> bool:
        new = (entry for entry in now.transcript if entry.number > chat.boundary_seq)
        return any(entry.is_whisper and entry.actor_id != me for entry in new)

    await chat.until(lambda now: not now.live or asked(chat))
    if not chat.live:
        return
    await _whisper(person, chat, script, "I would say yes")
    if script.helper_leaves:
        await chat.leave()
    await chat.until(lambda now: not now.live)


async def _whisper(person: "PlayingPerson", chat: RepresentativeChat, script: Script, what: str) -> None:
    words = person.play.private(f"whisper {script.key} {chat.stint_id[-6:]}: {what}")
    await chat.whisper(person.aside(chat, words, "whisper"))
