"""Customers and representatives: what they do when, drawn from dice that each chat and each of them has."""

import random
from dataclasses import dataclass, field
from typing import Any

from batonpass.app import (
    answers,
    care,
    customers,
    going,
    handoffs,
    holds,
    messages,
    presence,
    reopening,
    taking,
)
from batonpass.domain import events as e
from batonpass.domain.agents import Presence
from batonpass.domain.care import Survey
from batonpass.domain.handoff import Kind, Leave, State, Target, TargetType
from batonpass.simulation.desk import Desk
from batonpass.simulation.ledger import Chat, Ledger, Stint
from batonpass.simulation.plan import CODES, MINUTE, Plan

S = 1_000
SILENT_MS = 3 * MINUTE
"""After so long without a word of the customer a representative calls it solved."""


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


@dataclass
class Need:
    """What a customer came for. `bot_turns`: so many answers of a bot until it knows what to do. `talks`: so many
    answers of a person until it is solved. `patience`: so long it waits for a person."""

    dice: random.Random
    person: bool
    asks: bool
    vanishes: bool
    returns: bool
    bot_turns: int
    talks: int
    patience: int
    billing: bool
    specials: set[str] = field(default_factory=set)

    @classmethod
    def drawn(cls, dice: random.Random) -> "Need":
        return cls(
            dice=dice,
            person=dice.random() < 0.58,
            asks=dice.random() < 0.12,
            vanishes=dice.random() < 0.04,
            returns=dice.random() < 0.04,
            bot_turns=dice.randint(1, 3),
            talks=dice.randint(2, 6),
            patience=int(dice.expovariate(1 / (6 * MINUTE))) + 45 * S,
            billing=dice.random() < 0.25,
        )


