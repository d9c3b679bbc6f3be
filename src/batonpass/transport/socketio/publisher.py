"""Committed effects become pushes. What needs a look into the store is looked up after; a push is only a hint."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import structlog

from batonpass.app import views
from batonpass.app.ports import Tx
from batonpass.app.switchboard import Switchboard
from batonpass.domain import events as e
from batonpass.domain.agents import Agent
from batonpass.domain.conversation import Turn
from batonpass.domain.errors import BatonpassError
from batonpass.domain.handoff import Offer
from batonpass.domain.rules import Rules
from batonpass.protocol import events, projection
from batonpass.protocol.base import AGENT, CUSTOMER
from batonpass.transport import access
from batonpass.transport.socketio import care, shapes
from batonpass.transport.socketio.engine import Server
from batonpass.transport.socketio.gates import Gates
from batonpass.transport.socketio.life import hold_changed
from batonpass.transport.socketio.packets import Frame, event_frame
from batonpass.transport.socketio.places import Places
from batonpass.transport.socketio.supervisor_hints import SupervisorHints
from batonpass.transport.socketio.typing import TypingHints
from batonpass.transport.socketio.untold import Untold

log = structlog.get_logger(__name__)

Told = list[tuple[str, shapes.Named]]
"""Which agent hears which event."""

RETRY_S = 0.2

T = TypeVar("T")


class SocketPublisher:
    """Pushes to rooms: `agent:{id}` holds all tabs of an agent, `customer:{id}` all of a customer.

    Supervisors get hints of their own.
    """

    def __init__(self, server: Server, board: Switchboard) -> None:
        self._server = server
        self._gates = Gates()
        self._board = board
        self._untold = Untold()
        self._places = Places(server, board)
        self.typing = TypingHints(server, board.store)
        self._supervisors = SupervisorHints(server, board)

    def publish(self, effects: list[e.Effect]) -> None:
        """Tell everybody concerned. Entries go at once; the rest after a look, in order per conversation."""
        self._supervisors.note(effects)
        for effect in effects:
            if isinstance(effect, e.EntriesWritten):
                self._entries(effect)
                self.typing.note(effect)
            elif isinstance(effect, e.QueuesChanged):
                self._places.changed(effect.queue_ids)
            elif isinstance(effect, (e.AccessChanged, e.ConfigurationChanged)):
                self._spawn(self.review(), "access")
            elif isinstance(effect, care.TOLD):
                self._care(effect)
            elif isinstance(effect, e.CustomerErased):
                self._end(effect.customer_id)
            elif type(effect) in _LOOKS:
                self._untold.add(effect)
        self._begin_looks()

    async def review(self) -> None:
        """Close the connections that may not stay."""
        try:
            await access.review(self._board, self._server)
        except BatonpassError as error:
            log.warning("access_not_reviewed", code=error.code)

    def beginning(self, agent_id: str, conversation_id: str) -> AbstractContextManager[None]:
        """Hold back this agent's entries of the conversation while its stream begins."""
        return self._gates.shut(agent_id, conversation_id, self.to_agent)

    def to_agent(self, agent_id: str, named: shapes.Named) -> None:
        self._server.push(AGENT, f"agent:{agent_id}", *named)

    def to_customer(self, customer_id: str, named: shapes.Named) -> None:
        self._server.push(CUSTOMER, f"customer:{customer_id}", *named)

    def _end(self, customer_id: str) -> None:
        """Close every connection of a customer."""
        for conn in list(self._server.manager.inside(CUSTOMER, f"customer:{customer_id}")):
            conn.kick()

    def _entries(self, written: e.EntriesWritten) -> None:
        for entry in written.entries:
            public = projection.for_customer(entry)
            if public is not None:
                self.to_customer(written.customer_id, public)
            for agent_id in written.readers:
                bot = self._board.env.reads_as_bot(agent_id)
                named = projection.for_agent(entry, agent_id, bot=bot)
                if not self._gates.held(agent_id, named):
                    self.to_agent(agent_id, named)

    def _care(self, effect: care.Tells) -> None:
        customer, agents = care.told(effect)
        for agent_id, named in agents:
            self.to_agent(agent_id, named)
        for customer_id, named in customer:
            self.to_customer(customer_id, named)

    def _begin_looks(self) -> None:
        while (taken := self._untold.take()) is not None:
            self._spawn(self._tell_all(*taken), "publish")

    async def _tell_all(self, keys: set[str], effects: list[e.Effect]) -> None:
        """One look for all of them; while the store does not answer, they wait."""
        try:
            for effect, told in await self._look(effects):
                self._tell(effect, told)
        finally:
            self._untold.done(keys)
            self._begin_looks()

    def _tell(self, effect: e.Effect, told: Told) -> None:
        """What a client cannot take now is looked up again when it can: one slow client holds up no other."""
        for agent_id in dict.fromkeys(agent_id for agent_id, _ in told):
            here = self._server.manager.inside(AGENT, f"agent:{agent_id}")
            frames = _frames(told, agent_id) if here else []
            for conn in here:
                conn.tell(frames, partial(self._again, effect, agent_id))

    async def _again(self, effect: e.Effect, agent_id: str) -> list[Frame]:
        return [frame for _, told in await self._look([effect]) for frame in _frames(told, agent_id)]

    async def _look(self, effects: list[e.Effect]) -> list[tuple[e.Effect, Told]]:
        while True:
            try:
                return await self._board.read(_look_up, self._board.env.rules, effects)
            except BatonpassError as error:
                if self._server.eio.stopping:
                    return []
                log.warning("push_delayed", code=error.code)
                await asyncio.sleep(RETRY_S)

    def _spawn(self, job: Coroutine[Any, Any, None], name: str) -> None:
        self._server.spawn(job, name)


