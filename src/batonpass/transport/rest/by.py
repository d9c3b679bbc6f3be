"""Who asks, as the log of acts has it."""

from batonpass.app.audit import By
from batonpass.transport.rest.call import Call


def by(call: Call) -> By:
    """The role, the id of what came with it, and the address."""
    who = call.who
    return By(str(who.role), who.account_id or who.agent_id or who.customer_id or who.key or "", call.address)
