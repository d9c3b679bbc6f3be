"""The faults: a small patch for a law, and the detector that must find it.

`finds` is what the detector's error must say, by default the number of the law; a fault that the database itself
refuses by a constraint is found by that refusal.
"""

from dataclasses import dataclass, replace

from batonpass.app import (
    answers,
    cases,
    customers,
    finding,
    going,
    matching,
    messages,
    opening,
    policy,
    presence,
    summaries,
    switchboard,
    views,
)
from batonpass.app.cases import locked
from batonpass.app.views import reading
from batonpass.domain import baton, closing, hooks, passing, routing, segments, turns
from batonpass.domain.agents import Agent
from batonpass.domain.case import Case
from batonpass.domain.conversation import EntryKind
from batonpass.domain.due import DueKind
from batonpass.domain.rules import Rules
from batonpass.protocol import projection
from batonpass.store.tx_agents import AgentQueries
from batonpass.store.tx_case import CaseQueries
from batonpass.store.tx_conversations import ConversationQueries
from batonpass.store.tx_due import DueQueries
from tests.faults import scenes
from tests.faults.plants import (
    Plant,
    both,
    boundary,
    closed_again,
    freed_in_wrap_up,
    kind_is_public,
    nothing,
    one_slot_more,
    private_counts_as_public,
    publish_before_commit,
    reads_one_more,
    speak_without_fence,
    waits_alone,
    without_change,
    without_reason,
    without_timer,
    wrap,
)
from tests.faults.scenes import Detector, dice, riot, shift


@dataclass(frozen=True)
class Fault:
    law: int
    name: str
    plant: Plant
    detector: Detector
    finds: str = ""
    engine: str = "sqlite"

    @property
    def wanted(self) -> str:
        return self.finds or f"law {self.law}:"


G = dice(7)
"""One game finds most: whoever changes the moves of the game may have to name other seeds here."""