def _look_up(tx: Tx, rules: Rules, effects: list[e.Effect]) -> list[tuple[e.Effect, Told]]:
    """What these effects tell which agent, as the store has it now, in their order."""
    return [(effect, _LOOKS[type(effect)](tx, rules, effect)) for effect in effects]


def _frames(told: Told, agent_id: str) -> list[Frame]:
    return [event_frame(AGENT, name, (body,)) for to, (name, body) in told if to == agent_id]


def _joined(tx: Tx, rules: Rules, effect: e.StintJoined) -> Told:
    """The packets; then, for a representative's list, the row."""
    view = views.packets(tx, effect.stint_id)
    if view is None:
        return []
    told = [(effect.agent_id, named) for named in shapes.packets(view)]
    return told if view.stint.stint.bot else told + _stint(tx, rules, effect)


def _stint(tx: Tx, rules: Rules, effect: e.StintChanged | e.StintJoined) -> Told:
    view = views.stint_view(tx, effect.stint_id)
    if view is None:
        return []
    stint, reader = view.stint, view.agent
    row = None if reader.bot else views.row_of(tx, rules, reader, stint.conversation_id, then=True)
    named = shapes.envelope(
        events.StintUpdated(stint=shapes.stint_info(view, row)),
        event_id=f"{stint.id}:{stint.state}",
        now=tx.now,
        conversation_id=stint.conversation_id,
        epoch=stint.epoch,
    )
    return [(effect.agent_id, named)]


def _offer(tx: Tx, effect: e.OfferChanged) -> Told:
    if effect.made:
        view = views.offer_view(tx, effect.offer_id)
        return [(effect.agent_id, _offer_made(view))] if view else []
    offer: Offer | None = tx.offer(effect.offer_id)
    return [(effect.agent_id, shapes.offer_ended(offer, tx.now))] if offer and offer.state != "open" else []


def _offer_made(view: views.OfferView) -> shapes.Named:
    return shapes.envelope(
        events.OfferMade(offer=shapes.offer_info(view)),
        event_id=f"{view.offer.id}:made",
        now=view.now,
        conversation_id=view.offer.conversation_id,
    )


def _handoff(tx: Tx, effect: e.HandoffChanged) -> Told:
    # Its summary may have been replaced since; the higher version counts.
    now = tx.handoff(effect.handoff.id) or effect.handoff
    told = replace(
        effect.handoff,
        summary=now.summary,
        summary_version=now.summary_version,
        summary_flagged=now.summary_flagged,
    )
    named = shapes.handoff_updated(views.handoff_view(tx, told), tx.now)
    return [(agent_id, named) for agent_id in effect.agents]


def _summary(tx: Tx, effect: e.SummaryChanged) -> Told:
    told = views.told(tx, effect.ref)
    if told is None:
        return []
    named = shapes.summary_updated(told, tx.now)
    return [(agent_id, named) for agent_id in told.readers]


def _turn(tx: Tx, effect: e.TurnChanged) -> Told:
    turn: Turn | None = tx.turn(effect.turn_id)
    if turn is None or (effect.started and turn.state != "open"):
        return []
    event: events.TurnStarted | events.TurnEnded
    if effect.started:
        stint = tx.stint(turn.stint_id)
        # A greeting's turn travels as the third joining packet; the rest waits until the stint is ready.
        if turn.kind == "greet" or stint is None or not stint.ready:
            return []
        event = events.TurnStarted(turn=shapes.turn_info(turn, tx.now))
    else:
        event = events.TurnEnded(turn_id=turn.id, stint_id=turn.stint_id, reason=turn.reason or "")
    name = "started" if effect.started else "ended"
    named = shapes.envelope(
        event, event_id=f"{turn.id}:{name}", now=tx.now, conversation_id=turn.conversation_id
    )
    return [(effect.agent_id, named)]


def _presence(tx: Tx, effect: e.PresenceChanged) -> Told:
    agent: Agent | None = tx.agents([effect.agent_id]).get(effect.agent_id)
    if agent is None:
        return []
    named = shapes.presence_updated(agent, tx.now)
    return [(agent_id, named) for agent_id in (effect.agent_id, *effect.to)]


def _plain(look: Callable[[Tx, Any], Told]) -> Callable[[Tx, Rules, Any], Told]:
    """One that asks for no rules: it tells of no row."""
    return lambda tx, _, effect: look(tx, effect)


_LOOKS: dict[type[Any], Callable[[Tx, Rules, Any], Told]] = {
    e.StintJoined: _joined,
    e.StintChanged: _stint,
    e.OfferChanged: _plain(_offer),
    e.HandoffChanged: _plain(_handoff),
    e.SummaryChanged: _plain(_summary),
    e.TurnChanged: _plain(_turn),
    e.HoldChanged: _plain(hold_changed),
    e.PresenceChanged: _plain(_presence),
}
