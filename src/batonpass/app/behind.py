"""The bot behind a wait: to whom a customer who waits for a person may go back, instead of waiting any longer."""

from collections.abc import Iterable

from batonpass.app.ports import Tx
from batonpass.domain import routing
from batonpass.domain.agents import Agent
from batonpass.domain.handoff import Seeks
from batonpass.domain.routing import Need
from batonpass.domain.rules import Rules


def queue_full(tx: Tx, bot: Agent, queue_id: str) -> bool:
    """Whether its membership allows no more chats of this queue. One without a limit has any number."""
    member = tx.candidate(queue_id, bot.id) if bot.limited else None
    return member is not None and member.queue_full


def allowed(rules: Rules, queue_id: str) -> bool:
    """Whether the operator lets those who wait in this queue go back."""
    found = rules.queues.get(queue_id)
    return found is None or found.back_to_bot


def names(tx: Tx, rules: Rules, waiting: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Public names of the bots that these may go back to, by conversation: of `(conversation, queue)` that wait for a
    person there. However many they are, they are read together."""
    chats = [conversation_id for conversation_id, queue_id in waiting if allowed(rules, queue_id)]
    behind = tx.bots_behind(chats, rules.hop_limit) if chats else {}
    bots = tx.agents({agent_id for agent_id, _ in behind.values()})
    free: dict[tuple[str, str], bool] = {}
    for agent_id, queue_id in set(behind.values()):
        bot = bots.get(agent_id)
        able = bot is not None and routing.removal(bot, Need(Seeks.BOT)) is None
        free[agent_id, queue_id] = able and bot is not None and not queue_full(tx, bot, queue_id)
    return {chat: bots[where[0]].name for chat, where in behind.items() if free[where]}
