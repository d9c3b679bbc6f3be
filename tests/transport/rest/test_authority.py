"""The matrix of roles by actions: every event of the sockets and every endpoint has its row, and nothing else has."""

from batonpass.app.authority import MATRIX, Role, cell
from batonpass.protocol.agent import AGENT_EVENTS
from batonpass.protocol.base import Audience
from batonpass.protocol.customer import CUSTOMER_EVENTS
from batonpass.protocol.supervisor import SUPERVISOR_EVENTS
from batonpass.transport.rest import ROOMS

SPEAKERS = {
    Audience.CUSTOMER: [Role.CUSTOMER],
    Audience.AGENT: [Role.AGENT, Role.BOT],
    Audience.SUPERVISOR: [Role.SUPERVISOR, Role.ADMIN],
}


def test_every_event_and_every_endpoint_has_a_row_and_every_row_a_use() -> None:
    events = [*CUSTOMER_EVENTS, *AGENT_EVENTS, *SUPERVISOR_EVENTS]
    named = {event.event for event in events} | {route.action for room in ROOMS for route in room.all}
    assert sorted(named - set(MATRIX)) == []
    assert sorted(set(MATRIX) - named) in ([], ["api.read"])
    for event in events:
        assert any(cell(event.event, role) for role in SPEAKERS[event.audience]), event.event


def test_an_action_without_a_row_is_nobody_s() -> None:
    assert not any(cell("nobody.knows", role) for role in Role)


def test_who_is_more_may_more() -> None:
    for action in MATRIX:
        assert cell(action, Role.AGENT) <= cell(action, Role.SUPERVISOR) <= cell(action, Role.ADMIN), action
