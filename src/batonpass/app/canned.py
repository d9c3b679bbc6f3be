"""Replies that people have ready, for one chat."""

from batonpass.app import views
from batonpass.app.outcome import Env
from batonpass.app.ports import Tx
from batonpass.domain.canned import Ready, ready


def for_chat(tx: Tx, env: Env, agent_id: str, conversation_id: str) -> list[Ready]:
    """Those of the chat's queue, in its customer's language, filled in for this agent.

    Raises:
        NotFound: no business of this agent's.
    """
    views.readable(tx, agent_id, conversation_id)
    conversation = tx.conversation(conversation_id)
    stint = tx.last_stint(conversation_id, agent_id)
    assert conversation is not None, "what is readable is there"
    live = stint is not None and stint.live
    # Who has left the chat reads none of its variables (law 11).
    known = tx.variables(conversation_id) if live or views.waits_for(tx, agent_id, conversation_id) else {}
    queue_id = stint.queue_id if stint is not None and stint.live else conversation.queue_id
    rules = env.rules.queues.get(queue_id)
    own = {"agent": tx.agents([agent_id])[agent_id].name, "queue": rules.name if rules else queue_id}
    variables = {**known, "customer": known.get("name", ""), **own}
    return ready(env.rules.canned.values(), queue_id, conversation.locale, variables)
