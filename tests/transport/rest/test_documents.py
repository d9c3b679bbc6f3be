"""The documents of REST and of the sockets: good ones, and about all that there is."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from batonpass.app.authority import Role, cell
from batonpass.protocol.agent import AGENT_EVENTS
from batonpass.protocol.asyncapi import document as sockets
from batonpass.protocol.customer import CUSTOMER_EVENTS
from batonpass.protocol.supervisor import SUPERVISOR_EVENTS
from batonpass.transport.rest import ROOMS
from batonpass.transport.rest.openapi import whole
from tests.support import machine


def operations() -> list[dict[str, Any]]:
    return [operation for item in whole()["paths"].values() for operation in item.values()]


def test_the_openapi_document_is_a_good_one_and_names_every_endpoint() -> None:
    validate(whole())
    routes = [route for room in ROOMS for route in room.all]
    ids = [operation["operationId"] for operation in operations()]
    assert len(ids) == len(set(ids)) == len(routes)
    for operation in operations():
        assert operation["summary"], operation["operationId"]
        assert operation["x-roles"], operation["operationId"]


def test_two_classes_of_one_name_would_be_told_apart_by_their_modules() -> None:
    """None are: a stranger reads these names."""
    assert [name for name in whole()["components"]["schemas"] if "__" in name] == []
    assert [name for name in sockets()["components"]["schemas"] if "__" in name] == []


def test_the_document_says_who_may() -> None:
    found = {operation["operationId"]: operation for operation in operations()}
    assert found["create_account"]["x-roles"] == ["admin"]
    assert found["sign_in"]["security"][-1] == {}
    for room in ROOMS:
        for route in room.all:
            wanted = [str(role) for role in Role if role in route.roles and cell(route.action, role)]
            assert found[route.operation_id]["x-roles"] == wanted


def test_what_the_path_says_is_not_asked_for_in_the_body() -> None:
    found = whole()["paths"]["/api/v1/agent/conversations/{conversation_id}/messages"]["post"]
    body = found["requestBody"]["content"]["application/json"]["schema"]
    assert "conversation_id" not in body["properties"] and "client_id" not in body["required"]
    assert {"stint_id", "content"} <= set(body["required"])


@pytest.mark.node
def test_the_asyncapi_document_is_a_good_one_and_names_every_event(node: Path) -> None:
    done = subprocess.run(
        [node, "asyncapi.mjs"],
        cwd=machine.NODE_TESTS,
        input=json.dumps(sockets()),
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    told = json.loads(done.stdout)
    assert told["errors"] == []
    assert told["channels"] == ["/customer", "/agent", "/supervisor"]
    said = len([*CUSTOMER_EVENTS, *AGENT_EVENTS, *SUPERVISOR_EVENTS])
    assert told["operations"] > said
    named = json.dumps(sockets())
    for event in (*CUSTOMER_EVENTS, *AGENT_EVENTS, *SUPERVISOR_EVENTS):
        assert f'.said.{event.event}"' in named
