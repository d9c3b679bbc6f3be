"""Two bots. Ada asks a language model for every answer; Bo does not. A bot that is out answers nothing."""

import random
from dataclasses import dataclass

from batonpass.app import going, handoffs, messages, presence
from batonpass.app.late_summaries import Told
from batonpass.domain import events as e
from batonpass.domain.agents import Presence
from batonpass.domain.handoff import Kind
from batonpass.plugin_api import Maker, Summary, SummaryRequest
from batonpass.simulation.desk import Desk
from batonpass.simulation.ledger import Chat, Ledger, Stint
from batonpass.simulation.people import People, S, text
from batonpass.simulation.plan import BOTS, MINUTE, Plan


@dataclass
class Late:
    """How many summaries the model wrote, and how often it did not answer."""

    made: int = 0
    refused: int = 0


class Bots:
    """Both bots' programs, and the model behind Ada and the late summaries."""

    def __init__(self, desk: Desk, ledger: Ledger, people: People, plan: Plan) -> None:
        self.desk = desk
        self.ledger = ledger
        self.people = people
        self.plan = plan
        self.dice = {bot: random.Random(f"{bot} {plan.seed}") for bot in BOTS}
        self.late = Late()

    def out(self, bot: str) -> bool:
        """Whether this bot answers nothing now: its process is dead, or its model is."""
        return (self.plan.outage if bot == "ada" else self.plan.death).holds(self.desk.now)

    async def come(self, bot: str) -> None:
        await self.desk.do(presence.connect, presence.Connection(f"sid-{bot}", bot))
        await self.desk.do(presence.choose, presence.Choice(bot, Presence.AVAILABLE))

    async def dies(self, bot: str) -> None:
        """Its process is gone: nobody says goodbye, the connection ends."""
        await self.desk.do(presence.disconnect, presence.Gone(f"sid-{bot}"))

    async def summarize(self, request: SummaryRequest) -> Told:
        """What the model says to a late summary's request."""
        if self.plan.outage.holds(self.desk.now):
            self.late.refused += 1
            return Told(None, "the model does not answer")
        self.late.made += 1
        return Told(Summary(Maker("simulation", "1"), issue="Something does not work."))

    def hear(self, effects: list[e.Effect]) -> None:
        greeting: set[tuple[str, str]] = set()
        for effect in effects:
            match effect:
                case e.StintJoined(agent_id=bot) if bot in BOTS:
                    greeting.add((effect.conversation_id, bot))
                    self._joined(self.ledger.chats[effect.conversation_id], effect.stint_id)
                case e.TurnChanged(agent_id=bot, started=True):
                    if (effect.conversation_id, bot) not in greeting:
                        self._turn(self.ledger.chats[effect.conversation_id], bot, effect.turn_id)
                case _:
                    pass

    def _joined(self, chat: Chat, stint_id: str) -> None:
        stint = chat.stints[stint_id]
        dice = self.dice[stint.agent_id]
        of = messages.OfStint(stint.agent_id, stint.id, chat.id)
        self.desk.later(30, lambda: self._unless_out(stint, presence.ready, of))
        if stint.role == "holder":
            hello = messages.AgentSays(stint.agent_id, chat.id, stint.id, f"greet:{stint.id}", text("Hello!"))
            self.desk.later(dice.uniform(0.3, 1.5) * S, lambda: self._says(stint, hello))

    async def _unless_out(self, stint: Stint, use_case: object, command: object) -> object:
        return None if self.out(stint.agent_id) else await self.desk.do(use_case, command)  # type: ignore[arg-type]

    async def _says(self, stint: Stint, said: messages.AgentSays) -> bool:
        stored = await self._unless_out(stint, messages.agent_send, said) is not None
        self.ledger.acknowledged[said.conversation_id, said.agent_id, said.client_id] += stored
        return stored

    def _turn(self, chat: Chat, bot: str, turn_id: str) -> None:
        stint = chat.stint_of(bot)
        if stint is not None:
            self.desk.later(self.dice[bot].uniform(0.4, 3) * S, lambda: self._answer(chat, stint, turn_id))

    async def _answer(self, chat: Chat, stint: Stint, turn_id: str) -> None:
        """The answer of a turn; or, when the bot has heard enough, a person."""
        if self.out(stint.agent_id) or not stint.live or chat.closed:
            return
        need = self.people.needs[chat.id]
        need.bot_turns -= 1
        if need.bot_turns <= 0 and need.person and await self._escalates(chat, stint):
            return
        said = messages.AgentSays(stint.agent_id, chat.id, stint.id, f"re:{turn_id}:1", text("Try this."))
        await self._says(stint, said)
        if need.bot_turns <= 0:
            self.desk.later(need.dice.uniform(5, 20) * S, lambda: self._resolves(chat, stint))
            return
        seq = chat.last_seq

        async def is_silent() -> None:
            if stint.live and chat.last_seq == seq:
                await self._resolves(chat, stint)

        self.desk.later(4 * MINUTE, is_silent)

    async def _escalates(self, chat: Chat, stint: Stint) -> bool:
        asked = handoffs.AskedByAgent(
            stint.agent_id, chat.id, stint.id, self.people.key(), Kind.ESCALATION, reason="needs a person"
        )
        return await self.desk.do(handoffs.ask, asked) is not None

    async def _resolves(self, chat: Chat, stint: Stint) -> None:
        if stint.live and not chat.closed and not self.out(stint.agent_id):
            await self.desk.do(going.resolve, messages.OfStint(stint.agent_id, stint.id, chat.id))