LAW_1 = [
    Fault(
        1, "the fence is left out", lambda p: p.setattr(ConversationQueries, "speak", speak_without_fence), G
    ),
    Fault(
        1,
        "a removed entry is public beside an added one",
        wrap(
            baton,
            "_end_live_time",
            lambda real: lambda case, gone, n: real(case, gone, n or case.notice("waiting")),
        ),
        G,
    ),
    Fault(
        1,
        "a holder leaves without a public entry",
        wrap(baton, "_end_live_time", lambda real: lambda case, leaving, notice: real(case, leaving, None)),
        G,
    ),
    Fault(
        1,
        "the epoch stands still",
        without_change("epoch"),
        G,
    ),
]
LAW_2 = [
    Fault(
        2,
        "no deduplication",
        nothing(ConversationQueries, "entry_of"),
        scenes.a_resend,
        finds="UNIQUE constraint failed: entries",
    ),
    Fault(2, "a private entry takes a public number", wrap(Case, "write", private_counts_as_public), G),
    Fault(
        2,
        "the last entry of a commit is forgotten",
        wrap(
            ConversationQueries, "add_entries", lambda real: lambda self, es: real(self, es[: len(es) // 2])
        ),
        G,
    ),
    Fault(
        2,
        "the conversation is not locked",
        wrap(ConversationQueries, "conversation", lambda real: lambda self, cid, lock=False: real(self, cid)),
        riot(1),
        finds="law|duplicate key|IntegrityError",
        engine="postgres",
    ),
]
LAW_2 += [
    Fault(
        2,
        "webhooks forget the first thing a commit tells",
        wrap(hooks, "facts", lambda r: lambda e: r(e)[1:]),
        G,
    ),
]

LAW_3 = [
    Fault(
        3,
        "a customer's page begins one late",
        wrap(
            views,
            "customer_page",
            lambda real: lambda tx, a, b, after, limit: real(tx, a, b, after + 1, limit),
        ),
        scenes.a_resume,
    ),
    Fault(
        3,
        "an agent's page ends one early",
        wrap(reading, "readable", lambda real: lambda *args: real(*args) - 1),
        scenes.a_resume,
    ),
    Fault(
        3,
        "a push before the commit",
        lambda p: p.setattr(switchboard.Switchboard, "do", publish_before_commit),
        scenes.a_failed_commit,
    ),
]
LAW_4 = [
    Fault(4, "the boundary is off by one", boundary(lambda h, at: at and at - 1), dice(3)),
    Fault(4, "a failover hides what nobody answered", boundary(lambda h, at: at and h.boundary_seq), dice(3)),
    Fault(4, "a bot is not asked to greet", nothing(turns, "start_greeting"), G),
    Fault(4, "a bot's reply answers all there is", nothing(messages, "_answers", messages.ALL), G),
]
LAW_5 = [
    Fault(5, "a slot is not freed", nothing(baton, "free_slot"), G),
    Fault(5, "wrap-up frees its slot", wrap(baton, "_to_wrap_up", freed_in_wrap_up), G),
    Fault(5, "one more than the capacity", lambda p: p.setattr(Agent, "free_slot", one_slot_more), G),
    Fault(5, "a wrap-up does not end when its slot is taken over", nothing(baton, "_yield_wrap_up"), dice(5)),
    Fault(5, "a slot is not stored", nothing(CaseQueries, "take_slots"), G),
    Fault(
        5,
        "the winner is not locked",
        both(
            wrap(AgentQueries, "agent", lambda real: lambda self, agent_id, lock=False: real(self, agent_id)),
            nothing(AgentQueries, "lock_agents"),
        ),
        scenes.one_slot_wanted_twice,
        finds="duplicate key|law 5",
        engine="postgres",
    ),
]
LAW_6 = [
    Fault(6, "the timer of an offer is lost", without_timer(DueKind.OFFER), G),
    Fault(6, "the timer of a turn is lost", without_timer(DueKind.TURN), G),
    Fault(6, "the maximum wait is lost", without_timer(DueKind.MAX_WAIT), G),
    Fault(6, "the end of a wrap-up is lost", without_timer(DueKind.WRAP_UP), G),
    Fault(6, "a timer stays behind", nothing(Case, "unschedule"), G),
    Fault(
        6, "what the customer wrote meanwhile is no turn", nothing(ConversationQueries, "customer_span"), G
    ),
    Fault(6, "start-up renews no grace", nothing(CaseQueries, "agents_at_work", []), scenes.a_restart),
    Fault(6, "start-up renews no offer", nothing(CaseQueries, "renew_offer"), scenes.a_restart),
    Fault(6, "a wait ends in the night", nothing(policy, "wait_until"), shift(0)),
    Fault(6, "a lost stint stays", nothing(going, "lose"), G),
    Fault(
        6,
        "an accept outlives its connection",
        nothing(answers, "_grace_if_gone"),
        scenes.an_accept_without_a_connection,
    ),
]
LAW_7 = [
    Fault(7, "no match is written", nothing(Case, "match"), G),
    Fault(
        7,
        "coming back wakes nobody",
        wrap(presence, "_may_serve", lambda real: lambda tx, a: real(tx, replace(a, queues=()))),
        scenes.coming_back,
    ),
    Fault(
        7,
        "a failover's second queue is forgotten",
        wrap(
            finding, "_ask_failover_queue", lambda real: lambda tx, h, need, members: routing.decide([], need)
        ),
        scenes.a_failover_elsewhere,
    ),
    Fault(7, "who is back has still missed it", nothing(AgentQueries, "clear_missed"), scenes.coming_back),
    Fault(
        7,
        "a match takes one claim and forgets the rest",
        wrap(Case, "match", lambda real: lambda self, *q: None if self.offers else real(self, *q)),
        G,
    ),
    Fault(7, "queues have no timer for their hours", nothing(opening, "timers", []), shift(0)),
    Fault(7, "the sweep is blind", nothing(DueQueries, "waiting_queues", []), scenes.a_forgotten_match),
]
LAW_8 = [
    Fault(8, "a transition without a notice", nothing(Case, "notice", {}), G),
    Fault(
        8,
        "a notice without words",
        wrap(Case, "notice", lambda real: lambda *a, **k: real(*a, **k) | {"text": ""}),
        G,
    ),
]
LAW_9 = [
    Fault(
        9,
        "the summary has all the time it wants",
        lambda patch: patch.setattr(summaries, "BUDGET_S", 60.0),
        scenes.a_hanging_summarizer,
    ),
]
LAW_10 = [
    Fault(10, "the end leaves a second one behind", wrap(closing, "close", closed_again), scenes.the_end),
    Fault(
        10,
        "the end leaves an offer open",
        nothing(passing, "end_pending"),
        scenes.the_end,
        finds="law 10: .* is closed, and offered",
    ),
    Fault(
        10,
        "the end is not dated",
        without_change("closed_at"),
        scenes.the_end,
    ),
]
LAW_11 = [
    Fault(11, "a draft is public", kind_is_public(EntryKind.DRAFT), G),
    Fault(11, "a note is public", kind_is_public(EntryKind.NOTE), dice(1)),
    Fault(
        11,
        "an ended stint reads on",
        wrap(
            reading,
            "readable",
            lambda real: lambda tx, a, cid: max(real(tx, a, cid), tx.conversation(cid).seq),
        ),
        dice(3),
    ),
    Fault(11, "the reading limit is one too far", wrap(Case, "finish", reads_one_more), G),
    Fault(
        11,
        "whose conversation it is does not matter",
        wrap(customers, "customers_own", lambda real: lambda tx, cid, customer_id: locked(tx, cid)),
        scenes.a_stranger,
    ),
    Fault(
        11,
        "an internal id is public",
        wrap(projection, "_public_data", lambda real: lambda e: real(e) | {"stint_id": e.stint_id}),
        scenes.what_a_customer_sees,
    ),
]
LAW_12 = [
    Fault(12, "no trace", nothing(routing.Decision, "as_trace", {}), G),
    Fault(12, "nobody is not explained", nothing(matching, "_explain_nobody", frozenset()), G),
    Fault(12, "a decline is ignored", without_reason("declined"), G),
    Fault(12, "whom it seeks is ignored", without_reason("not_sought"), G),
    Fault(12, "hours are ignored", nothing(Rules, "is_closed", False), shift(6)),
    Fault(12, "the ladder is ignored", nothing(finding, "_ladder", frozenset()), G),
    Fault(12, "nobody is noted as having passed it on", nothing(CaseQueries, "pass_on"), G),
    Fault(12, "waiting time does not travel along", without_change("waited_ms"), dice(3)),
    Fault(12, "hops are not counted", nothing(passing, "_count_hop"), G),
    Fault(12, "a wait is not written down", nothing(cases, "keep_segments"), G),
    Fault(12, "every wait is the customer's", wrap(segments, "_wait", waits_alone), G),
    Fault(12, "a wait forgets what was waited before", nothing(segments, "_length", 0), G),
]


FAULTS = [*LAW_1, *LAW_2, *LAW_3, *LAW_4, *LAW_5, *LAW_6, *LAW_7, *LAW_8, *LAW_9, *LAW_10, *LAW_11, *LAW_12]
