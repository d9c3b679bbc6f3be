"""The bots and the representatives: they say the agent's lines of whatever dialogue they hold, and pass it on."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from batonpass.client import (
    Bot,
    BotChat,
    Chat,
    Entry,
    Message,
    Offer,
    Refused,
    RepresentativeChat,
    RepresentativeClient,
)
from batonpass.demo.acting import Acting, advise, help_out
from batonpass.demo.play import TIMING, Play
from batonpass.demo.script import TURN, Script
from batonpass.demo.world import BOT_B, FRONT, VANISHED_S, Staff
from batonpass.protocol.events import ConversationContext, StintUpdated
from batonpass.tasks import spawn

log = structlog.get_logger(__name__)

STAYS = {
    "now": "",
    "on_accept": " and stays until a person is in",
    "on_complete": " and talks to the person first",
}
WAITING = {"requested", "queued", "offered"}

Say = Callable[[str], Awaitable[Any]]

# How long somebody who missed an offer stays away before coming back.
AWAY_S = 0.2
ACCEPT_S = 20.0


class Agent:
    """What bots and representatives have in common: their lines."""

    def __init__(self, play: Play, staff: Staff) -> None:
        self.play = play
        self.staff = staff
        play.plan.client(staff.id, staff.kind, play.keys[staff.id], staff.name, staff.capacity)

    def script_of(self, chat: Chat) -> Script | None:
        """The script a chat belongs to: by its id, or by its context before its customer has heard that id."""
        return self.play.by_conversation.get(chat.conversation_id) or self.play.scripts.get(
            chat.context.get("script", "")
        )

    def holds(self, chat: Chat) -> None:
        """Say that this agent's client came to hold a conversation."""
        self.play.holders[chat.conversation_id] = self.play.keys[self.staff.id]
        self.play.took_part.add((self.staff.id, chat.conversation_id))

    async def speak(self, chat: Chat, script: Script, say: Say) -> None:
        """Say the agent's next line, if it is one's turn. Raises Refused when the baton went on."""
        async with script.speaking:
            index, turn = script.position, script.turn
            if turn is None or turn.role != "agent" or not chat.live:
                return
            # The library makes a bot's client ids, so the judge finds the message by its words.
            self.play.plan.send(self.staff.id, chat.conversation_id, turn.text, turn=index)
            await say(turn.text)
            self.play.said(script, index, self.staff.name)

    def aside(self, chat: Chat, text: str, purpose: str) -> str:
        """Put something that is not in the dialogue into the plan."""
        self.play.plan.send(self.staff.id, chat.conversation_id, text, purpose=purpose)
        return text


