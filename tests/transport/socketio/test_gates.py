"""What later commits tell an agent waits until its stream has begun (law 4)."""

from typing import Any

from batonpass.transport.socketio.gates import Gates


def entry(seq: int, cid: str = "c1") -> tuple[str, dict[str, Any]]:
    return "message.created", {"conversation_id": cid, "seq": seq}


def test_what_is_held_comes_after_in_order_and_nothing_else_waits() -> None:
    gates, pushed = Gates(), list[tuple[str, int]]()

    def push(agent_id: str, named: tuple[str, dict[str, Any]]) -> None:
        pushed.append((agent_id, named[1]["seq"]))

    assert not gates.held("a", entry(1))
    with gates.shut("a", "c1", push):
        with gates.shut("a", "c1", push):  # its other tab says so too
            assert gates.held("a", entry(7))
            assert gates.held("a", entry(6))
            assert not gates.held("b", entry(6))
            assert not gates.held("a", entry(6, "c2"))
        assert pushed == []
    assert pushed == [("a", 6), ("a", 7)]
    assert not gates.held("a", entry(8))
