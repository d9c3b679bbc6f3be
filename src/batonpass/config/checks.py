"""What the shapes cannot say: names that must exist, and values that must fit each other."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from batonpass.config import customer_checks, life_checks, widget_checks
from batonpass.config.customer import LOCALE
from batonpass.config.hours_checks import of_hours
from batonpass.config.models import HandBack, Queue, Settings
from batonpass.config.problems import Path, Problem, Sources, one_of, shown
from batonpass.config.routes_checks import overflow, workflows
from batonpass.config.view import Given, View
from batonpass.domain.words import DEFAULT_LOCALE, PARAMS, problem

Check = Callable[[View], Iterator[Problem]]


def run(settings: Settings, given: Given, sources: Sources) -> tuple[list[Problem], list[Problem]]:
    """Return the errors and the warnings."""
    view = View(settings, given, sources)
    errors = (
        _queues,
        _members,
        _hand_back,
        overflow,
        workflows,
        _agents,
        _entry,
        _failover,
        of_hours,
        _words,
        *customer_checks.CHECKS,
        *widget_checks.CHECKS,
        life_checks.silence,
    )
    warnings = (_unserved, _idle)
    return _all(errors, view), _all(warnings, view)


def _all(checks: tuple[Check, ...], view: View) -> list[Problem]:
    return [found for check in checks for found in check(view)]


def _queues(view: View) -> Iterator[Problem]:
    if not view.queues:
        yield view.say(("queues",), "no queue", "at least one table [queues.ID]")


def _members(view: View) -> Iterator[Problem]:
    for queue_id, queue in view.settings.queues.items():
        seen: dict[str, int] = {}
        if not view.whole(("queues", queue_id, "members")):
            continue
        for place, member in enumerate(queue.members):
            at: Path = ("queues", queue_id, "members", place)
            if member.agent not in view.agents:
                yield view.say(
                    (*at, "agent"), shown(member.agent), _known("agent", view.agents, member.agent)
                )
            elif member.agent in seen:
                first = f"queues.{queue_id}.members[{seen[member.agent]}]"
                yield view.say((*at, "agent"), f"{shown(member.agent)} again", f"it once (see {first})")
            elif member.capacity_priority is None and _has_no_rank(view, member.agent):
                yield view.say(
                    (*at, "capacity_priority"),
                    "nothing",
                    f"a whole number, because the bot {member.agent} has no concurrency to take it from",
                )
            seen.setdefault(member.agent, place)


def _has_no_rank(view: View, agent_id: str) -> bool:
    agent = view.settings.agents.get(agent_id)
    whole = view.whole(("agents", agent_id))
    return whole and agent is not None and agent.kind == "bot" and agent.concurrency is None


def _known(what: str, names: frozenset[str], near: str) -> str:
    return f"the id of {'an agent' if what == 'agent' else 'a queue'}: {one_of(names, near)}"


def _hand_back(view: View) -> Iterator[Problem]:
    for queue_id, queue in view.settings.queues.items():
        at: Path = ("queues", queue_id, "hand_back", "id")
        yield from _hand_back_target(view, at, queue.hand_back)


def _hand_back_target(view: View, at: Path, policy: HandBack) -> Iterator[Problem]:
    names = view.agents if policy.target == "agent" else view.queues
    what = "agent" if policy.target == "agent" else "queue"
    if policy.target == "previous":
        if policy.id is not None:
            yield view.say(at, shown(policy.id), 'nothing, because target "previous" names the bot itself')
    elif policy.id is None:
        if policy.target != "next":
            yield view.say(at, "nothing", _known(what, names, ""))
    elif policy.id not in names:
        yield view.say(at, shown(policy.id), _known(what, names, policy.id))
    elif policy.target == "agent" and _kind(view, policy.id) == "representative":
        yield view.say(at, f"the representative {shown(policy.id)}", "a bot, whom a hand-back seeks")


def _kind(view: View, agent_id: str) -> str:
    agent = view.settings.agents.get(agent_id)
    return agent.kind if agent else ""


def _agents(view: View) -> Iterator[Problem]:
    for agent_id, agent in view.settings.agents.items():
        at: Path = ("agents", agent_id)
        if agent.kind == "bot" and agent.capacity is not None:
            yield view.say((*at, "capacity"), str(agent.capacity), "concurrency instead, because it is a bot")
        if agent.kind == "bot" and agent.supervisor:
            yield view.say((*at, "supervisor"), "true", "a representative, because no bot supervises")
        if agent.kind == "representative" and agent.concurrency is not None:
            expected = "capacity instead, because it is a representative"
            yield view.say((*at, "concurrency"), str(agent.concurrency), expected)


def _entry(view: View) -> Iterator[Problem]:
    rules = view.settings.entry
    if not view.whole(("entry",)):
        return
    for place, rule in enumerate(rules):
        at: Path = ("entry", place)
        if rule.queue is None and rule.workflow is None:
            yield view.say((*at, "queue"), "nothing", "the id of a queue, or a workflow instead")
        elif rule.queue is not None and rule.workflow is not None:
            yield view.say((*at, "workflow"), shown(rule.workflow), "nothing, because the rule names a queue")
        elif rule.queue is not None and rule.queue not in view.queues:
            yield view.say((*at, "queue"), shown(rule.queue), _known("queue", view.queues, rule.queue))
        elif rule.workflow is not None and rule.workflow not in view.workflows:
            expected = f"the id of a workflow: {one_of(view.workflows, rule.workflow)}"
            yield view.say((*at, "workflow"), shown(rule.workflow), expected)
        if not rule.when and place < len(rules) - 1:
            yield view.say((*at, "when"), "no condition", "one, because only the last [[entry]] has none")
    if not rules:
        yield view.say(("entry",), "no entry queue", "at least one [[entry]] with a queue")
    elif rules[-1].when:
        at = ("entry", len(rules) - 1, "when")
        yield view.say(
            at, "a condition", "none in the last [[entry]], so that every conversation finds a queue"
        )


def _failover(view: View) -> Iterator[Problem]:
    queue_id = view.settings.routing.failover_queue
    if queue_id is not None and queue_id not in view.queues:
        expected = _known("queue", view.queues, queue_id)
        yield view.say(("routing", "failover_queue"), shown(queue_id), expected)


def _words(view: View) -> Iterator[Problem]:
    yield from _table_of_words(view, ("words",), view.settings.words)
    for queue_id, queue in view.settings.queues.items():
        yield from _table_of_words(view, ("queues", queue_id, "words"), queue.words)


def _table_of_words(view: View, at: Path, given: Mapping[str, Any]) -> Iterator[Problem]:
    inner = given.get(DEFAULT_LOCALE)
    for key, value in given.items():
        if not isinstance(value, dict):
            yield from _word(view, (*at, key), key, value)
            if isinstance(inner, dict) and key in inner:
                yield view.say(
                    (*at, DEFAULT_LOCALE, key),
                    f"the word {key} again",
                    f"it once (see {'.'.join(map(str, at))}.{key})",
                )
        elif not LOCALE.fullmatch(key):
            yield view.say((*at, key), f"the table {shown(key)}", 'a locale such as "de" or "pt-BR"')
        else:
            for code, text in value.items():
                yield from _word(view, (*at, key, code), code, text)


def _word(view: View, at: Path, code: str, text: Any) -> Iterator[Problem]:
    if code not in PARAMS:
        yield view.say(at, "an unknown word", one_of(PARAMS, code))
    elif not isinstance(text, str):
        yield view.say(at, shown(text), "text in quotes")
    elif wrong := problem(code, text):
        found, _, expected = wrong.partition(", expected ")
        yield view.say(at, f"text that {found}", expected)


# --- warnings ---------------------------------------------------------------------------------------


def _unserved(view: View) -> Iterator[Problem]:
    for queue_id, queue in view.settings.queues.items():
        kinds = {_kind(view, member.agent) for member in queue.members}
        at: Path = ("queues", queue_id, "members")
        if not kinds:
            yield view.say(at, "no members", "at least one, or its conversations wait in vain")
        elif queue_id == view.settings.routing.failover_queue and "representative" not in kinds:
            yield view.say(at, "no representative", "one in the failover queue")
    yield from _bots_to_hand_back_to(view)


def _bots_to_hand_back_to(view: View) -> Iterator[Problem]:
    for queue_id, queue in view.settings.queues.items():
        target = view.settings.queues.get(queue.hand_back.id or queue_id)
        if queue.hand_back.target not in {"next", "queue"} or target is None or not _people(view, queue):
            continue
        if not any(_kind(view, member.agent) == "bot" for member in target.members):
            where = queue.hand_back.id or queue_id
            yield view.say(
                ("queues", queue_id, "hand_back"), f"no bot in the queue {where}", "one to hand back to"
            )


def _people(view: View, queue: Queue) -> bool:
    return any(_kind(view, member.agent) == "representative" for member in queue.members)


def _idle(view: View) -> Iterator[Problem]:
    serving = {member.agent for queue in view.settings.queues.values() for member in queue.members}
    for agent_id, agent in view.settings.agents.items():
        if agent_id not in serving and not agent.supervisor:
            yield view.say(("agents", agent_id), "a member of no queue", "one, or it gets no conversations")