class PlayingBot(Agent):
    """A bot that greets, answers, escalates; and hangs or talks on after its pass where the course says so."""

    def __init__(self, play: Play, staff: Staff) -> None:
        super().__init__(play, staff)
        self.bot = Bot(play.tap.url, play.keys[staff.id], timing=TIMING)
        self.bot.on_greet(self._greet)
        self.bot.on_message(self._answer)
        self.bot.on_whisper(self._advise)
        self.bot.on(ConversationContext.event)(self._came_in)

    def _came_in(self, envelope: dict[str, Any]) -> None:
        """Also as consulted, without a greeting."""
        self.play.took_part.add((self.staff.id, str(envelope.get("conversation_id"))))

    async def _advise(self, chat: BotChat, asked: Entry) -> None:
        words = self.play.private(f"whisper of {self.staff.name} {chat.stint_id[-6:]}: I would say yes")
        await chat.whisper(self.aside(chat, words, "whisper"), to=[str(asked.actor_id)])

    async def _greet(self, chat: BotChat) -> None:
        script = self.script_of(chat)
        if script is None:
            return
        self.holds(chat)
        await chat.reply(self.aside(chat, f"Hello, this is {self.staff.name}.", "greeting"))
        await self._lines(chat, script)

    async def _answer(self, chat: BotChat, message: Message) -> None:
        script = self.script_of(chat)
        if script is None:
            return
        self._heard(script, message)
        if script.hangs_now():
            script.hung = True
            await chat.until(lambda now: not now.live)
        elif script.escalates_now() and await self._escalate(chat, script):
            if chat.live and script.course.escalate_leave != "now":
                await self._lines(chat, script)
            else:
                await self._talk_on(chat, script)
        else:
            await self._lines(chat, script)

    def _heard(self, script: Script, message: Message) -> None:
        """What came here is stored, whether or not its sender has been told so yet."""
        for entry in message.entries:
            client_id = str(entry.data.get("client_id", ""))
            if client_id.startswith(TURN):
                self.play.said(script, int(client_id.removeprefix(TURN)), script.customer)

    async def _lines(self, chat: BotChat, script: Script) -> None:
        while chat.live and script.next_role == "agent":
            await self.speak(chat, script, chat.reply)

    async def _escalate(self, chat: BotChat, script: Script) -> bool:
        script.escalated = True
        note = self.play.private(f"note {script.key}: for the next agent only")
        secret = self.play.private(f"ticket-{script.key}-{chat.stint_id[-6:]}")
        leave = script.course.escalate_leave
        # The queue behind the people has none: from there it is back to the front.
        queue = FRONT if self.staff is BOT_B else None
        try:
            asked = await chat.escalate(
                "the bot cannot help", note=note, context={"ticket": secret}, leave=leave, queue=queue
            )
        except Refused as refused:
            log.info("escalation_refused", code=refused.code)
            return False
        self.play.counters.passes += 1
        script.tell(f"{self.staff.name} escalates{STAYS[leave]}.")
        if leave != "now":
            spawn(self._stay(chat, script, asked.handoff_id), name=f"stay-{script.key}")
        return True

    async def _stay(self, chat: BotChat, script: Script, handoff_id: str) -> None:
        """Warm, by a bot: a word in private to whoever comes, and over to them."""
        await chat.until(lambda now: not now.live or now.state_of(handoff_id) not in WAITING)
        receiver = chat.handoffs[handoff_id].receiver if handoff_id in chat.handoffs else None
        try:
            if chat.live and chat.state_of(handoff_id) == "accepted" and receiver is not None:
                words = self.play.private(f"whisper {script.key} {chat.stint_id[-6:]}: over to you")
                await chat.whisper(self.aside(chat, words, "whisper"), to=[str(receiver.id)])
                await chat.complete(handoff_id)
        except Refused as refused:
            log.info("not_completed", code=refused.code)
        # Where nothing came of it, it is asked again.
        script.escalated = not chat.live or chat.state_of(handoff_id) in ("completed", "accepted")

    async def _talk_on(self, chat: BotChat, script: Script) -> None:
        """A late reply: the pass is stored, the bot does not care."""
        if not script.course.late_words:
            return
        words = self.play.private(f"late words {script.key} of {self.staff.name}")
        try:
            await chat.reply(self.aside(chat, words, "late"))
        except Refused:
            self.play.counters.late += 1


