"""The pages drawn from the wire classes: complete, committed, and types that compile."""

import re
import subprocess
from pathlib import Path

import pytest

from batonpass.protocol import schema
from batonpass.protocol.agent import AGENT_EVENTS
from batonpass.protocol.base import Audience, ClientEvent, ServerEvent
from batonpass.protocol.content import CardContent, TextContent
from batonpass.protocol.customer import CUSTOMER_EVENTS
from batonpass.protocol.errors import CODES
from batonpass.protocol.events import ENTRY_EVENTS, OTHER_EVENTS
from batonpass.protocol.reference import render_markdown, render_typescript
from batonpass.protocol.supervisor import SUPERVISOR_EVENTS, TOLD_SUPERVISORS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
TSC = ROOT / "tests/node/node_modules/typescript/bin/tsc"

EVENTS: list[type[ClientEvent] | type[ServerEvent]] = [
    *CUSTOMER_EVENTS,
    *AGENT_EVENTS,
    *SUPERVISOR_EVENTS,
    *ENTRY_EVENTS,
    *OTHER_EVENTS,
    *TOLD_SUPERVISORS,
]


@pytest.mark.parametrize(
    "name,render", [("protocol.md", render_markdown), ("protocol.d.ts", render_typescript)]
)
def test_the_committed_copies_do_not_drift(name: str, render: object) -> None:
    assert callable(render)
    assert (DOCS / name).read_text("utf-8") == render(), "run `batonpass protocol --write docs`"


def test_the_page_has_every_event_every_code_and_every_shape_it_points_to() -> None:
    page = render_markdown()
    assert [event.event for event in EVENTS if f"### `{event.event}`" not in page] == []
    assert [code for code in CODES if f"| `{code}` |" not in page] == []
    headings = {line.removeprefix("### ").lower() for line in page.splitlines() if line.startswith("### ")}
    assert set(re.findall(r"\]\(#(\w+)\)", page)) <= headings


def test_the_types_have_every_event_with_its_reply() -> None:
    text = render_typescript()
    for event in (*CUSTOMER_EVENTS, *AGENT_EVENTS, *SUPERVISOR_EVENTS):
        reply = f"acknowledge: Acknowledge<{event.Reply.__name__}>"
        assert f'"{event.event}": (payload: {event.__name__}, {reply})' in text
    for said in (*ENTRY_EVENTS, *OTHER_EVENTS, *TOLD_SUPERVISORS):
        assert re.search(rf'"{said.event}": \(event: \w+<{said.__name__}[,>]', text)


def test_no_event_for_agents_alone_is_in_a_customers_map() -> None:
    names = {event.event for event in schema.server_events(Audience.CUSTOMER)}
    assert not names & {"draft.discarded", "note.added", "entry.hidden", "offer.made", "conversation.context"}


def test_what_is_for_supervisors_alone_is_in_no_other_map() -> None:
    alone = {event.event for event in TOLD_SUPERVISORS} - {
        event.event for event in (*ENTRY_EVENTS, *OTHER_EVENTS)
    }
    assert alone == {
        "alert.raised",
        "queue.updated",
        "config.updated",
        "conversation.updated",
        "switches.updated",
    }
    for audience in (Audience.CUSTOMER, Audience.AGENT):
        assert not alone & {event.event for event in schema.server_events(audience)}
    told = {event.event for event in schema.server_events(Audience.SUPERVISOR)}
    assert alone <= told
    assert "entry.hidden" not in told, "supervisors read all of it"


def test_a_field_is_optional_where_a_client_may_leave_it_out() -> None:
    shapes = schema.read().shapes
    optional = {(name, field.name) for name in shapes for field in shapes[name].fields if field.optional}
    assert ("HandoffRequest", "target") in optional
    assert ("CustomerRead", "limit") in optional
    assert ("CardContent", "choices") in optional
    assert ("TextContent", "type") not in optional, "the type tells contents apart"
    assert ("TextContent", "text") not in optional
    TextContent(type="text", text="x")
    CardContent(type="card", title="x", text="x")


def test_a_field_is_optional_where_the_server_leaves_it_out() -> None:
    fields = {field.name: field.optional for field in schema.read().shapes["OfferInfo"].fields}
    assert fields["why"], "None is left out on the wire"
    assert not fields["waited_ms"]
    notice = {field.name: field.optional for field in schema.read().shapes["Notice"].fields}
    assert not any(notice.values()), "a default of the server's is sent"


