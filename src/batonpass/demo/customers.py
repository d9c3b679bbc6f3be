"""The customers: each replays its lines of a dialogue, as impatient and as badly connected as its course says."""

import asyncio

import structlog

from batonpass.client import CustomerClient, Entry, Refused
from batonpass.demo.play import TIMING, Play
from batonpass.demo.script import TURN, Script
from batonpass.demo.world import CHIEF, TALKERS
from batonpass.protocol.events import AgentAdded, AgentRemoved, ConversationClosed
from batonpass.tasks import spawn

log = structlog.get_logger(__name__)

# After this long without an answer the customer writes again, each time later, so often, and then gives up.
NUDGE_S = 6.0
NUDGE_LONGEST_S = 20.0
NUDGES = 15
# How long a customer whose chat is solved waits for the representative to close it.
PATIENCE_S = 3.0
END_S = 60.0
# How long a customer lets people act at the end.
ACTS_S = 25.0
PEOPLE_NAMES = {staff.name for staff in [*TALKERS, CHIEF]}


class Customer:
    """One customer and one chat."""

    def __init__(self, play: Play, script: Script) -> None:
        self.play = play
        self.script = script
        self.name = f"customer-{script.key}"
        self.client = CustomerClient(play.tap.url, timing=TIMING)
        self._nudges = 0
        self._extras = 0

    async def perform(self) -> None:
        """Play the chat from its start to its close. Raises TimeoutError when it does not come to one."""
        await self.client.connect()
        self.play.plan.client(self.name, "customer", str(self.client.token))
        self.client.on_entry(self._heard)
        try:
            await self._open()
            # One that was closed under way has turns left, which the judge will miss.
            while not (self.script.done or self.script.closed):
                await self._step()
            await self._finish()
        finally:
            await self.client.close()

    @property
    def token(self) -> str:
        """Its session's token: whoever has it is this customer."""
        return str(self.client.token)

    async def _open(self) -> None:
        script = self.script
        context = {"journey": script.course.journey, "script": script.key}
        started = await self.client.start(context, client_id=f"start-{script.key}")
        script.conversation_id, script.customer = started.conversation_id, self.name
        self.play.by_conversation[script.conversation_id] = script
        self.play.plan.write(
            "conversation",
            client=self.name,
            conversation=script.conversation_id,
            dialogue=script.dialogue.id,
            turns=len(script.dialogue.turns),
            journey=script.course.journey,
        )
        script.changed.fire()

    async def _step(self) -> None:
        if self.script.next_role == "customer":
            await self._speak()
        else:
            await self._wait()

    async def _speak(self) -> None:
        script, index = self.script, self.script.position
        turn = script.turn
        assert turn is not None
        cut = script.course.cuts.get(index)
        if cut is not None:
            self.play.cut(cut, self.token, script)
        if script.asks_now() and not script.course.interrupts:
            await self._ask_for_human()
        client_id = script.customer_said = f"{TURN}{index}"
        await self._say(turn.text, client_id, index, "turn")
        self.play.said(script, index, self.name)
        if script.asks_now():
            await self._ask_for_human()

    async def _say(self, text: str, client_id: str, turn: int | None, purpose: str) -> None:
        self.play.plan.send(
            self.name, self.script.conversation_id, text, client_id=client_id, turn=turn, purpose=purpose
        )
        await self.client.send(text, client_id=client_id)

    async def _ask_for_human(self) -> None:
        self.script.escalated = True
        self.play.counters.passes += 1
        try:
            await self.client.ask_for_human("I would rather talk to a person.", client_id="human")
        except Refused as refused:
            log.info("human_refused", code=refused.code)

    async def _wait(self) -> None:
        """Wait for the agent's side; a customer who waits long writes again, which gives a bot a new turn."""
        script, index = self.script, self.script.position
        cut = script.course.cuts.get(index)
        if cut is not None:
            self.play.cut(cut, self.token, script)
        try:
            patience = min(NUDGE_S * (1 + self._nudges / 2), NUDGE_LONGEST_S)
            await script.changed.until(lambda: script.closed or script.position != index, patience)
            self._nudges = 0
        except TimeoutError:
            self._nudges += 1
            if self._nudges > NUDGES:
                raise
            self.play.counters.nudges += 1
            await self._extra("Are you still there?", "nudge")

    async def _extra(self, text: str, purpose: str) -> None:
        """Say something that is not in the dialogue."""
        self._extras += 1
        try:
            await self._say(text, f"extra-{self._extras}", None, purpose)
        except Refused as refused:
            # The chat may be over by now; then it is no message, and the judge will see the refusal.
            log.info("extra_refused", code=refused.code)

    def _heard(self, entry: Entry) -> None:
        script = self.script
        holds = entry.data.get("role") == "holder"
        if entry.event == AgentAdded.event and holds:
            giver = script.holder
            script.held_by.append(str(entry.data["agent"]["name"]))
            script.tell(
                f"The baton goes from {giver} to {script.holder}." if giver else f"{script.holder} takes it."
            )
        elif entry.event == AgentRemoved.event and holds:
            script.held_by.append("")
            script.tell("Nobody holds the baton; the customer waits.")
            if script.course.gap_words and not script.gap_said and not script.done:
                script.gap_said = True
                spawn(self._extra("Am I being passed on?", "gap"), name=f"gap-{script.key}")
        elif entry.event == ConversationClosed.event:
            script.closed = True
            script.tell("The chat is closed.")
        if entry.text and not entry.is_message:
            script.tell(f"  The customer reads: {entry.text}")
        script.changed.fire()

    async def _finish(self) -> None:
        script = self.script
        if not script.course.ends_in_flight:
            await self._let_them_act()
        if script.course.resolves and script.escalated:
            try:
                await script.changed.until(lambda: script.closed, PATIENCE_S)
            except TimeoutError:
                log.debug("not_resolved", script=script.key)
        if not script.closed:
            await self._end()
        await self.client.find(lambda entry: entry.event == ConversationClosed.event, END_S)

    async def _let_them_act(self) -> None:
        """Stay while people still do something with the chat, or would."""
        script = self.script
        closing = script.course.watched == "close"

        def over() -> bool:
            waiting = closing or (bool(script.acts) and script.holder in PEOPLE_NAMES)
            return script.closed or not (script.busy or waiting)

        try:
            await script.changed.until(over, ACTS_S)
        except TimeoutError:
            log.debug("still_acting", script=script.key)

    async def _end(self) -> None:
        try:
            await self.client.end()
        except Refused as refused:
            if refused.code != "conversation_closed":
                raise


async def perform(play: Play, script: Script, limit_s: float) -> Customer:
    """Play one conversation; one that does not end within `limit_s` seconds counts as stuck."""
    customer = Customer(play, script)
    play.running[script.key] = script
    play.counters.started += 1
    try:
        async with asyncio.timeout(limit_s):
            await customer.perform()
        play.counters.finished += 1
    except TimeoutError:
        play.counters.stuck += 1
        log.error("conversation_stuck", script=script.key, position=script.position, holder=script.holder)
    finally:
        del play.running[script.key]
        play.progress.fire()
    return customer