class People:
    """All customers and representatives of a morning."""

    def __init__(self, desk: Desk, ledger: Ledger, plan: Plan, reps: list[str]) -> None:
        self.desk = desk
        self.ledger = ledger
        self.plan = plan
        self.reps = {name: random.Random(f"{name} {plan.seed}") for name in reps}
        self.needs: dict[str, Need] = {}
        self.away: set[str] = set()
        self._keys = 0

    def key(self) -> str:
        self._keys += 1
        return f"k{self._keys}"

    # --- customers --------------------------------------------------------------------------------

    async def begin_chat(self, number: int) -> None:
        """A customer comes with something; some have been here before."""
        need = Need.drawn(random.Random(f"need {number} {self.plan.seed}"))
        customer_id = f"c{number:05d}"
        old = (
            [chat for chat in self.ledger.chats.values() if chat.closed] if need.dice.random() < 0.06 else []
        )
        if old:
            customer_id = need.dice.choice(old).customer_id
        else:
            await self.desk.do(
                customers.new_session, customers.NewSession(customer_id, f"hash-{customer_id}")
            )
        variables = {"topic": "billing"} if need.billing else {}
        start = customers.StartChat(customer_id, f"start{number}", variables)
        started = await self.desk.do(customers.start_chat, start)
        if started is None or not started.created:
            return
        chat = Chat(started.conversation.id, customer_id, self.desk.now)
        self.needs[chat.id] = need
        self.ledger.begin(chat)
        self._wait(self.ledger.chats[chat.id])
        self.desk.later(need.dice.uniform(1, 5) * S, lambda: self.customer_says(chat.id, "it does not work"))

    async def customer_says(self, cid: str, words: str) -> None:
        chat = self.ledger.chats[cid]
        if chat.closed:
            return
        key = self.key()
        said = messages.CustomerSays(chat.customer_id, cid, key, text(words))
        if await self.desk.do(messages.customer_send, said) is not None:
            self.ledger.acknowledged[cid, chat.customer_id, key] += 1

    async def writes_again(self, cid: str) -> None:
        """After the end: within its queue's window the chat opens again."""
        chat = self.ledger.chats[cid]
        if not chat.closed:
            return
        key = self.key()
        said = messages.CustomerSays(chat.customer_id, cid, key, text("one more thing"))
        if await self.desk.do(reopening.write_again, reopening.WritesAgain(said)) is not None:
            self.ledger.acknowledged[cid, chat.customer_id, key] += 1

    async def wants_a_person(self, cid: str) -> None:
        chat = self.ledger.chats[cid]
        if not chat.closed and chat.holder is not None and chat.holder.bot:
            asked = handoffs.AskedByCustomer(chat.customer_id, cid, self.key())
            await self.desk.do(handoffs.ask_for_human, asked)

    async def ends(self, cid: str) -> None:
        chat = self.ledger.chats[cid]
        if not chat.closed:
            await self.desk.do(customers.end_chat, customers.EndChat(chat.customer_id, cid))

    def _wait(self, chat: Chat) -> None:
        """Nobody holds: the customer waits as long as it has patience, and some write meanwhile."""
        need, since = self.needs[chat.id], chat.waiting_since
        if since is None:
            return

        async def gives_up() -> None:
            if chat.waiting_since == since:
                await self.ends(chat.id)

        async def writes() -> None:
            if chat.waiting_since == since:
                await self.customer_says(chat.id, "is anybody there?")

        self.desk.later(need.patience, gives_up)
        if need.dice.random() < 0.15:
            self.desk.later(need.dice.uniform(20, 90) * S, writes)

    def _answers(self, chat: Chat, bot: bool) -> None:
        """An agent wrote: the customer answers, unless it has gone."""
        need = self.needs[chat.id]
        if need.vanishes and need.dice.random() < 0.5:
            return
        if bot and need.asks:
            need.asks = False
            self.desk.later(need.dice.uniform(2, 12) * S, lambda: self.wants_a_person(chat.id))
            return
        words = "yes" if bot else "and then?"
        self.desk.later(need.dice.uniform(4, 45) * S, lambda: self.customer_says(chat.id, words))

    # --- what they hear -----------------------------------------------------------------------------

    def hear(self, effects: list[e.Effect]) -> None:
        for effect in effects:
            match effect:
                case e.EntriesWritten():
                    self._heard(self.ledger.chats[effect.conversation_id], effect)
                case e.SurveyAsked(survey):
                    self._asked(survey)
                case e.OfferChanged(made=True):
                    self._offered(effect)
                case e.StintJoined():
                    self._joined(self.ledger.chats[effect.conversation_id], effect.stint_id)
                case e.HandoffChanged(handoff) if handoff.state is State.ACCEPTED and handoff.giver_agent_id:
                    self._may_complete(handoff.giver_agent_id, handoff.id)
                case _:
                    pass

    def _heard(self, chat: Chat, effect: e.EntriesWritten) -> None:
        if chat.id not in self.needs:
            return
        need = self.needs[chat.id]
        for entry in effect.entries:
            if entry.kind == "message" and entry.public_seq is not None:
                if entry.actor.type == "customer":
                    self._customer_wrote(chat)
                else:
                    self._answers(chat, entry.actor.type == "bot")
            elif entry.kind == "closed" and need.returns:
                need.returns = False
                self.desk.later(need.dice.uniform(20, 400) * S, lambda: self.writes_again(chat.id))
        if chat.waiting_since == self.desk.now:
            self._wait(chat)

    def _asked(self, survey: Survey) -> None:
        """How was it? One in three says so."""
        dice = self.needs[survey.conversation_id].dice
        if dice.random() < 0.35:
            score = dice.choice([5, 5, 4, 4, 3, 1])
            self.desk.later(dice.uniform(5, 90) * S, lambda: self._scores(survey, score))

    async def _scores(self, survey: Survey, score: int) -> None:
        given = care.GiveScore(survey.customer_id, survey.id, score)
        if await self.desk.do(care.give_score, given) is not None:
            self.ledger.scores[survey.id] = score

    # --- representatives ------------------------------------------------------------------------------

    async def come(self, name: str) -> None:
        await self.desk.do(presence.connect, presence.Connection(f"sid-{name}", name))
        await self.back(name)

    async def back(self, name: str) -> None:
        self.away.discard(name)
        await self.desk.do(presence.choose, presence.Choice(name, Presence.AVAILABLE))

    async def take_a_break(self, name: str) -> None:
        """Away for lunch; some shut the lid, and what they still have goes to others."""
        self.away.add(name)
        await self.desk.do(presence.choose, presence.Choice(name, Presence.AWAY))
        shuts = self.reps[name].random() < 0.2
        if shuts:
            await self.desk.do(presence.disconnect, presence.Gone(f"sid-{name}"))
        self.desk.later(self.plan.pause, lambda: self.come(name) if shuts else self.back(name))

    async def loses_connection(self, name: str, ms: int) -> None:
        await self.desk.do(presence.disconnect, presence.Gone(f"sid-{name}"))
        self.desk.later(ms, lambda: self.come(name))

    def _offered(self, effect: e.OfferChanged) -> None:
        dice = self.reps[effect.agent_id]
        chance, offer_id, name = dice.random(), effect.offer_id, effect.agent_id
        if chance < 0.025:  # It is not heard: away until somebody looks.
            self.desk.later(dice.uniform(90, 240) * S, lambda: self._notices(name))
        elif chance < 0.06:
            self.desk.later(
                dice.uniform(2, 9) * S, lambda: self._answer(answers.decline, name, offer_id, "declined")
            )
        else:
            self.desk.later(
                dice.uniform(1.5, 9) * S, lambda: self._answer(answers.accept, name, offer_id, "accepted")
            )

    async def _answer(self, use_case: Any, name: str, offer_id: str, intent: str) -> None:
        self.ledger.intent[offer_id] = intent
        if await self.desk.do(use_case, answers.OfferAnswer(name, offer_id)) is None and intent == "accepted":
            self.ledger.intent.pop(offer_id)

    async def _notices(self, name: str) -> None:
        if name not in self.away:
            await self.back(name)

    def _joined(self, chat: Chat, stint_id: str) -> None:
        stint = chat.stints.get(stint_id)
        if stint is None or stint.agent_id not in self.reps:
            return
        dice = self.reps[stint.agent_id]
        of = messages.OfStint(stint.agent_id, stint.id, chat.id)
        self.desk.later(100, lambda: self.desk.do(presence.ready, of))
        if stint.role == "holder":
            self.desk.later(dice.uniform(4, 20) * S, lambda: self.replies(chat, stint))
        elif stint.role == "helper":
            self.desk.later(dice.uniform(8, 20) * S, lambda: self.says(chat, stint, "let me help"))
            self.desk.later(dice.uniform(30, 90) * S, lambda: self.leaves(chat, stint))

    def _customer_wrote(self, chat: Chat) -> None:
        stint = chat.holder
        if stint is not None and stint.agent_id in self.reps:
            dice = self.reps[stint.agent_id]
            self.desk.later(dice.uniform(15, 80) * S, lambda: self.replies(chat, stint))

    async def says(self, chat: Chat, stint: Stint, words: str) -> bool:
        key = self.key()
        said = messages.AgentSays(stint.agent_id, chat.id, stint.id, key, text(words))
        stored = await self.desk.do(messages.agent_send, said) is not None
        self.ledger.acknowledged[chat.id, stint.agent_id, key] += stored
        return stored

    async def replies(self, chat: Chat, stint: Stint) -> None:
        """The next answer, or what the chat comes to instead."""
        if not stint.live or chat.closed:
            return
        need = self.needs[chat.id]
        need.talks -= 1
        if need.talks > 0 and need.dice.random() < 0.08 and await self._something_else(chat, stint):
            return
        if not await self.says(chat, stint, "please try this"):
            return
        if need.talks <= 0:
            self.desk.later(need.dice.uniform(5, 15) * S, lambda: self.finishes(chat, stint))
            return
        seq = chat.last_seq

        async def is_silent() -> None:
            if stint.live and chat.last_seq == seq:
                await self.finishes(chat, stint)

        self.desk.later(SILENT_MS, is_silent)

    async def finishes(self, chat: Chat, stint: Stint) -> None:
        """Solved: the close, or now and then the bot goes on; after-work follows."""
        if not stint.live or chat.closed:
            return
        need = self.needs[chat.id]
        if need.dice.random() < 0.08 and "hand_back" not in need.specials:
            need.specials.add("hand_back")
            need.bot_turns = need.dice.randint(1, 2)
            need.person = False
            await self._asks(chat, stint, Kind.HAND_BACK, None, None)
        else:
            await self.desk.do(going.resolve, messages.OfStint(stint.agent_id, stint.id, chat.id))
        self.desk.later(need.dice.uniform(8, 60) * S, lambda: self._wraps_up(chat, stint))

    async def _wraps_up(self, chat: Chat, stint: Stint) -> None:
        """Most say what it was about; who takes too long has not."""
        dice = self.needs[chat.id].dice
        code = dice.choice(CODES) if dice.random() < 0.85 else None
        done = presence.Finishes(stint.agent_id, stint.id, chat.id, disposition=code)
        refused = self.desk.refused.total()
        await self.desk.do(presence.finish_wrap_up, done)
        if code is not None and self.desk.refused.total() == refused:
            self.ledger.codes[stint.id] = code

    async def leaves(self, chat: Chat, stint: Stint) -> None:
        if stint.live:
            await self.desk.do(going.leave, going.Leaves(stint.agent_id, stint.id, chat.id))

    async def _something_else(self, chat: Chat, stint: Stint) -> bool:
        """A transfer, an invitation or a hold, each once in a chat. Whether somebody else has it from now on."""
        need = self.needs[chat.id]
        kinds = ["cold", "on_accept", "warm", "invite", "hold", "hold"]
        what = need.dice.choice(kinds)
        if what in need.specials:
            return False
        need.specials.add(what)
        other = Target(TargetType.QUEUE, need.dice.choice(["service", "billing"]))
        match what:
            case "invite":
                return await self._asks(chat, stint, Kind.INVITATION, other, None) and False
            case "hold":
                return await self._holds(chat, stint)
            case "cold":
                return await self._asks(chat, stint, Kind.TRANSFER, other, Leave.NOW)
            case "warm":
                return await self._asks(chat, stint, Kind.TRANSFER, other, Leave.ON_COMPLETE) and False
        return await self._asks(chat, stint, Kind.TRANSFER, other, Leave.ON_ACCEPT) and False

    async def _asks(
        self, chat: Chat, stint: Stint, kind: Kind, target: Target | None, leave: Leave | None
    ) -> bool:
        asked = handoffs.AskedByAgent(stint.agent_id, chat.id, stint.id, self.key(), kind, target, leave)
        return await self.desk.do(handoffs.ask, asked) is not None

    async def _holds(self, chat: Chat, stint: Stint) -> bool:
        dice = self.needs[chat.id].dice
        parked = holds.Holds(
            stint.agent_id, chat.id, stint.id, self.key(), "asks a colleague", for_ms=8 * MINUTE
        )
        if await self.desk.do(holds.put_on_hold, parked) is None:
            return False
        if dice.random() < 0.4:
            self.desk.later(dice.uniform(30, 300) * S, lambda: self.customer_says(chat.id, "are you there?"))
        elif dice.random() < 0.7:
            self.desk.later(dice.uniform(60, 400) * S, lambda: self._resumes(chat, stint.agent_id))
        return True

    async def _resumes(self, chat: Chat, name: str) -> None:
        if chat.held and not chat.closed:
            await self.desk.do(taking.pick_up, taking.Takes(name, chat.id, self.key()))

    def _may_complete(self, name: str, handoff_id: str) -> None:
        """Both have talked: the giver completes, takes it back, or forgets it until the deadline."""
        dice = self.reps.get(name)
        if dice is None:
            return
        of, chance = handoffs.OfHandoff(name, handoff_id), dice.random()
        if chance < 0.9:
            use_case = handoffs.complete if chance < 0.78 else handoffs.cancel
            self.desk.later(dice.uniform(10, 60) * S, lambda: self.desk.do(use_case, of))
