"""The judge of `batonpass demo`: from the tap's raw frames and what the clients did to a verdict.

It knows the wire from its documentation alone and imports nothing of ours, so that a fault in the product
cannot hide in it. `python -m batonpass.demo.judge FRAMES PLAN` judges a kept run again.
"""

from collections import Counter
from pathlib import Path

from . import capacity, handoffs, joining, joins, messages, plan, views, voice
from .frames import Step, read
from .messages import Case, Message
from .record import Finding, Record, Recorder
from .verdict import Verdict, count, doubts, never_played
from .views import ADDED, CLOSED, MESSAGE, REMOVED, Entry

__all__ = ["Finding", "Verdict", "judge", "judge_files"]


def judge_files(frames: Path, plan_file: Path, sweep_found_work: int = 0) -> tuple[Verdict, list[Finding]]:
    """Judge a run from its two files. `sweep_found_work` is the server's own count, from its database."""
    return judge(list(read(frames)), plan.load(plan_file), sweep_found_work)


def judge(steps: list[Step], planned: plan.Plan, sweep_found_work: int = 0) -> tuple[Verdict, list[Finding]]:
    """Return the verdict and everything that speaks against the run."""
    record = Recorder(planned).feed(steps)
    cases, unsent = _cases(record)
    known = joins.collect(record)
    passes = handoffs.collect(record, known)
    verdict = Verdict(kills=planned.kills, reconnects=record.reconnects, sweep_found_work=sweep_found_work)
    findings = [Finding("lost", i.conversation, i.client, f"never sent: {i.text[:60]!r}") for i in unsent]
    waiting = handoffs.windows(passes)
    for case in cases:
        case.windows = waiting.get(case.id, [])
        verdict.messages_delivered += _laws(case, record, findings)
        verdict.gap_messages += _gap_messages(case)
    findings += voice.leaks(record, {case.id: case.plan.customer for case in cases})
    findings += capacity.violations(record)
    findings += handoffs.unfinished(record, passes)
    _figures(verdict, record, cases, passes)
    count(verdict, Counter(finding.figure for finding in findings))
    verdict.doubts = doubts(verdict, planned.asked, crash=planned.crash, ended=planned.ended)
    verdict.doubts += never_played(planned.asked, planned.wanted, handoffs.played(record, passes))
    return verdict, findings


def _cases(record: Record) -> tuple[list[Case], list[plan.Intent]]:
    """Sort everything by conversation."""
    planned = record.plan.conversations
    seen = views.collect(record)
    timelines = views.merge({c.id: c.customer for c in planned.values()}, seen)
    readers = joins.by_reader(joins.collect(record))
    sent, unsent = messages.collect(record)
    clients = record.plan.clients
    cases = {name: Case(planned[name], timelines[name], {}, {}, clients=clients) for name in planned}
    for (client, conversation), view in seen.items():
        if conversation in cases:
            cases[conversation].views[client] = view
    for (client, conversation), group in readers.items():
        if conversation in cases:
            cases[conversation].joins[client] = group
    for message in sent:
        if message.conversation in cases:
            cases[message.conversation].messages.append(message)
    for case in cases.values():
        for client in [case.plan.customer, *case.joins]:
            case.views.setdefault(client, views.View(client, case.id))
        messages.place(case)
    return list(cases.values()), unsent


def _laws(case: Case, record: Record, findings: list[Finding]) -> int:
    """Judge one conversation; return how many deliveries were as they should be."""
    delivered, missing = messages.lost(case, record.plan.audits)
    findings += missing
    findings += messages.duplicated(case)
    findings += messages.misordered(case, record.plan.audits)
    findings += voice.violations(case)
    findings += joining.violations(case, record)
    return delivered


def _gap_messages(case: Case) -> int:
    """What the customer wrote after a holder had left and before the next one came."""
    found, held, ever = 0, False, False
    public = case.timeline.public
    for entry in (public[number] for number in sorted(public)):
        if entry.event in (ADDED, REMOVED, CLOSED):
            held, ever = _holds(entry, held), True
        elif entry.event == MESSAGE and entry.by_customer and ever and not held:
            found += 1
    return found


def _holds(entry: Entry, held: bool) -> bool:
    if entry.event != CLOSED and entry.data.get("role") != "holder":
        return held
    return entry.event == ADDED


def _figures(verdict: Verdict, record: Record, cases: list[Case], passes: handoffs.Handoffs) -> None:
    sent: list[Message] = [message for case in cases for message in case.messages]
    times = handoffs.durations(passes)
    verdict.conversations = len(cases)
    verdict.messages_sent = sum(message.kept for message in sent)
    verdict.stale_sends_refused = sum(message.stale for message in sent)
    verdict.handoffs = handoffs.counts(passes)
    verdict.summaries = sum(handoff.summary for handoff in passes.values())
    verdict.handoff_ms = {
        name: round(handoffs.percentile(times, share), 1) for name, share in (("p50", 0.5), ("p99", 0.99))
    }
    verdict.offers_expired = len(_expired(record))


def _expired(record: Record) -> set[str]:
    return {
        happening.body["data"]["offer_id"]
        for client in record.agents()
        for happening in record.of(client)
        if happening.kind == "hears"
        and happening.name == "offer.ended"
        and happening.body["data"]["state"] == "expired"
    }
