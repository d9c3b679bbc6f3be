"""What supervisors hear of committed effects: what has changed, as it is now, once a second at most.

Changes are gathered by what they are of, and looked up together; in between, the last state wins. It is a
hint: a supervisor who comes, or comes back, gets a snapshot.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import structlog

from batonpass.app import overview as o
from batonpass.app import switches
from batonpass.app.outcome import Env
from batonpass.app.ports import Tx
from batonpass.app.switchboard import Switchboard
from batonpass.app.views import HandoffView
from batonpass.domain import events as e
from batonpass.domain.conversation import EntryKind
from batonpass.domain.errors import BatonpassError
from batonpass.protocol.base import SUPERVISOR
from batonpass.transport.socketio import fitting, overview, shapes
from batonpass.transport.socketio.engine import Server
from batonpass.transport.socketio.packets import Frame, event_frame

log = structlog.get_logger(__name__)

T = TypeVar("T")

ROOM = "supervisors"
EVERY_S = 1.0
AT_ONCE = 100
"""At most so many of one sort at a time; the rest is told in the next second."""
MOST_ALERTS = 1_000

SAYING = (EntryKind.MESSAGE, EntryKind.NOTE, EntryKind.DRAFT)
"""Entries that move nothing."""


@dataclass(slots=True)
class Changed:
    """Ids of what has changed, each once, in order of its first change; and alerts."""

    agents: dict[str, None] = field(default_factory=dict)
    queues: dict[str, None] = field(default_factory=dict)
    conversations: dict[str, None] = field(default_factory=dict)
    handoffs: dict[str, None] = field(default_factory=dict)
    alerts: dict[e.AlertRaised, None] = field(default_factory=dict)
    switches: bool = False
    configuration: bool = False

    def __bool__(self) -> bool:
        sorts = (self.agents, self.queues, self.conversations, self.handoffs, self.alerts, self.switches)
        return any(sorts) or self.configuration

    def note(self, effect: e.Effect) -> None:
        """Add what an effect has changed."""
        match effect:
            case e.EntriesWritten(conversation_id, _, entries):
                if any(entry.kind not in SAYING for entry in entries):
                    self.conversations[conversation_id] = None
            case e.HandoffChanged(handoff):
                self.handoffs[handoff.id] = None
                self.conversations[handoff.conversation_id] = None
            case e.HoldChanged(conversation_id):
                self.conversations[conversation_id] = None
            case e.PresenceChanged() | e.StintJoined() | e.StintChanged() | e.OfferChanged():
                self.agents[effect.agent_id] = None
            case e.QueuesChanged(queue_ids):
                self.queues.update(dict.fromkeys(queue_ids))
            case e.AlertRaised():
                if len(self.alerts) < MOST_ALERTS:
                    self.alerts[effect] = None
            case e.SwitchesChanged():
                self.switches = True
            case e.ConfigurationChanged():
                self.configuration = True

    def take(self) -> "Changed":
        """Remove and return the first of each."""
        taken = Changed(
            _first(self.agents),
            _first(self.queues),
            _first(self.conversations),
            _first(self.handoffs),
            _first(self.alerts),
            self.switches,
            self.configuration,
        )
        self.switches = self.configuration = False
        return taken


class SupervisorHints:
    """Tells the room of all supervisors. While nobody is in it, nothing is gathered or looked up."""

    def __init__(self, server: Server, board: Switchboard) -> None:
        self._server = server
        self._board = board
        self._changed = Changed()
        self._busy = False
        self._rest: asyncio.TimerHandle | None = None

    def note(self, effects: Iterable[e.Effect]) -> None:
        """Note what has changed: told at once, or after the rest of a second that has begun."""
        if not self._server.manager.rooms.get(SUPERVISOR, {}).get(ROOM):
            self._changed = Changed()
            return
        for effect in effects:
            self._changed.note(effect)
        if self._rest is None and not self._busy:
            self._tell()

    def _tell(self) -> None:
        self._rest = None
        if self._changed and not self._server.eio.stopping:
            self._busy = True
            self._server.spawn(self._look_and_tell(self._changed.take()), "supervisors")

    async def _look_and_tell(self, changed: Changed) -> None:
        try:
            frames = await self._frames(changed)
            # A supervisor who takes them slowly gets them later, as things stand then.
            for conn in self._server.manager.inside(SUPERVISOR, ROOM):
                conn.tell(frames, partial(self._again, changed))
        except BatonpassError as error:
            log.warning("push_skipped", code=error.code)
        finally:
            self._busy = False
            # Nothing sleeps here: a stop would wait for it.
            self._rest = asyncio.get_running_loop().call_later(EVERY_S, self._tell)

    async def _frames(self, changed: Changed) -> list[Frame]:
        told = await self._board.read(_look, self._board.env, changed)
        return [event_frame(SUPERVISOR, name, (body,)) for name, body in told]

    async def _again(self, changed: Changed) -> list[Frame]:
        try:
            return await self._frames(changed)
        except BatonpassError as error:
            log.warning("push_skipped", code=error.code)
            return []


def _first(found: dict[T, None]) -> dict[T, None]:
    keys = list(found)[:AT_ONCE]
    for key in keys:
        del found[key]
    return dict.fromkeys(keys)


def _look(tx: Tx, env: Env, changed: Changed) -> list[shapes.Named]:
    """All that has changed, as the store has it now."""
    now = tx.now
    told = [overview.alert(raised, now) for raised in changed.alerts]
    if changed.configuration:
        told.append(overview.configuration_updated(env.version, sorted(env.rules.queues), now))
        changed.queues.update(dict.fromkeys(env.rules.queues))
    told += _handoffs(o.handoffs(tx, changed.handoffs), now)
    told += [overview.conversation_updated(v, now) for v in o.conversations(tx, changed.conversations)]
    agents = tx.agents(changed.agents).values()
    # A ladder shows what its members have now, so an agent's change is one of its queues.
    queues = dict.fromkeys([*changed.queues, *(name for agent in agents for name in agent.queues)])
    told += [overview.queue_updated(o.queue(tx, env, name), now) for name in queues]
    told += [shapes.presence_updated(agent, now) for agent in agents]
    if changed.switches:
        told.append(overview.switches_updated(switches.standing(tx, env), now))
    return told


def _handoffs(found: list[HandoffView], now: int) -> list[shapes.Named]:
    infos = fitting.handoffs([shapes.handoff_info(view) for view in found])
    return [shapes.handoff_updated(view, now, info) for view, info in zip(found, infos, strict=True)]
