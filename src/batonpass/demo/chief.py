"""The supervisor of `--scenario all`: looks in unseen, whispers, takes over, assigns, closes."""

import asyncio
from typing import Any

import structlog

from batonpass.client import Refused, RepresentativeChat
from batonpass.client.connection import Connection
from batonpass.client.entry import as_content
from batonpass.client.errors import ClientError
from batonpass.demo.agents import PlayingPerson
from batonpass.demo.play import TIMING, Play
from batonpass.demo.script import Script
from batonpass.demo.world import TALKERS, Staff
from batonpass.ids import new_id
from batonpass.protocol.agent import AgentSent
from batonpass.protocol.base import SUPERVISOR, ClientEvent
from batonpass.protocol.supervisor import (
    ActDone,
    Assign,
    Close,
    CloseDone,
    Monitor,
    SupervisorWhisper,
    TakeOver,
)

log = structlog.get_logger(__name__)

LOOK_S = 0.1


class Chief(PlayingPerson):
    """A representative of no queue, who acts on conversations as their courses say."""

    def __init__(self, play: Play, staff: Staff) -> None:
        super().__init__(play, staff)
        self.desk = Connection(
            play.tap.url,
            SUPERVISOR,
            {"token": play.keys[staff.id]},
            on_snapshot=_unheeded,
            on_event=_unheeded_event,
            timing=TIMING,
        )

    async def watch(self) -> None:
        """Act whenever a conversation is where its course wants it. Never returns."""
        while True:
            for script in list(self.play.running.values()):
                if script.watch_now():
                    await self._act(script)
            await asyncio.sleep(LOOK_S)

    async def _act(self, script: Script) -> None:
        what = script.course.watched
        if what is None:
            return
        self.play.took_part.add((self.staff.id, script.conversation_id))
        try:
            await self._do(script, what)
            script.tell(f"{self.staff.name}, a supervisor, does this: {what}.")
        except Refused as refused:
            log.info("supervisor_refused", act=what, code=refused.code)
            script.tell(f"{self.staff.name}, a supervisor, may not do this: {what} ({refused.code}).")
        except ClientError as error:
            log.info("supervisor_lost", act=what, error=type(error).__name__)

    async def _do(self, script: Script, what: str) -> None:
        where, reason = script.conversation_id, f"to show: {what}"
        if what == "close":
            await self.desk.call(Close(conversation_id=where, reason=reason), CloseDone)
            return
        if what == "take over":
            await self._call(TakeOver(conversation_id=where, client_id=new_id(), reason=reason))
        elif what == "look in":
            await self._call(Monitor(conversation_id=where, client_id=new_id(), reason=reason))
            await self._whisper(script, reason)
        else:
            agent = TALKERS[int(script.key) % len(TALKERS)]
            force = what == "assign by force"
            await self._call(
                Assign(
                    conversation_id=where, client_id=new_id(), agent_id=agent.id, reason=reason, force=force
                )
            )

    async def _call(self, act: ClientEvent) -> None:
        await self.desk.call(act, ActDone)

    async def _whisper(self, script: Script, reason: str) -> None:
        words = self.play.private(f"whisper {script.key} of {self.staff.name}: well done")
        client_id = new_id()
        self.play.plan.send(
            self.staff.id, script.conversation_id, words, client_id=client_id, purpose="whisper"
        )
        said = SupervisorWhisper(
            conversation_id=script.conversation_id,
            client_id=client_id,
            content=as_content(words),
            reason=reason,
        )
        await self.desk.call(said, AgentSent)

    async def _serve_beside(self, chat: RepresentativeChat, script: Script) -> None:
        """An observer says nothing to the customer."""
        if chat.role != "observer":
            await super()._serve_beside(chat, script)


def _unheeded(data: dict[str, Any]) -> None:
    """A screen would show it."""


def _unheeded_event(event: str, envelope: dict[str, Any]) -> None:
    """A screen would show it."""
