"""A summarizer over dialogues: in order, timed, and never able to stop the run."""

import asyncio
from collections.abc import Callable

import pytest

from batonpass.measure.dialogues import Dialogue
from batonpass.measure.running import Made, Orders, run
from batonpass.plugin_api import Maker, Purpose, Summary, SummaryFailed, SummaryRequest, Turn

TALKS = [Dialogue(name, (Turn(1, "customer", f"my order is {name}"),), reason="why") for name in "abcdefgh"]


def told(request: SummaryRequest, **more: object) -> Summary:
    return Summary(Maker("own", "1"), prose=request.turns[-1].text, first_seq=1, last_seq=1, **more)  # type: ignore[arg-type]


class Now:
    """An immediate summarizer that does as it is told."""

    name, version, immediate = "own", "1", True

    def __init__(self, make: Callable[[SummaryRequest], object]) -> None:
        self._make = make

    def summarize(self, request: SummaryRequest) -> object:
        return self._make(request)


class Later:
    """A slow one. The first of a pair waits until the second came, so the answers cross."""

    name, version, immediate = "own", "1", False

    def __init__(self) -> None:
        self.running = 0
        self.most = 0
        self.deadlines: set[int] = set()
        self._second = asyncio.Event()

    async def summarize_later(self, request: SummaryRequest) -> Summary:
        self.deadlines.add(request.deadline_ms)
        self.running += 1
        self.most = max(self.most, self.running)
        text = request.turns[-1].text
        if text.endswith("a"):
            await self._second.wait()
        elif text.endswith("d"):
            self._second.set()
        await asyncio.sleep(0)
        self.running -= 1
        return told(request)


def made(summarizer: object, orders: Orders | None = None, talks: list[Dialogue] = TALKS) -> list[Made]:
    found: list[Made] = []
    run(summarizer, talks, orders or Orders(), found.append)
    return found


@pytest.mark.parametrize("purpose", ["transfer", "hand_back", "wrap_up"])
def test_an_immediate_one_gets_the_request_and_its_time_is_taken(purpose: Purpose) -> None:
    asked: list[SummaryRequest] = []

    def make(request: SummaryRequest) -> Summary:
        asked.append(request)
        return told(request)

    found = made(Now(make), Orders(purpose))
    assert [one.dialogue for one in found] == TALKS
    assert [one.summary.prose for one in found] == [f"my order is {name}" for name in "abcdefgh"]
    assert {(one.purpose, one.reason, one.deadline_ms) for one in asked} == {(purpose, "why", 50)}
    assert all(one.ms > 0 for one in found)


def test_slow_ones_run_at_once_and_are_told_in_order() -> None:
    slow = Later()
    found = made(slow, Orders(at_once=3, deadline_s=30))
    assert [one.dialogue.id for one in found] == list("abcdefgh")
    assert {one.summary.status for one in found} == {"ok"}
    assert (slow.most, slow.deadlines) == (3, {30_000})


def test_a_slow_one_that_hangs_is_left() -> None:
    class Hung(Later):
        async def summarize_later(self, request: SummaryRequest) -> Summary:
            await asyncio.Event().wait()
            return told(request)

    found = made(Hung(), Orders(deadline_s=0.05), TALKS[:2])
    assert [(one.summary.status, one.summary.status_reason) for one in found] == [("failed", "timeout")] * 2
    assert all(one.ms >= 50 for one in found)


def test_a_slow_one_says_why_there_is_none() -> None:
    class Refusing(Later):
        async def summarize_later(self, request: SummaryRequest) -> Summary:
            if request.turns[0].text.endswith("a"):
                raise SummaryFailed("rate_limited")
            raise SummaryFailed("")

    found = [one.summary for one in made(Refusing(), talks=TALKS[:2])]
    assert [one.status_reason for one in found] == ["rate_limited", "no reason was given"]


@pytest.mark.parametrize(
    "make,reason",
    [
        (lambda request: 1 / 0, "raised ZeroDivisionError in test_running.py:"),
        (lambda request: "text", "broke the contract: returned str, not a Summary"),
        (lambda request: None, "broke the contract: returned NoneType, not a Summary"),
        (
            lambda request: told(request, issue="It costs 99"),
            "broke the contract: a number in the words stands in no turn",
        ),
    ],
)
def test_what_goes_wrong_is_a_status(make: Callable[[SummaryRequest], object], reason: str) -> None:
    first, second = (one.summary for one in made(Now(make), talks=TALKS[:2]))
    assert (first.status, first.maker, first.prose, first.facts) == ("failed", Maker("own", "1"), "", ())
    assert first.status_reason.startswith(reason)
    assert second == first, "the run goes on"


def test_an_error_does_not_quote_the_chat() -> None:
    def make(request: SummaryRequest) -> Summary:
        raise ValueError(request.turns[0].text)

    assert "order" not in made(Now(make))[0].summary.status_reason


def test_a_long_reason_is_cut() -> None:
    class Chatty(Later):
        async def summarize_later(self, request: SummaryRequest) -> Summary:
            raise SummaryFailed("so\x1b[31m sorry " * 100)

    (found,) = made(Chatty(), talks=TALKS[:1])
    assert len(found.summary.status_reason) <= 200
    assert "\x1b" not in found.summary.status_reason
