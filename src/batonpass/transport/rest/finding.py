"""What a desk asks over REST: where a chat can go, lists, search, a customer's history."""

from batonpass.app import destinations, listing, searching
from batonpass.protocol import finding as wire
from batonpass.transport import finding
from batonpass.transport.rest.call import Call
from batonpass.transport.rest.routes import AGENTS, Routes
from batonpass.transport.rest.saying import asks

routes = Routes("Lists and search", roles=AGENTS)
CHAT = "/agent/conversations/{conversation_id}"


async def _targets(call: Call, said: wire.TargetList) -> wire.TargetsListed:
    """Ask where a chat of yours can go."""
    found = await call.read(destinations.destinations, call.env, finding.ask(call.agent_id, said))
    return finding.targets(found)


async def _lists(call: Call, said: wire.ConversationsList) -> wire.ConversationsListed:
    """Read the rows of a list."""
    found = await call.read(listing.rows, call.env, finding.lists(call.agent_id, said))
    return finding.listed(said, found)


async def _search(call: Call, said: wire.ConversationSearch) -> wire.ConversationsFound:
    """Find chats by words."""
    found = await call.read(searching.search, call.env, finding.search(call.agent_id, said))
    return finding.found_rows(found)


async def _history(call: Call, said: wire.CustomerHistory) -> wire.ConversationsFound:
    """Read the rows of the other chats of this customer."""
    found = await call.read(listing.history, call.env, finding.history(call.agent_id, said))
    return finding.found_rows(found)


asks(routes, f"GET {CHAT}/targets", wire.TargetList, _targets)
asks(routes, "GET /agent/conversations", wire.ConversationsList, _lists)
asks(routes, "GET /agent/search", wire.ConversationSearch, _search)
asks(routes, f"GET {CHAT}/history", wire.CustomerHistory, _history)
