"""What waits for a look: in order within a conversation, conversations beside each other."""

from batonpass.domain import events as e
from batonpass.transport.socketio.untold import LOOKS, TOGETHER, Untold


def joined(conversation: str, stint: str = "s") -> e.Effect:
    return e.StintJoined(conversation, stint, "agent")


def test_a_conversation_at_work_keeps_its_later_effects_waiting() -> None:
    untold = Untold()
    untold.add(joined("a", "1"))
    first = untold.take()
    untold.add(joined("a", "2"))
    assert first == ({"a"}, [joined("a", "1")])
    assert untold.take() is None
    untold.done(first[0])
    assert untold.take() == ({"a"}, [joined("a", "2")])


def test_another_conversation_does_not_wait_for_it() -> None:
    untold = Untold()
    untold.add(joined("a"))
    assert untold.take() is not None
    untold.add(joined("b"))
    untold.add(e.PresenceChanged("agent"))
    assert untold.take() == ({"b", "agent"}, [joined("b"), e.PresenceChanged("agent")])


def test_all_of_a_conversation_goes_in_one_look_in_order() -> None:
    untold = Untold()
    for stint in ("1", "2", "3"):
        untold.add(joined("a", stint))
    assert untold.take() == ({"a"}, [joined("a", stint) for stint in ("1", "2", "3")])


def test_looks_and_what_they_hold_are_bounded_and_nothing_is_forgotten() -> None:
    untold = Untold()
    names = [f"c{n}" for n in range(LOOKS * TOGETHER + 3)]
    for name in names:
        untold.add(joined(name))
    taken = [batch for batch in (untold.take() for _ in range(LOOKS + 1)) if batch is not None]
    assert [len(keys) for keys, _ in taken] == [TOGETHER] * LOOKS
    untold.done(taken[0][0])
    rest = untold.take()
    assert rest is not None
    assert set.union(*(keys for keys, _ in taken), rest[0]) == set(names)
