"""Webhooks: what waits and what was given up, and to send it again."""

from typing import Any

from batonpass.app.outbox import Replay, replay_webhooks
from batonpass.domain.errors import CallerError
from batonpass.protocol import webhooks as wire
from batonpass.transport import cursors
from batonpass.transport.rest.call import Answer, Call
from batonpass.transport.rest.routes import Routes
from batonpass.transport.webhooks import listing

routes = Routes("Webhooks")


@routes.get("/webhooks", action="webhooks.read", reply=wire.WebhookList)
async def list_webhooks(call: Call, said: None) -> Any:
    """List the webhooks with how many deliveries wait, were taken, and were given up."""
    found = await call.read(listing.standing, call.env.rules.webhooks)
    return wire.WebhookList(webhooks=[wire.WebhookStanding(**one) for one in found])


@routes.get("/webhook-deliveries", action="webhooks.read", said=wire.DeliveryQuery, reply=wire.DeliveryList)
async def list_deliveries(call: Call, said: wire.DeliveryQuery) -> Any:
    """List deliveries, the newest first.

    Delivered ones are kept for as long as retention says, dead letters until somebody sends them again or their
    conversation goes.
    """
    after = cursors.decode(said.cursor, str)
    before = after[0] if after else None
    found = await call.read(listing.deliveries, said.state, said.endpoint, said.limit + 1, before)
    more = len(found) > said.limit
    page = [wire.DeliveryShape(**one) for one in found[: said.limit]]
    return wire.DeliveryList(deliveries=page, next=cursors.encode(page[-1].delivery_id) if more else None)


@routes.post("/webhook-replays", action="webhooks.replay", said=wire.WebhookReplay, reply=wire.Replayed)
async def send_webhooks_again(call: Call, said: wire.WebhookReplay) -> Answer:
    """Send deliveries again, under the ids they had.

    Name one `delivery_id`, or an `endpoint` for all its dead letters, at most 1,000 at a time.
    """
    if (said.delivery_id is None) == (said.endpoint is None):
        raise CallerError("Name a delivery_id or an endpoint.")
    replay = Replay(said.delivery_id, said.endpoint, call.who.by(call.address))
    answer = await call.do(replay_webhooks, replay, lambda count: wire.Replayed(replayed=count))
    call.board.wake_webhooks.set()
    return Answer(answer)
