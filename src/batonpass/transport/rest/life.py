"""A chat's course over REST: hold, resume, pick up, and what waits in a queue."""

from typing import Any

from batonpass.app import holds, taking, views
from batonpass.app.ports import Tx
from batonpass.domain.agents import Agent
from batonpass.domain.conversation import Stint
from batonpass.domain.errors import NotFound
from batonpass.domain.hold import Hold
from batonpass.protocol import holds as wire
from batonpass.protocol.base import dump
from batonpass.transport import commands
from batonpass.transport.rest.call import Answer, Call
from batonpass.transport.rest.routes import AGENTS, Routes
from batonpass.transport.rest.saying import asks, says
from batonpass.transport.socketio import shapes

routes = Routes("Hold and pick-up", roles=AGENTS)
CHAT = "/agent/conversations/{conversation_id}"


@routes.post(
    f"{CHAT}/hold", action="conversation.hold", said=wire.ConversationHold, reply=wire.HoldDone, status=201
)
async def agent_conversation_hold(call: Call, said: wire.ConversationHold) -> Answer:
    """Park the conversation you hold: your slot is free, and the customer is told.

    It ends after `for_s` seconds, or at `until`, or after the queue's longest hold: then you are asked first to go on.
    """
    agent = await call.read(_agent, call.agent_id)
    await call.read(views.readable, agent.id, said.conversation_id)
    summary = None
    if call.house.storyteller is not None:
        summary = await call.house.storyteller.summary(
            said.conversation_id, purpose="transfer", reason=said.reason
        )
    command = commands.hold(agent.id, said, summary)

    def shape(hold: Hold) -> dict[str, Any]:
        # Who held is who asks; what is left of it is counted from its beginning, as stored.
        view = views.HoldView(hold, agent, "", hold.started_at)
        return {"ok": True, "hold": dump(shapes.hold_info(view))}

    return Answer(await call.do(holds.put_on_hold, command, shape))


def _taken(stint: Stint) -> dict[str, Any]:
    return {"ok": True, "stint_id": stint.id, "conversation_id": stint.conversation_id}


says(
    routes,
    f"POST {CHAT}/resume",
    wire.ConversationResume,
    taking.pick_up,
    commands.pick_up,
    _taken,
)
says(
    routes,
    f"POST {CHAT}/pick-up",
    wire.ConversationPickUp,
    taking.pick_up,
    commands.pick_up,
    _taken,
)


async def _queue(call: Call, said: wire.QueueList) -> wire.QueueListed:
    """What waits in a queue of yours."""
    found, more = await call.read(views.waiting_in, call.agent_id, said.queue_id, said.limit)
    return wire.QueueListed(waiting=[shapes.waiting_info(view) for view in found], more=more)


asks(routes, "GET /agent/queues/{queue_id}/waiting", wire.QueueList, _queue)


def _agent(tx: Tx, agent_id: str) -> Agent:
    found = tx.agents([agent_id]).get(agent_id)
    if found is None:
        raise NotFound("there is no such agent")
    return found
