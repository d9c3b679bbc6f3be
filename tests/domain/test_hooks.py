"""Who outside is told of what, and when to try again."""

from typing import get_args

import pytest

from batonpass.config.webhooks import ALL_EVENTS, Event
from batonpass.domain.conversation import Actor, ActorType, Entry, EntryKind
from batonpass.domain.events import EntriesWritten
from batonpass.domain.hooks import Hook, Topic, facts
from batonpass.protocol.base import ServerEvent
from batonpass.protocol.events import ENTRY_EVENTS, OTHER_EVENTS
from batonpass.protocol.supervisor import AlertRaised

HOOK = Hook("x", "https://x.example", frozenset(Topic))


def test_topics_are_the_wires_names_and_the_configurations() -> None:
    classes: list[type[ServerEvent]] = [*ENTRY_EVENTS, *OTHER_EVENTS, AlertRaised]
    wire = {event.event for event in classes}
    assert {str(topic) for topic in Topic} <= wire
    assert [str(topic) for topic in Topic] == ALL_EVENTS == list(get_args(Event))


def test_pauses_grow_to_a_bound_and_spread() -> None:
    assert [HOOK.delay_ms(n, 0.5) for n in (1, 2, 3, 4)] == [5_000, 20_000, 80_000, 320_000]
    assert HOOK.delay_ms(30, 0.5) == 21_600_000
    assert (HOOK.delay_ms(1, 0.0), HOOK.delay_ms(1, 1.0)) == (4_000, 6_000)


@pytest.mark.parametrize(
    "kind,public,told",
    [
        (EntryKind.MESSAGE, True, True),
        (EntryKind.MESSAGE, False, False),
        (EntryKind.NOTE, False, False),
        (EntryKind.DRAFT, False, False),
        (EntryKind.ACT, False, False),
        (EntryKind.MARK, False, False),
        (EntryKind.FLAG, False, False),
        (EntryKind.ADDED, False, True),
        (EntryKind.REMOVED, False, True),
        (EntryKind.NOTICE, True, True),
        (EntryKind.CLOSED, True, True),
    ],
)
def test_nothing_private_is_a_fact(kind: EntryKind, public: bool, told: bool) -> None:
    entry = Entry("c", 3, 2 if public else None, kind, 1, 0, Actor(ActorType.PERSON, "R1", "Rita"), "e3")
    assert [fact.seq for fact in facts([EntriesWritten("c", "u", (entry,), ())])] == [3] * told
