"""Rows of lists are cut to what a packet may be, and each row stays."""

from batonpass.protocol.shapes import AgentRef, BatonPart, ConversationRow, RowLine
from batonpass.transport.socketio import fitting

AT = "2026-11-20T12:00:00.000Z"


def row(number: int, *, parts: int = 4, letter: str = "x") -> ConversationRow:
    name = letter * 100
    baton = [BatonPart(kind="bot", name=name, agent_id="a" * 64, started_at=AT) for _ in range(parts)]
    return ConversationRow(
        conversation_id=f"{number:032x}",
        customer=name,
        queue="Orders",
        queue_id="orders",
        state="active",
        baton=baton,
        earlier=2,
        holder=AgentRef(name=name, kind="representative", id="r"),
        started_at=AT,
        last=RowLine(at=AT, by="customer", text=letter * 160),
        may=["read"],
    )


def test_rows_that_fit_stay_as_they_are() -> None:
    rows = [row(number, parts=2, letter="x") for number in range(100)]
    assert fitting.rows(rows) == rows


def test_batons_are_shortened_first() -> None:
    rows = [row(number, parts=12) for number in range(200)]
    shown = fitting.rows(rows, 500_000)
    assert [(len(r.baton), r.earlier, len(r.last.text if r.last else "")) for r in shown] == [
        (3, 11, 160)
    ] * 200


def test_what_does_not_fit_then_loses_its_words_from_the_last_row_on() -> None:
    rows = [row(number, parts=12, letter="😀") for number in range(150)]
    shown = fitting.rows(rows)
    assert sum(map(fitting.size, shown)) <= fitting.ROWS_BYTES
    assert [r.conversation_id for r in shown] == [r.conversation_id for r in rows]
    texts = [bool(r.last and r.last.text) for r in shown]
    assert texts == sorted(texts, reverse=True)
    assert shown[-1].earlier == 14
    assert all(r.holder is not None and r.may == ["read"] for r in shown)
