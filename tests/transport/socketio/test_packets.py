import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from socketio import packet

from batonpass.transport.socketio import packets

NAMESPACES = st.sampled_from(["/", "/agent", "/a-b_c", "/x/y"])
ARGUMENTS = st.lists(st.text(st.characters(exclude_categories=["Cs"])) | st.integers(0, 9) | st.none())


@given(NAMESPACES, st.none() | st.integers(0, 10**17), ARGUMENTS)
def test_reads_what_the_library_writes(namespace: str, ack_id: int | None, arguments: list[Any]) -> None:
    text = packet.Packet(packet.EVENT, data=["e", *arguments], namespace=namespace, id=ack_id).encode()
    head = packets.read_head("4" + text)
    assert head is not None
    kind, attachments, found, found_id, start = head
    assert (kind, attachments, found) == (packets.EVENT, 0, namespace)
    assert found_id == ("" if ack_id is None else str(ack_id))
    assert json.loads(("4" + text)[start:]) == ["e", *arguments]


@given(NAMESPACES, ARGUMENTS)
def test_the_library_reads_what_we_write(namespace: str, arguments: list[Any]) -> None:
    event = packet.Packet(encoded_packet=packets.event_frame(namespace, "e", arguments).encode()[1:])
    assert (event.packet_type, event.namespace or "/", event.data) == (
        packet.EVENT,
        namespace,
        ["e", *arguments],
    )
    ack = packet.Packet(encoded_packet=packets.ack_frame(namespace, "17", {"ok": True}).encode()[1:])
    assert (ack.packet_type, ack.id, ack.data) == (packet.ACK, 17, [{"ok": True}])


@pytest.mark.parametrize(
    "text, head",
    [
        ("40", ("0", 0, "/", "")),
        ("40/agent", ("0", 0, "/agent", "")),
        ('40/agent?x=1,{"token":"t"}', ("0", 0, "/agent", "")),
        ('42["a/b,c"]', ("2", 0, "/", "")),
        ('452-/agent,5["e"]', ("5", 2, "/agent", "5")),
        ("3", None),
        ("47", None),
        ("4", None),
    ],
)
def test_reads_the_rest_of_the_protocol(text: str, head: tuple[str, int, str, str] | None) -> None:
    found = packets.read_head(text)
    assert (found[:4] if found else None) == head


@given(st.text(max_size=40))
def test_reads_anything_without_raising(text: str) -> None:
    packets.read_head(text)
    packets.read_head("42/" + text)


def test_a_close_frame_names_its_reason() -> None:
    assert packets.ws_close(1008, "malformed") == b"\x88\x0b\x03\xf0malformed"


@pytest.mark.parametrize(
    "size, header", [(125, "817d"), (126, "817e007e"), (65535, "817effff"), (65536, "817f")]
)
def test_frames_have_the_shortest_length_field(size: int, header: str) -> None:
    frame = packets.ws_frame(b"x" * size)
    assert re.match(header, frame.hex())
    assert frame.endswith(b"x" * size)
