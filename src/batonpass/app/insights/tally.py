"""Counts the rows of one division. Each method here is one definition of docs/insights.md."""

from collections import Counter
from dataclasses import dataclass, field

from batonpass.domain.figures import (
    Chance,
    Chat,
    ChatFigures,
    Coded,
    CsatFigures,
    HandlingFigures,
    HandoffCount,
    OfferFigures,
    Passed,
    Rated,
    Served,
    WaitFigures,
    rate,
    spread,
)
from batonpass.domain.insight_rules import InsightRules
from batonpass.domain.segments import Came, Segment

LOST = (Came.ABANDONED, Came.CONTACT_LEFT, Came.UNANSWERED)
"""Ways for a customer's wait to end with nobody."""


@dataclass(slots=True)
class Tally:
    """What belongs to one division."""

    rules: InsightRules
    chats: list[Chat] = field(default_factory=list)
    waits: list[Segment] = field(default_factory=list)
    stints: list[Served] = field(default_factory=list)
    handoffs: list[Passed] = field(default_factory=list)
    offers: list[Chance] = field(default_factory=list)
    ratings: list[Rated] = field(default_factory=list)
    codes: list[Coded] = field(default_factory=list)

    def chat_figures(self) -> ChatFigures:
        """Contained: a bot held it, no person did, it is closed, and nobody was waited for in vain."""
        closed = [chat for chat in self.chats if chat.closed]
        with_bot = [chat for chat in self.chats if any(bot for bot, _ in chat.holders)]
        with_person = [chat for chat in self.chats if any(not bot for bot, _ in chat.holders)]
        by_bots = [chat for chat in with_bot if chat.closed]
        contained = [c for c in by_bots if all(bot for bot, _ in c.holders) and not c.lost]
        handed_back = [chat for chat in with_person if _handed_back(chat)]
        again = [chat for chat in closed if chat.again]
        return ChatFigures(
            started=len(self.chats),
            closed=len(closed),
            unfinished=len(self.chats) - len(closed),
            with_bot=len(with_bot),
            with_person=len(with_person),
            contained=len(contained),
            containment_rate=rate(len(contained), len(by_bots)),
            handed_back=len(handed_back),
            hand_back_rate=rate(len(handed_back), len(with_person)),
            recontacted=len(again),
            recontact_rate=rate(len(again), len(closed)),
            by_close_reason=dict(sorted(Counter(chat.close_reason for chat in closed).items())),
        )

    def wait_figures(self) -> WaitFigures:
        """A wait counts with all that was waited before it without a break. What sought a bot is no wait for people."""
        alone = [wait for wait in self.waits if wait.alone]
        person = [_waited(w) for w in alone if _answered_by(w, "representative")]
        lost = [wait for wait in alone if wait.outcome in LOST and wait.seeks != "bot"]
        within = sum(waited <= self.rules.service_level_ms for waited in person)
        ends = Counter(str(wait.outcome) for wait in lost)
        abandoned = ends[Came.ABANDONED]
        given = [w for w in self.waits if not w.alone and w.outcome == Came.ANSWERED]
        return WaitFigures(
            person=spread(person),
            bot=spread([_waited(w) for w in alone if _answered_by(w, "bot")]),
            given=spread([_own(wait) for wait in given]),
            lost_after=spread([_waited(wait) for wait in lost]),
            abandoned=abandoned,
            contact_left=ends[Came.CONTACT_LEFT],
            unanswered=ends[Came.UNANSWERED],
            moved=sum(wait.outcome == Came.MOVED for wait in self.waits),
            waiting=sum(wait.ended_at is None for wait in self.waits),
            abandonment_rate=rate(abandoned, len(person) + len(lost)),
            within_service_level=within,
            service_level=rate(within, len(person) + len(lost)),
        )

    def handling_figures(self) -> HandlingFigures:
        """Stints that are over: live time for bots, with the after-work for people; helpers apart.

        Who is in after-work holds no more: how long it held is known.
        """
        over = [stint for stint in self.stints if stint.ended_at is not None and not stint.wrapping_up]
        held = [stint for stint in over if stint.role == "holder"]
        people = [stint for stint in held if not stint.bot]
        let_go = [s for s in self.stints if s.ended_at is not None and s.role == "holder" and not s.bot]
        work = [_after_work(stint) for stint in people if stint.wrapped_up_at is not None]
        beside = [s for s in over if s.role in ("helper", "consulted") and not s.bot]
        return HandlingFigures(
            bot=spread([_live(stint) for stint in held if stint.bot]),
            person=spread([_live(stint) + _after_work(stint) for stint in people]),
            talking=spread([_live(stint) for stint in let_go]),
            after_work=spread(work),
            helping=spread([_live(stint) + _after_work(stint) for stint in beside]),
            live=sum(stint.ended_at is None for stint in self.stints),
            wrapping_up=sum(stint.wrapping_up for stint in self.stints),
        )

    def offer_figures(self) -> OfferFigures:
        """A missed offer is one whose time ran out."""
        states = Counter(offer.state for offer in self.offers)
        accepted, declined, missed = states["accepted"], states["declined"], states["expired"]
        answered = accepted + declined + missed
        until = [
            o.ended_at - o.made_at for o in self.offers if o.state == "accepted" and o.ended_at is not None
        ]
        return OfferFigures(
            made=len(self.offers),
            accepted=accepted,
            declined=declined,
            missed=missed,
            withdrawn=states["withdrawn"],
            accept_rate=rate(accepted, answered),
            decline_rate=rate(declined, answered),
            miss_rate=rate(missed, answered),
            until_accepted=spread(until),
        )

    def csat_figures(self) -> CsatFigures:
        """The mean of the scores that were given."""
        scores = [rated.score for rated in self.ratings if rated.score is not None]
        return CsatFigures(
            asked=len(self.ratings),
            answered=len(scores),
            answer_rate=rate(len(scores), len(self.ratings)),
            mean=round(sum(scores) / len(scores), 3) if scores else None,
            scores={str(score): scores.count(score) for score in sorted(set(scores))},
        )

    def disposition_counts(self) -> dict[str, int]:
        """How often each code was chosen; `none` is an after-work that ended without one."""
        return dict(sorted(Counter(coded.code or "none" for coded in self.codes).items()))

    def handoff_counts(self) -> list[HandoffCount]:
        """Every kind with target, state and reason, the most frequent first."""
        alike = Counter((h.kind, h.target, h.state, h.reason) for h in self.handoffs)
        found = [HandoffCount(*key, count) for key, count in alike.items()]
        return sorted(found, key=lambda c: (-c.count, c.kind, c.target, c.state, c.reason))


def _handed_back(chat: Chat) -> bool:
    """Whether a bot got it back from a person, by a hand-back."""
    first = next(place for place, (bot, _) in enumerate(chat.holders) if not bot)
    return any(bot and kind == "hand_back" for bot, kind in chat.holders[first:])


def _answered_by(wait: Segment, kind: str) -> bool:
    return wait.outcome == Came.ANSWERED and wait.destination_type == kind


def _own(wait: Segment) -> int:
    return (wait.ended_at or wait.started_at) - wait.started_at


def _waited(wait: Segment) -> int:
    return wait.waited_before_ms + _own(wait)


def _live(stint: Served) -> int:
    return (stint.ended_at or stint.started_at) - stint.started_at


def _after_work(stint: Served) -> int:
    return stint.wrapped_up_at - (stint.ended_at or 0) if stint.wrapped_up_at is not None else 0
