"""After the play: every customer and every agent reads its conversations again from the start, for the judge."""

import asyncio
from collections.abc import Iterable

from batonpass.client import CustomerClient, Refused
from batonpass.client.connection import Connection
from batonpass.demo.customers import Customer
from batonpass.demo.play import TIMING, Play
from batonpass.protocol.agent import AgentRead
from batonpass.protocol.customer import CustomerRead, Page

AT_ONCE = 8


async def by_customers(play: Play, customers: Iterable[Customer]) -> None:
    """Come back as each customer, once, and read its chat from the first entry."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(customer: Customer) -> None:
        async with places, CustomerClient(play.tap.url, customer.token, timing=TIMING) as client:
            play.plan.write("audit", client=customer.name, conversation=customer.script.conversation_id)
            await _read(client.connection, customer.script.conversation_id, CustomerRead)

    started = [customer for customer in customers if customer.script.conversation_id]
    await asyncio.gather(*(one(customer) for customer in started))


async def by_agent(play: Play, name: str, connection: Connection) -> None:
    """Read again, as an agent, every conversation it was in."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(conversation_id: str) -> None:
        async with places:
            play.plan.write("audit", client=name, conversation=conversation_id)
            try:
                await _read(connection, conversation_id, AgentRead)
            except Refused as refused:
                # Its acceptance came too late: it was never in this one.
                if refused.code != "not_found":
                    raise

    mine = sorted(conversation for agent, conversation in play.took_part if agent == name)
    await asyncio.gather(*(one(conversation_id) for conversation_id in mine))


async def _read(
    connection: Connection, conversation_id: str, shape: type[CustomerRead] | type[AgentRead]
) -> None:
    after = 0
    while True:
        what = shape(conversation_id=conversation_id, after=after)
        page = await connection.call(what, Page)
        if not page.more:
            return
        after = page.upto
