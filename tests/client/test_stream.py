"""The resume rules as values: next number only, hold, no doubles, ask after 250 ms (law 3)."""

from hypothesis import given
from hypothesis import strategies as st

from batonpass.client.stream import GAP_MS, HELD_MOST, Stream


def test_entries_in_order_go_straight_through() -> None:
    stream: Stream[str] = Stream()
    assert stream.take(1, "a", 0) == ["a"]
    assert stream.take(2, "b", 0) == ["b"]
    assert (stream.cursor, stream.due_at, stream.missing) == (2, None, False)


def test_a_later_entry_is_held_until_the_gap_is_filled() -> None:
    stream: Stream[str] = Stream(4)
    assert stream.take(6, "b", 0) == []
    assert stream.take(7, "c", 0) == []
    assert stream.take(5, "a", 0) == ["a", "b", "c"]
    assert stream.cursor == 7


def test_doubles_are_dropped_before_and_beyond_the_cursor() -> None:
    stream: Stream[str] = Stream()
    stream.take(1, "a", 0)
    assert stream.take(1, "again", 0) == []
    assert stream.take(3, "c", 0) == []
    assert stream.take(3, "again", 0) == []
    assert stream.take(2, "b", 0) == ["b", "c"]


def test_doubles_of_what_was_applied_take_no_room() -> None:
    stream: Stream[int] = Stream()
    for number in range(1, HELD_MOST + 1):
        stream.take(number, number, 0)
    for number in range(1, HELD_MOST + 1):
        stream.take(number, number, 0)
    assert stream.take(HELD_MOST + 2, 2, 0) == []
    assert stream.take(HELD_MOST + 1, 1, 0) == [1, 2]


def test_a_gap_is_due_after_its_wait_and_not_before() -> None:
    stream: Stream[str] = Stream()
    stream.take(2, "b", 1_000)
    assert stream.due_at == 1_000 + GAP_MS
    stream.take(4, "d", 1_100)  # another entry does not put the question off
    assert stream.due_at == 1_000 + GAP_MS


def test_a_stream_that_moves_gets_a_new_wait() -> None:
    stream: Stream[str] = Stream()
    stream.take(2, "b", 1_000)
    stream.take(5, "e", 1_000)
    assert stream.take(1, "a", 1_200) == ["a", "b"]
    assert stream.due_at == 1_200 + GAP_MS


def test_a_filled_gap_is_due_no_more() -> None:
    stream: Stream[str] = Stream()
    stream.take(2, "b", 0)
    stream.take(1, "a", 10)
    assert stream.due_at is None


def test_a_known_head_is_a_gap_at_the_end() -> None:
    stream: Stream[str] = Stream(3)
    stream.know(5, 100)
    assert stream.missing
    assert stream.due_at == 100 + GAP_MS
    assert stream.take(4, "d", 110) == ["d"]
    assert stream.take(5, "e", 120) == ["e"]
    assert stream.due_at is None


def test_asking_puts_the_next_question_off() -> None:
    stream: Stream[str] = Stream()
    stream.know(2, 0)
    stream.asked(300)
    assert stream.due_at == 300 + GAP_MS


def test_settling_at_the_cursor_ends_the_wait_for_entries_that_may_not_be_read() -> None:
    stream: Stream[str] = Stream(3)
    stream.know(9, 0)
    stream.settle(3)
    assert not stream.missing
    assert stream.due_at is None


def test_settling_never_forgets_what_is_held() -> None:
    stream: Stream[str] = Stream(3)
    stream.take(6, "f", 0)
    stream.settle(5)
    assert stream.head == 6
    assert stream.missing


def test_abandoning_drops_what_waits_and_goes_on_from_the_cursor() -> None:
    stream: Stream[str] = Stream(1)
    stream.take(3, "c", 0)
    stream.abandon()
    assert (stream.missing, stream.due_at) == (False, None)
    assert stream.take(2, "b", 0) == ["b"]


def test_held_entries_are_bounded_and_the_rest_comes_with_a_read() -> None:
    stream: Stream[int] = Stream()
    for number in range(2, HELD_MOST + 10):
        assert stream.take(number, number, 0) == []
    assert stream.take(1, 1, 0) == list(range(1, HELD_MOST + 2))
    assert stream.missing  # the ones beyond the bound
    assert stream.take(HELD_MOST + 2, HELD_MOST + 2, 0) == [HELD_MOST + 2]


@given(st.data(), st.integers(min_value=1, max_value=25))
def test_whatever_the_network_does_the_handler_sees_the_dense_sequence_once(
    data: st.DataObject, total: int
) -> None:
    """Any order, any doubles, any losses; a read when due brings a page from the store. Nothing else does."""
    stream: Stream[int] = Stream()
    seen: list[int] = []
    now = 0
    pushes = data.draw(st.lists(st.integers(min_value=1, max_value=total), max_size=3 * total))
    for number in pushes:
        now += data.draw(st.integers(min_value=0, max_value=200))
        if stream.due_at is not None and now >= stream.due_at:
            now = _read(stream, seen, total, now)
        seen += stream.take(number, number, now)
        assert seen == list(range(1, len(seen) + 1))
    stream.know(total, now)  # the next snapshot
    while stream.due_at is not None:
        now = _read(stream, seen, total, max(now, stream.due_at))
    assert seen == list(range(1, total + 1))


def _read(stream: Stream[int], seen: list[int], total: int, now: int) -> int:
    after = stream.cursor
    for number in range(after + 1, min(after + 7, total) + 1):
        seen += stream.take(number, number, now)
    stream.settle(total)
    stream.asked(now)
    return now


@given(st.lists(st.integers(min_value=1, max_value=30), max_size=60))
def test_something_missing_always_has_a_deadline(numbers: list[int]) -> None:
    stream: Stream[int] = Stream()
    for now, number in enumerate(numbers):
        stream.take(number, number, now)
        assert stream.missing == (stream.due_at is not None)
