"""A checked configuration, and what the other parts take from it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from batonpass.config import hours, models, routes
from batonpass.config.customer import canned, care
from batonpass.config.keeping import attachment_rules, retention_rules
from batonpass.config.life import life_rules
from batonpass.config.models import Entry, Queue, Server, Settings
from batonpass.config.problems import Problem
from batonpass.config.webhooks import hooks
from batonpass.config.widget import look
from batonpass.domain.agents import AgentKind
from batonpass.domain.handoff import Target, TargetType
from batonpass.domain.hours import Hours
from batonpass.domain.rules import (
    SWITCHES,
    EntryRule,
    HandBack,
    Nobody,
    QueueRules,
    Rules,
    Trigger,
    WhenClosed,
)
from batonpass.domain.words import DEFAULT_LOCALE, Words
from batonpass.domain.workflow import Condition, Workflow

_SECRETS = {
    "key",
    "keys",
    "token",
    "secret",
    "secrets",
    "password",
    "passwd",
    "auth",
    "authorization",
    "credentials",
}


@dataclass(frozen=True, slots=True)
class AgentSpec:
    """An agent as configured. `capacity` is None for a bot without a limit.

    `public_name` is the file's `name`: customers and agents read the same.
    """

    id: str
    kind: AgentKind
    public_name: str
    capacity: int | None
    skills: frozenset[str] = frozenset()
    supervisor: bool = False


@dataclass(frozen=True, slots=True)
class MemberSpec:
    """An agent's membership of a queue; at most `capacity` of its chats are of this queue, None for any number."""

    queue_id: str
    agent_id: str
    capacity_priority: int
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """A configuration that was checked: every name in it is known. `warnings` are worth a look."""

    settings: Settings
    source: str
    warnings: tuple[Problem, ...] = ()
    given: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What was validated, as it was given: no defaults, the environment's and the command line's words included."""

    @property
    def server(self) -> Server:
        return self.settings.server

    @property
    def store_url(self) -> str:
        """The store's address, with its password."""
        return self.settings.store.url.get_secret_value()

    def rules(self) -> Rules:
        """Return what the core decides by."""
        timers, routing = self.settings.timers, self.settings.routing
        opening = hours.of(self.settings.hours)
        homes = {m.agent_id: m.queue_id for m in reversed(self.members())}
        flows = routes.workflows(self.settings.workflows, homes)
        return Rules(
            offer_ms=_ms(timers.offer),
            grace_ms=_ms(timers.grace),
            turn_ms=_ms(timers.turn),
            turn_extensions=timers.turn_extensions,
            burst_ms=_ms(timers.burst),
            wrap_up_ms=_ms(timers.wrap_up),
            max_wait_ms=_ms(timers.max_wait),
            hop_limit=routing.hop_limit,
            sweep_ms=_ms(timers.sweep),
            completion_ms=_ms(timers.completion),
            later_summaries=self.settings.summarizer.later is not None,
            wrap_up_summaries=self.settings.summarizer.wrap_up,
            switched_off=frozenset(name for name in SWITCHES if not getattr(self.settings.switches, name)),
            failover_queue=routing.failover_queue,
            entry=tuple(_entry(rule, flows) for rule in self.settings.entry),
            workflows=flows,
            webhooks=hooks(self.settings.webhooks),
            attachments=attachment_rules(self.settings.attachments),
            retention=retention_rules(self.settings.retention),
            queues={name: self._queue(name, queue, opening) for name, queue in self.settings.queues.items()},
            insights=self.settings.insights.rules(),
            canned=canned(self.settings.canned),
            widget=look(self.settings.widget),
        )

    def _queue(self, queue_id: str, queue: Queue, opening: Mapping[str, Hours]) -> QueueRules:
        timers = self.settings.timers
        return QueueRules(
            id=queue_id,
            name=queue.name or queue_id,
            priority=queue.priority,
            offer_ms=_ms(timers.offer if queue.offer is None else queue.offer),
            wrap_up_ms=_ms(timers.wrap_up if queue.wrap_up is None else queue.wrap_up),
            max_wait_ms=_ms(timers.max_wait if queue.max_wait is None else queue.max_wait),
            auto_accept=queue.auto_accept,
            hand_back=_hand_back(queue.hand_back),
            back_to_bot=queue.back_to_bot,
            overflow=tuple(queue.overflow),
            strategy=queue.strategy,
            max_length=queue.max_length,
            skills=frozenset(queue.skills),
            nobody=Nobody(queue.nobody),
            life=life_rules(queue),
            hours=opening.get(queue.hours or ""),
            when_closed=WhenClosed(queue.when_closed),
            care=care(queue),
        )

    def words(self) -> Words:
        """Return the words for customers."""
        queues = {name: words_by_locale(queue.words) for name, queue in self.settings.queues.items()}
        return Words(words_by_locale(self.settings.words), queues)

    def agents(self) -> tuple[AgentSpec, ...]:
        """Return every agent, in the file's order."""
        return tuple(
            AgentSpec(
                id=agent_id,
                kind=AgentKind(agent.kind),
                public_name=agent.name or agent_id,
                capacity=agent.concurrency if agent.kind == "bot" else agent.capacity or 1,
                skills=frozenset(agent.skills),
                supervisor=agent.supervisor,
            )
            for agent_id, agent in self.settings.agents.items()
        )

    def members(self) -> tuple[MemberSpec, ...]:
        """Return every membership, in the file's order."""
        capacities = {agent.id: agent.capacity or 0 for agent in self.agents()}
        return tuple(
            MemberSpec(
                queue_id,
                member.agent,
                capacities[member.agent] if member.capacity_priority is None else member.capacity_priority,
                member.capacity,
            )
            for queue_id, queue in self.settings.queues.items()
            for member in queue.members
        )

    def shown(self) -> dict[str, Any]:
        """Return what is in force as plain JSON values, defaults included, for eyes: no secret is in it.

        Written as TOML it is a configuration that means the same, but for the password.
        """
        plain = self.settings.model_dump(mode="json", exclude_none=True)
        plain["store"]["url"] = masked_url(self.store_url)
        plain["words"] = words_by_locale(self.settings.words)
        plain["plugins"] = {name: _hidden(table) for name, table in plain["plugins"].items()}
        for agent in self.agents():
            limit = "capacity" if agent.kind is AgentKind.REPRESENTATIVE else "concurrency"
            plain["agents"][agent.id] |= {"name": agent.public_name}
            plain["agents"][agent.id] |= {} if agent.capacity is None else {limit: agent.capacity}
        for queue in self.rules().queues.values():
            plain["queues"][queue.id] |= {"name": queue.name}
            plain["queues"][queue.id]["words"] = words_by_locale(self.settings.queues[queue.id].words)
            plain["queues"][queue.id]["members"] = [
                {"agent": member.agent_id, "capacity_priority": member.capacity_priority}
                | ({} if member.capacity is None else {"capacity": member.capacity})
                for member in self.members()
                if member.queue_id == queue.id
            ]
        return plain