class PlayingPerson(Agent):
    """A representative who takes, leaves or misses offers, answers, hands back or resolves."""

    def __init__(self, play: Play, staff: Staff) -> None:
        super().__init__(play, staff)
        self.client = RepresentativeClient(play.tap.url, play.keys[staff.id], timing=TIMING)
        self.client.on_offer(self._offered)
        self.client.on_chat(self._serve)
        self.client.on(StintUpdated.event)(self._stint_changed)

    async def come_back(self) -> None:
        """Go on available whenever an offer was missed. Never returns."""
        while True:
            await self.client.changed.until(lambda: self.client.presence == "missed")
            self.play.counters.missed += 1
            await asyncio.sleep(AWAY_S)
            await self.client.available()

    async def _offered(self, offer: Offer) -> None:
        script = self.play.scripts.get(offer.context.get("script", ""))
        refuses = script.refuse.pop(self.staff.id, "") if script else ""
        try:
            if refuses == "miss":
                await offer.ended()
            elif refuses == "decline":
                self.play.counters.declined += 1
                await offer.decline("in a meeting")
            elif script and script.course.misses and not script.missed:
                script.missed = True
                await offer.ended()
            elif script and script.course.declines and not script.declined:
                script.declined = True
                self.play.counters.declined += 1
                await offer.decline("busy with something else")
            else:
                # Noted before: who vanishes between the acceptance and its answer was in it all the same.
                self.play.took_part.add((self.staff.id, offer.info.conversation_id))
                await offer.accept(ACCEPT_S)
        except Refused as refused:
            self._not_in(offer)
            log.info("offer_gone", code=refused.code)
        except TimeoutError:
            # Taken, and over before its packets were read: what there was is read again at the end.
            log.error("no_packets", stint="after accept")

    def _not_in(self, offer: Offer) -> None:
        """This offer was refused: unless an earlier one was not, this agent was never in there."""
        conversation_id = offer.info.conversation_id
        if all(chat.conversation_id != conversation_id for chat in self.client.chats.values()):
            self.play.took_part.discard((self.staff.id, conversation_id))

    def _stint_changed(self, envelope: dict[str, Any]) -> None:
        script = self.play.by_conversation.get(str(envelope.get("conversation_id")))
        if script is not None:
            script.changed.fire()

    async def _serve(self, chat: RepresentativeChat) -> None:
        script = self.script_of(chat)
        if script is None:
            return
        if chat.role != "holder":
            await self._serve_beside(chat, script)
            return
        self.holds(chat)
        script.escalated = True
        if script.course.vanishes and not script.vanished:
            script.vanished = True
            self.play.tap.bar(self.play.keys[self.staff.id], VANISHED_S)
        try:
            await self._work(chat, script)
        except Refused as refused:
            log.info("baton_gone", code=refused.code)

    async def _serve_beside(self, chat: RepresentativeChat, script: Script) -> None:
        try:
            await (help_out if chat.role == "helper" else advise)(self, chat, script)
        except Refused as refused:
            log.info("no_more_help", code=refused.code)

    async def _work(self, chat: RepresentativeChat, script: Script) -> None:
        while chat.live and not script.closed:
            if (act := script.act_now()) is not None:
                await Acting(self, chat, script, act).play()
                script.escalated = chat.live or not script.acts
            elif script.next_role == "agent":
                await self.reply(chat, script)
            elif script.hands_back_now():
                if await self._hand_back(chat, script):
                    return
            elif script.done and script.course.resolves:
                await chat.resolve()
                return
            else:
                place = script.position
                await script.changed.until(
                    lambda: not chat.live or script.closed or script.position != place  # noqa: B023
                )

    async def reply(self, chat: RepresentativeChat, script: Script) -> None:
        """Answer what stands in one's own timeline: nobody replies to what has not come yet."""
        wanted = script.customer_said
        if wanted is not None:
            await chat.until(lambda now: not now.live or _has(now, wanted))
        index = script.position
        if chat.live:
            await self.speak(chat, script, lambda text: chat.send(text, client_id=f"{chat.stint_id}:{index}"))

    async def _hand_back(self, chat: RepresentativeChat, script: Script) -> bool:
        script.handed_back = True
        script.tell(f"{self.staff.name} hands back.")
        note = self.play.private(f"back {script.key}: settled by {self.staff.name}")
        try:
            await chat.hand_back(note, reason="settled")
        except Refused as refused:
            log.info("hand_back_refused", code=refused.code)
            return not chat.live
        self.play.counters.passes += 1
        if int(script.key) % 2:
            # The others leave it to the limit.
            spawn(_finish(chat), name=f"finish-{script.key}")
        return True


def _has(chat: Chat, client_id: str) -> bool:
    return any(entry.data.get("client_id") == client_id for entry in reversed(chat.transcript))


async def _finish(chat: RepresentativeChat) -> None:
    try:
        await chat.finish()
    except Refused as refused:
        log.debug("finish_refused", code=refused.code)
