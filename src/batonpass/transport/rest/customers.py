"""A customer's chat over REST: for those who can keep no socket open."""

from typing import Any

from batonpass.app import customers, going_back, handoffs, reopening, summaries, views
from batonpass.app.authority import Role
from batonpass.domain.conversation import Entry
from batonpass.protocol import customer as wire
from batonpass.protocol import projection
from batonpass.protocol.base import wire_time
from batonpass.protocol.events import CustomerSnapshot
from batonpass.protocol.rest import Timeline
from batonpass.transport import commands
from batonpass.transport.rest.call import Answer, Call
from batonpass.transport.rest.pages import timeline
from batonpass.transport.rest.routes import Routes
from batonpass.transport.rest.saying import asks, says, the_customer
from batonpass.transport.socketio.customer import asked_shape, snapshot_of, started_shape

routes = Routes("Customer's chats", roles=frozenset({Role.CUSTOMER}))
CHAT = "/customer/conversations/{conversation_id}"


@routes.get("/customer/session", action="customer.read", reply=CustomerSnapshot)
async def read_customer_session(call: Call, said: None) -> Any:
    """Read one's own latest chats."""
    _, envelope = await call.read(snapshot_of, call.env.rules, call.customer_id)
    return envelope["data"]


@routes.post(
    "/customer/conversations",
    action=wire.ConversationStart.event,
    said=wire.ConversationStart,
    reply=wire.Started,
    status=201,
)
async def customer_conversation_start(call: Call, said: wire.ConversationStart) -> Answer:
    """Open a chat, or get the open one again: a double click is one conversation. Writes no entry."""
    rules = call.env.rules
    command = commands.start(call.customer_id, said)
    body = await call.do(customers.start_chat, command, lambda started: started_shape(started, rules))
    return Answer({"ok": True, **body})


def _sent(entry: Entry) -> dict[str, Any]:
    return {"ok": True, "message_id": entry.id, "public_seq": entry.public_seq, "at": wire_time(entry.at)}


async def _story_so_far(call: Call, customer_id: str, said: wire.CustomerSend) -> dict[str, Any] | None:
    """For whoever goes on with a closed chat that this word opens again; None for any other."""
    look = (call.env, customer_id, said.conversation_id)
    if call.house.storyteller is None or not await call.read(reopening.may_reopen, *look):
        return None
    return await call.house.storyteller.summary(said.conversation_id, purpose="transfer", reason="reopened")


async def _own_summary(call: Call, customer_id: str, said: wire.HumanRequest) -> dict[str, Any] | None:
    look = (customer_id, said.conversation_id, said.client_id)
    if call.house.storyteller is None or not await call.read(summaries.customer_needs_one, *look):
        return None
    return await call.house.storyteller.summary(said.conversation_id, purpose="transfer", reason=said.reason)


async def _read(call: Call, said: wire.CustomerRead) -> Timeline:
    """Public entries after a number."""
    page = await call.read(
        views.customer_page, call.customer_id, said.conversation_id, said.after, said.limit
    )
    shown = [named for entry in page.entries if (named := projection.for_customer(entry)) is not None]
    upto = page.entries[-1].public_seq or 0 if page.entries else min(said.after, page.head)
    return timeline(shown, page.head, upto)


says(
    routes,
    f"POST {CHAT}/messages",
    wire.CustomerSend,
    reopening.write_again,
    lambda me, s, summary: reopening.WritesAgain(commands.customer_send(me, s), summary),
    _sent,
    who=the_customer,
    before=_story_so_far,
    status=201,
)
says(
    routes,
    f"POST {CHAT}/human",
    wire.HumanRequest,
    handoffs.ask_for_human,
    commands.human,
    lambda asked: {"ok": True, **asked_shape(asked)},
    who=the_customer,
    before=_own_summary,
)
says(
    routes,
    f"POST {CHAT}/bot",
    wire.BotRequest,
    going_back.ask_for_bot,
    commands.bot,
    lambda asked: {"ok": True, **asked_shape(asked)},
    who=the_customer,
)
says(
    routes,
    f"POST {CHAT}/end",
    wire.ConversationEnd,
    customers.end_chat,
    commands.end,
    who=the_customer,
)
asks(routes, f"GET {CHAT}/timeline", wire.CustomerRead, _read, reply=Timeline)
