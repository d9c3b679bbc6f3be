"""A customer who is erased while connected is put out, and its token opens nothing."""

from pathlib import Path

from batonpass.app.keeping import Erase, erase_customer
from batonpass.client import CustomerClient
from batonpass.protocol.base import CUSTOMER
from tests.support.server import Workspace
from tests.support.stores import SqlitePlaces
from tests.support.until import until


async def test_an_erased_customer_is_put_out(sqlite_places: SqlitePlaces, tmp_path: Path) -> None:
    workspace = await Workspace(tmp_path, await sqlite_places.new()).prepare()
    async with workspace.running() as running, CustomerClient(running.url) as customer:
        await customer.start({}, client_id="start")
        room = f"customer:{customer.customer_id}"
        inside = running.sockets.manager.inside
        assert len(list(inside(CUSTOMER, room))) == 1
        assert customer.customer_id is not None
        await running.board.do_and_push(erase_customer, Erase(customer.customer_id))
        await until(lambda: not list(inside(CUSTOMER, room)))