def test_limits_are_told() -> None:
    fields = {field.name: field.limits for field in schema.read().shapes["HandoffRequest"].fields}
    assert fields["note"] == "at most 4000 characters"
    assert fields["context"] == (
        "at most 100 entries; names 1 to 100 characters; values at most 4000 characters"
    )


@pytest.mark.parametrize(
    "given,type_",
    [
        ({"type": "array", "items": {"enum": ["a", "b"]}}, '("a" | "b")[]'),
        ({"type": "array", "items": {"type": "object"}}, "Record<string, unknown>[]"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "Record<string, number>"),
        ({"$ref": "#/$defs/Wait"}, "Wait"),
        ({"const": True}, "true"),
        ({"anyOf": [{"type": "string"}, {"type": "number"}]}, "string | number"),
        ({}, "unknown"),
    ],
)
def test_types(given: dict[str, object], type_: str) -> None:
    assert schema.typescript_type(given) == type_


GOOD_CLIENT = """
import { io, Socket } from "socket.io-client";
import type {
  AgentClientToServerEvents,
  AgentServerToClientEvents,
  CustomerClientToServerEvents,
  CustomerServerToClientEvents,
  SupervisorClientToServerEvents,
  SupervisorServerToClientEvents,
} from "./protocol";

const customer: Socket<CustomerServerToClientEvents, CustomerClientToServerEvents> = io("/customer");
customer.on("message.created", (event) => {
  const number: number = event.public_seq;
  if (event.data.content.type === "card") console.log(number, event.data.content.choices?.length);
});
customer.emit("conversation.start", { client_id: "1" }, (reply) => {
  const id: string = reply.ok ? reply.conversation_id : reply.error.code;
  console.log(id);
});
const agent: Socket<AgentServerToClientEvents, AgentClientToServerEvents> = io("/agent");
agent.on("offer.made", (event) => console.log(event.data.offer.handoff.summary?.issue));
agent.emit(
  "message.send",
  { conversation_id: "c", stint_id: "s", client_id: "1", content: { type: "text", text: "Hello" } },
  (reply) => console.log(reply.ok && reply.seq),
);
const boss: Socket<SupervisorServerToClientEvents, SupervisorClientToServerEvents> = io("/supervisor");
boss.on("conversation.updated", (event) => console.log(event.data.conversation.holder?.name));
boss.emit("decision.explain", { conversation_id: "c" }, (reply) => console.log(reply.ok && reply.now?.winner));
"""

BAD_LINES = {
    "a field that is missing": 'customer.emit("conversation.end", {}, () => {});',
    "a field that is unknown": 'customer.emit("conversation.start", { client_id: "1", x: 1 }, () => {});',
    "an event of somebody else": 'customer.on("note.added", () => {});',
    "a content that is none": 'agent.emit("presence.set", { presence: "busy" }, () => {});',
    "a refusal taken for a reply": (
        'customer.emit("conversation.start", { client_id: "1" }, (r) => console.log(r.conversation_id));'
    ),
}


def compile_errors(node: Path, folder: Path, text: str) -> list[str]:
    (folder / "protocol.d.ts").write_text(render_typescript(), "utf-8")
    (folder / "client.ts").write_text(text)
    modules = folder / "node_modules"
    if not modules.exists():
        modules.symlink_to(TSC.parents[2])
    options = ["--noEmit", "--strict", "--target", "es2022", "--lib", "es2022,dom", "--module", "nodenext"]
    found = subprocess.run(
        [node, TSC, *options, "client.ts", "protocol.d.ts"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return [line for line in found.stdout.splitlines() if "error TS" in line]


@pytest.mark.node
def test_the_types_compile_with_the_stock_client(node: Path, tmp_path: Path) -> None:
    assert TSC.exists(), "tests/node lacks typescript: make setup"
    assert compile_errors(node, tmp_path, GOOD_CLIENT) == []


@pytest.mark.node
def test_the_types_refuse_mistakes(node: Path, tmp_path: Path) -> None:
    found = compile_errors(node, tmp_path, GOOD_CLIENT + "\n".join(BAD_LINES.values()))
    first = len(GOOD_CLIENT.splitlines()) + 1
    lines = {int(match[1]) for line in found if (match := re.match(r"client\.ts\((\d+),", line))}
    assert lines == set(range(first, first + len(BAD_LINES))), found