def words_by_locale(words: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return `[words]` by locale: its own keys are the default locale's, its tables those of others."""
    found: dict[str, dict[str, str]] = {}
    for key, value in words.items():
        if isinstance(value, dict):
            found.setdefault(key, {}).update(value)
        else:
            found.setdefault(DEFAULT_LOCALE, {})[key] = value
    return found


def masked_url(url: str) -> str:
    """Return a store's address without its password and options, which may hold one too."""
    if url.startswith("sqlite"):
        return url
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return f"{url.partition('://')[0]}://***"
    user = f"{parts.username}{':***' if parts.password is not None else ''}@" if parts.username else ""
    return f"{parts.scheme}://{user}{parts.hostname or ''}{port}{parts.path}{'?***' if parts.query else ''}"


def _hidden(table: Mapping[str, Any]) -> dict[str, Any]:
    """A plugin's options, without values that are called a secret."""
    return {name: "***" if _is_secret(name) else _shown(value) for name, value in table.items()}


def _shown(value: Any) -> Any:
    if isinstance(value, list):
        return [_shown(item) for item in value]
    return _hidden(value) if isinstance(value, dict) else value


def _is_secret(name: str) -> bool:
    """Whether a value of this name is to be hidden; the name of a variable or of a file is none."""
    parts = re.split(r"[^a-z]+", name.lower())
    return not _SECRETS.isdisjoint(parts) and parts[-1] not in ("env", "file")


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _hand_back(policy: models.HandBack) -> HandBack:
    return HandBack(
        target=Target(TargetType(policy.target), policy.id),
        when=frozenset(map(Trigger, policy.when)),
        idle_ms=_ms(policy.idle),
        cool_down_ms=_ms(policy.cool_down),
    )


def _entry(entry: Entry, flows: Mapping[str, Workflow]) -> EntryRule:
    when = tuple(Condition(name, frozenset(values)) for name, values in entry.when.items())
    queue_id = flows[entry.workflow].home if entry.workflow else entry.queue or ""
    return EntryRule(queue_id, when, entry.workflow, tuple(sorted(set(entry.skills))))
