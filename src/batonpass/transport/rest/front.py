"""The front door itself: anonymous customers."""

import asyncio
from functools import partial
from typing import Any

from batonpass.app import customers
from batonpass.app.ports import Tx
from batonpass.ids import new_id
from batonpass.protocol import asyncapi
from batonpass.protocol.rest import ApiDocument, CustomerSession, NewCustomerSession
from batonpass.transport.auth import CUSTOMER_PREFIX, new_secret
from batonpass.transport.identity import signed_for
from batonpass.transport.rest.call import Answer, Call
from batonpass.transport.rest.openapi import whole
from batonpass.transport.rest.routes import Routes
from batonpass.transport.webhooks.post import secret_at

routes = Routes("Front door")


@routes.get("/openapi.json", action="api.read", reply=ApiDocument)
async def read_openapi(call: Call, said: None) -> Any:
    """Read this document."""
    return whole()


@routes.get("/asyncapi.json", action="api.read", reply=ApiDocument)
async def read_asyncapi(call: Call, said: None) -> Any:
    """Read the document of the sockets."""
    return asyncapi.document()


@routes.post(
    "/customer-sessions",
    action="customer_session.create",
    said=NewCustomerSession,
    reply=CustomerSession,
    status=201,
    secret=True,
    rate="customers",
)
async def create_customer_session(call: Call, said: NewCustomerSession) -> Answer:
    """Get an id and a token for a customer.

    Without an identity the customer is anonymous; with one it is who the site says. The token is shown this once.
    """
    secret = new_secret(CUSTOMER_PREFIX)
    shape = partial(_session, secret.text)
    if said.identity is not None:
        now = await call.read(_now)
        site, subject = await asyncio.to_thread(signed_for, said.identity, call.house.sites, secret_at, now)
        signed = customers.SignedFor(site, subject, secret.hash)
        return Answer(await call.do(customers.signed_session, signed, shape))
    session = customers.NewSession(new_id(), secret.hash)
    return Answer(await call.do(customers.new_session, session, shape))


def _now(tx: Tx) -> int:
    return tx.now


def _session(token: str, customer_id: str) -> CustomerSession:
    return CustomerSession(customer_id=customer_id, token=token)
