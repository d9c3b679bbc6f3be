"""One stint, from the agent's side: the story it came with, what is said in it, and what the agent may do."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from batonpass.client.entry import Entry, Feed, as_content
from batonpass.client.errors import Refused
from batonpass.ids import new_id
from batonpass.protocol.agent import (
    AgentSend,
    AgentSent,
    AgentTyping,
    ContextSet,
    ConversationDetails,
    ConversationResolve,
    Details,
    HandoffRequest,
    NoteAdd,
    TargetShape,
)
from batonpass.protocol.base import ClientEvent
from batonpass.protocol.content import Content
from batonpass.protocol.customer import Done, HandoffAsked
from batonpass.protocol.shapes import HandoffInfo, StintInfo, SummaryShape

if TYPE_CHECKING:
    from batonpass.client.connection import Connection


class Chat:
    """A conversation as this agent has it, for one stint.

    `context` are the variables, `handoff` how it came here; `entries` is everything known of the timeline,
    the transcript first, and grows. `memory` is for the program's own values; it is lost with the process.
    """

    def __init__(self, connection: "Connection", conversation_id: str, stint_id: str, role: str) -> None:
        self.conversation_id = conversation_id
        self.stint_id = stint_id
        self.role = role
        self.state = "live"
        self.reason: str | None = None
        self.epoch = 0
        self.boundary_seq = 0
        self.ready = False
        self.context: dict[str, str] = {}
        self.handoff: HandoffInfo | None = None
        self.entries = Feed()
        self.memory: dict[str, Any] = {}
        self._connection = connection

    @property
    def live(self) -> bool:
        """Whether this stint still is live."""
        return self.state == "live"

    @property
    def summary(self) -> SummaryShape | None:
        """The summary the hand-off brought, or None."""
        return self.handoff.summary if self.handoff else None

    @property
    def note(self) -> str:
        """The giver's note, or an empty string."""
        return self.handoff.note if self.handoff else ""

    @property
    def transcript(self) -> list[Entry]:
        """What is known of the timeline, in order: the transcript of the join and all that came since."""
        return list(self.entries)

    def my_texts(self) -> list[str]:
        """What this stint said, in order: a bot without state of its own looks here for where it stands."""
        return [e.text for e in self.entries if e.is_message and e.data.get("stint_id") == self.stint_id]

    async def until(self, holds: Callable[["Chat"], bool], timeout: float | None = None) -> None:
        """Wait until `holds(chat)`; looked at after each entry and each change. Raises TimeoutError."""
        await self.entries.until(lambda: holds(self), timeout)

    async def send(self, said: str | Content, *, client_id: str | None = None) -> AgentSent:
        """Say something; returns when it is stored. Raises Refused: `stint_ended` when the baton went on."""
        what = AgentSend(
            conversation_id=self.conversation_id,
            stint_id=self.stint_id,
            client_id=client_id or new_id(),
            content=as_content(said),
        )
        return await self._connection.call(what, AgentSent, lane=self.conversation_id)

    async def add_note(self, text: str, *, client_id: str | None = None) -> AgentSent:
        """Write a note for agents only."""
        what = NoteAdd(
            conversation_id=self.conversation_id,
            stint_id=self.stint_id,
            client_id=client_id or new_id(),
            text=text,
        )
        return await self._connection.call(what, AgentSent, lane=self.conversation_id)

    async def set_context(self, variables: Mapping[str, str] | None = None, **more: str) -> None:
        """Set variables of the conversation; `context` has them once they are stored."""
        new = {**(variables or {}), **more}
        await self._do(
            ContextSet(conversation_id=self.conversation_id, stint_id=self.stint_id, variables=new)
        )
        self.context.update(new)

    async def hand_off(
        self,
        kind: Literal["escalation", "hand_back"],
        *,
        target: TargetShape | None = None,
        reason: str = "",
        note: str = "",
        context: Mapping[str, str] | None = None,
        client_id: str | None = None,
    ) -> HandoffAsked:
        """Pass the baton on: `escalation` to a person, `hand_back` to a bot. The stint ends with it.

        Raises Refused: `unavailable` when nobody could take it there (this stint stays), `handoff_pending`.
        """
        what = HandoffRequest(
            conversation_id=self.conversation_id,
            stint_id=self.stint_id,
            client_id=client_id or new_id(),
            kind=kind,
            target=target,
            reason=reason,
            note=note,
            context=dict(context or {}),
        )
        return await self._connection.call(what, HandoffAsked, lane=self.conversation_id)

    async def resolve(self) -> None:
        """Say that it is solved: the conversation closes, or goes where the operator's policy says."""
        await self._do(ConversationResolve(conversation_id=self.conversation_id, stint_id=self.stint_id))

    async def typing(self, on: bool = True) -> None:
        """Say that the agent writes. Sent once; a lost one is no loss."""
        what = AgentTyping(conversation_id=self.conversation_id, stint_id=self.stint_id, on=on)
        await self._connection.hint(what)

    async def details(self) -> Details:
        """Read variables, baton, stints and hand-offs anew; `context` is then up to date."""
        what = ConversationDetails(conversation_id=self.conversation_id)
        found = await self._connection.call(what, Details)
        self.context = dict(found.variables)
        return found

    async def _do(self, what: ClientEvent, *, lane: bool = True) -> None:
        await self._connection.call(what, Done, lane=self.conversation_id if lane else None)

    # ------------------------------------------------------------- kept up by the client that owns the chat

    def apply(self, info: StintInfo) -> None:
        """Take over what the server says of this stint."""
        self.role, self.state, self.epoch = info.role, info.state, info.epoch
        self.boundary_seq, self.reason = info.boundary_seq, info.reason
        self.entries.fire()

    def end(self, reason: str | None = None) -> None:
        """The stint is over, wrap-up included."""
        self.state = "ended"
        self.reason = reason or self.reason
        self.entries.close()

    async def reached(self, seq: int) -> bool:
        """Wait for the entry `seq`; False when the stint stopped being live first."""
        await self.entries.until(lambda: not self.live or self._last() >= seq)
        return self.live

    def _last(self) -> int:
        return self.entries[-1].number if len(self.entries) else self.boundary_seq


def quiet(error: BaseException) -> bool:
    """Whether an error only says that the baton went on: nothing a handler did wrong."""
    return isinstance(error, Refused) and error.code in {"stint_ended", "conversation_closed"}
