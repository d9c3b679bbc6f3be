"""The configuration as the use cases have it: a version is adopted in one transaction, with all that follows from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from batonpass.app import customer_presence, keeping, opening, refitting
from batonpass.app.audit import By, audit
from batonpass.app.keys import end_access_of
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import AgentRow, MemberRow, Tx
from batonpass.app.ports_administration import VersionRow
from batonpass.app.rescue import let_go
from batonpass.app.switches import forget
from batonpass.config import AgentSpec, Config, Document, Problem, diff, document_of
from batonpass.config.documents import get
from batonpass.domain.agents import AgentKind, SlotUse
from batonpass.domain.conversation import Role
from batonpass.domain.due import Due, DueKind
from batonpass.domain.errors import CallerError, Refused
from batonpass.domain.events import ConfigurationChanged, Effect, PresenceChanged, SwitchesChanged
from batonpass.domain.rules import SWITCHES

MOST_KEYS_LOGGED = 50


class InvalidConfig(CallerError):
    """What was asked for is no configuration; `problems` say which key, what was found, what was expected."""

    code = "config_invalid"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class VersionConflict(Refused):
    """Somebody else has changed the configuration meanwhile; `current` is the number it has now."""

    code = "precondition_failed"

    def __init__(self, current: int) -> None:
        self.current = current
        super().__init__(
            f"Not changed: the configuration is at version {current} by now. Read it, then try again."
        )


class ConfigFromFile(Refused):
    """The file is the source: it is changed there."""

    code = "config_from_file"


def env_of(config: Config, version: int = 0, like: Env | None = None) -> Env:
    """What transactions decide by under this configuration, on the node of another environment."""
    people = frozenset(spec.id for spec in config.agents() if spec.kind is AgentKind.REPRESENTATIVE)
    made = Env(config.rules(), config.words(), version=version, people=people)
    return made if like is None else replace(made, node=like.node, new_id=like.new_id)


def rows_of(config: Config) -> tuple[list[AgentRow], list[MemberRow]]:
    """The agents and memberships a configuration declares."""
    members = [MemberRow(m.queue_id, m.agent_id, m.capacity_priority, m.capacity) for m in config.members()]
    return [row_of(spec) for spec in config.agents()], members


def row_of(spec: AgentSpec) -> AgentRow:
    skills = tuple(sorted(spec.skills))
    return AgentRow(spec.id, spec.kind, spec.public_name, spec.capacity, skills, spec.supervisor)


# --- a new version ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Adopt:
    """Make this configuration the one in force. `expected`: the version it was made from, if that matters."""

    config: Config
    by: By
    comment: str = ""
    expected: int | None = None


def adopt(tx: Tx, env: Env, change: Adopt) -> Outcome:
    """Add a version and make agents, memberships, matches and what removed agents leave behind follow it.

    Replies the version; the last one when nothing differs from it. Whoever decides by the old environment meanwhile
    does no harm that a later match does not mend: see `wake_queues` and `app/rescue.py`.

    Raises:
        VersionConflict, InvalidConfig (an agent would become something else)
    """
    number = tx.lock_config()
    if change.expected is not None and change.expected != number:
        raise VersionConflict(number)
    before = tx.config_version(number)
    document = document_of(change.config)
    changes = [found.as_json() for found in diff(before.document if before else {}, document)]
    if before is not None and not changes:
        return Outcome(before)
    _same_kinds(tx, change.config)
    by, comment = change.by, change.comment
    version = VersionRow(number + 1, tx.now, by.role, by.id, comment, document, changes)
    tx.add_config_version(version)
    keys = [str(found["key"]) for found in changes]
    details = {"keys": keys[:MOST_KEYS_LOGGED], "count": len(keys), "comment": comment}
    audit(tx, by, "config.changed", str(version.number), details)
    effects: list[Effect] = [ConfigurationChanged(version.number)]
    if before is not None and forget(tx, _turned(before.document, document)):
        effects.append(SwitchesChanged())
    agents, members = rows_of(change.config)
    were, _ = tx.declared()
    for agent_id in sorted(were.keys() - {row.id for row in agents}):
        end_access_of(tx, agent_id, by)
    effects += declare(tx, agents, members)
    return Outcome(version, effects, wake=True)


def _turned(before: Document, after: Document) -> list[str]:
    """The switches of which a version says something else than the one before."""
    return [name for name in SWITCHES if get(before, ("switches", name)) != get(after, ("switches", name))]


def _same_kinds(tx: Tx, config: Config) -> None:
    """An id stands in the history of chats: a bot's never becomes a person's."""
    wanted = {spec.id: spec.kind for spec in config.agents()}
    were = tx.kinds(wanted)
    problems = [
        Problem(config.source, f"agents.{agent_id}.kind", f'"{wanted[agent_id]}"', f'"{kind}", or another id')
        for agent_id, kind in sorted(were.items())
        if kind is not wanted[agent_id]
    ]
    if problems:
        raise InvalidConfig(problems)


def declare(tx: Tx, agents: Sequence[AgentRow], members: Sequence[MemberRow]) -> list[Effect]:
    """Make these the agents and memberships, and write what follows from it as due work."""
    before, old = tx.declared()
    after = {row.id: row for row in agents}
    were = tx.agents(after)  # who comes back as well: something of it may not have ended yet
    tx.apply_config(agents, members)
    for agent_id in sorted(before.keys() - after.keys()):
        let_go(tx, agent_id)
    for agent_id in sorted(were):
        if were[agent_id].limited is not (after[agent_id].capacity is not None):
            _fit_slots(tx, agent_id, limited=after[agent_id].capacity is not None)
    tx.add_due([Due(DueKind.MATCH, queue_id, tx.now) for queue_id in tx.waiting_queues()])
    changed = {a for a in before.keys() | after.keys() if before.get(a) != after.get(a)}
    changed |= {member.agent_id for member in old ^ set(members)}
    return [PresenceChanged(agent_id) for agent_id in sorted(changed)]


def _fit_slots(tx: Tx, agent_id: str, *, limited: bool) -> None:
    """A bot that gets a limit uses slots for what it has, above the limit too; without one it uses none (law 5)."""
    if not limited:
        tx.free_slots(tx.slots_of(agent_id))
        return
    weighing = [stint for stint in tx.stints_of(agent_id) if stint.role is not Role.OBSERVER]
    tx.take_slots(
        [
            SlotUse(agent_id, number, stint.conversation_id, stint_id=stint.id)
            for number, stint in enumerate(weighing, start=1)
        ]
    )


def wake_queues(tx: Tx, env: Env, _: None) -> Outcome:
    """Match what waits, now that nothing decides by the old rules any more: a match since the commit may have (law 7).

    And have what goes on looked after as the new rules say.
    """
    tx.add_due([Due(DueKind.MATCH, queue_id, tx.now) for queue_id in tx.waiting_queues()])
    tx.add_due(opening.timers(tx, env.rules))
    tx.add_due([due for due in customer_presence.graces(tx, env.rules) if not tx.has_due(due.kind, due.ref)])
    refitting.refit(tx, env.rules)
    keeping.seed(tx, env, soon=True)
    return Outcome(wake=True)
