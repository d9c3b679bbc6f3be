"""Back to the bot, instead of waiting for a person any longer: the customer's own word."""

from dataclasses import dataclass

from batonpass.app.behind import allowed, queue_full
from batonpass.app.cases import keep, lock_agents, open_case
from batonpass.app.handoffs import asked_again, note_answer
from batonpass.app.matching import boundary_of
from batonpass.app.messages import customers_own
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.domain import passing, routing
from batonpass.domain.agents import Agent
from batonpass.domain.case import Case
from batonpass.domain.conversation import Status
from batonpass.domain.errors import ConversationClosed, Unavailable
from batonpass.domain.handoff import Handoff, Kind, Seeks, Target, TargetType
from batonpass.domain.passing import Request
from batonpass.domain.routing import Candidate, Decision, Need

NOBODY_CAN = "No bot can go on with you now. You keep your place."


@dataclass(frozen=True, slots=True)
class AskedForBot:
    """The customer, who waits for a person, goes on with the bot that held before."""

    customer_id: str
    conversation_id: str
    client_id: str


def ask_for_bot(tx: Tx, env: Env, asked: AskedForBot) -> Outcome:
    """The wait for a person ends, and the bot that held before holds again, in this commit.

    With a bot holding nothing changes, and the answer says so.

    Raises:
        Unavailable: nobody waits here for a person, the operator has turned it off, that bot cannot take it, or
            the chat was passed on too often: to and fro it would ring somebody each time.
            Whoever held, or waited, does so still.
        CallerError: the client id was used for another request.
        ConversationClosed, NotFound
    """
    conversation = customers_own(tx, asked.conversation_id, asked.customer_id)
    again = asked_again(tx, env, conversation.id, asked.customer_id, asked.client_id, Kind.HAND_BACK)
    if again is not None:
        return Outcome(again)
    if conversation.status is Status.CLOSED:
        raise ConversationClosed("This chat has ended. Start a new one.")
    case = open_case(tx, env, conversation)
    holder = case.holder
    if holder is not None and holder.bot and (came := tx.handoff(holder.handoff_id)) is not None:
        outcome = keep(tx, case)
        return note_answer(tx, env, outcome, asked.customer_id, asked.client_id, came, already=True)
    handoff = _go(tx, case, asked)
    outcome = keep(tx, case)
    return note_answer(tx, env, outcome, asked.customer_id, asked.client_id, case.handoffs[handoff.id])


def _go(tx: Tx, case: Case, asked: AskedForBot) -> Handoff:
    pending = case.pending_pass()
    if case.holder is not None:
        raise Unavailable(f"{case.agents[case.holder.agent_id].name} is here for you. Nothing changed.")
    if pending is None or pending.seeks is Seeks.BOT:
        raise Unavailable(NOBODY_CAN)
    behind = tx.bots_behind([case.conversation.id], case.rules.hop_limit).get(case.conversation.id)
    if behind is None or not allowed(case.rules, case.conversation.queue_id):
        raise Unavailable(NOBODY_CAN)
    agent_id, queue_id = behind
    bot, decision = _decide(tx, case, agent_id, case.rules.known(queue_id))
    request = Request(
        kind=Kind.HAND_BACK,
        seeks=Seeks.BOT,
        queue_id=queue_id,
        target=Target(TargetType.AGENT, bot.id),
        reason="customer_asked",
        note=pending.note,
        requested_by=asked.customer_id,
        client_id=asked.client_id,
        summary=pending.summary,
        edited=pending.edited,
    )
    return passing.go_back(case, request, pending, bot, decision, boundary_of(tx, case, pending))


def _decide(tx: Tx, case: Case, agent_id: str, queue_id: str) -> tuple[Agent, Decision]:
    """The bot, if it can take it now; locked with whoever has an offer of it, and loses a slot."""
    lock_agents(tx, [case], agent_id)
    bot = tx.agent(agent_id)
    if bot is None:
        raise Unavailable(NOBODY_CAN)
    full = frozenset({bot.id}) if queue_full(tx, bot, queue_id) else frozenset[str]()
    decision = routing.decide([Candidate(bot, 0)], Need(Seeks.BOT, queue_full=full))
    if decision.winner is None:
        raise Unavailable(NOBODY_CAN)
    return bot, decision
