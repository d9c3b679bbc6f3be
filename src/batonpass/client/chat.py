"""One stint, from the agent's side: the story it came with, what is said in it, and what the agent may do."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from batonpass.client.entry import Entry, Feed, as_content
from batonpass.client.errors import Refused
from batonpass.client.participants import Participant, participants
from batonpass.ids import new_id
from batonpass.protocol.agent import (
    AgentSend,
    AgentSent,
    AgentTyping,
    Availability,
    AvailabilityAsk,
    Brief,
    ContextSet,
    ConversationDetails,
    ConversationLeave,
    ConversationResolve,
    Details,
    HandoffCancel,
    HandoffComplete,
    HandoffRequest,
    HandoffState,
    MessageMark,
    NoteAdd,
    NoteEdit,
    ParticipantRemove,
    SummaryFlag,
    SummaryPreview,
    SummaryPreviewed,
    TargetShape,
    WhisperSend,
)
from batonpass.protocol.base import ClientEvent
from batonpass.protocol.care import AgentReceipt, CannedInfo, CannedList, CannedListed
from batonpass.protocol.content import Content
from batonpass.protocol.customer import Done, HandoffAsked
from batonpass.protocol.events import SummaryUpdated
from batonpass.protocol.shapes import HandoffInfo, StintInfo, SummaryShape

if TYPE_CHECKING:
    from batonpass.client.connection import Connection

Kind = Literal["escalation", "hand_back", "transfer", "invitation", "consultation"]
Leave = Literal["now", "on_accept", "on_complete"]
Seeks = Literal["any", "bot", "representative"]


def with_summary(handoff: HandoffInfo, told: SummaryUpdated) -> HandoffInfo:
    """The hand-off with this summary, if it is its own and newer than the one it has."""
    if handoff.handoff_id != told.handoff_id or told.version <= handoff.summary_version:
        return handoff
    return handoff.model_copy(update={"summary": told.summary, "summary_version": told.version})


ENDS = frozenset({"completed", "cancelled", "failed", "returned"})


class Chat:
    """A conversation as this agent has it, for one stint. A change of role is a new stint, so another chat.

    `context` are the variables, `handoff` how it came here; `entries` is everything known of the timeline,
    the transcript first, and grows. `handoffs` are the conversation's by id, as far as this agent was told.
    `done` is what is told of this stint once it is over, while its wrap-up lasts.
    `memory` is for the program's own values; it is lost with the process.
    """

    def __init__(self, connection: "Connection", conversation_id: str, stint_id: str, role: str) -> None:
        self.conversation_id = conversation_id
        self.stint_id = stint_id
        self.role = role
        self.state = "live"
        self.reason: str | None = None
        self.done: SummaryShape | None = None
        self.done_version = 0
        self.epoch = 0
        self.boundary_seq = 0
        self.ready = False
        self.context: dict[str, str] = {}
        self.handoff: HandoffInfo | None = None
        self.handoffs: dict[str, HandoffInfo] = {}
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
        mine = (e for e in self.entries if e.is_message and e.data.get("stint_id") == self.stint_id)
        return [entry.text for entry in mine if not entry.is_whisper]

    @property
    def participants(self) -> list[Participant]:
        """Who is in now, this agent too, in the order they came; as far as the known timeline tells."""
        return list(participants(self.entries).values())

    @property
    def pending(self) -> list[HandoffInfo]:
        """Passes, invitations and consultations that have not ended, as far as this agent was told."""
        return [handoff for handoff in self.handoffs.values() if handoff.state not in ENDS]

    def state_of(self, handoff_id: str) -> str:
        """How a hand-off of this conversation stands; `requested` while nothing was told of it."""
        known = self.handoffs.get(handoff_id)
        return known.state if known else "requested"

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

    async def whisper(
        self, said: str | Content, to: Sequence[str] = (), *, client_id: str | None = None
    ) -> AgentSent:
        """Say something to agents only: to those whose ids are in `to`, else to all representatives here."""
        what = WhisperSend(
            conversation_id=self.conversation_id,
            stint_id=self.stint_id,
            client_id=client_id or self._whisper_id(),
            content=as_content(said),
            to=list(to),
        )
        return await self._connection.call(what, AgentSent, lane=self.conversation_id)

    async def hand_off(
        self,
        kind: Kind,
        *,
        target: TargetShape | None = None,
        leave: Leave | None = None,
        seeks: Seeks | None = None,
        skills: Sequence[str] | None = None,
        reason: str = "",
        note: str = "",
        summary_text: str | None = None,
        brief: Brief | None = None,
        replace: bool = False,
        context: Mapping[str, str] | None = None,
        client_id: str | None = None,
    ) -> HandoffAsked:
        """Pass the baton on, or let somebody in beside the holder. The methods below say it by kind.

        Raises Refused: `unavailable` when nobody could take it there (this stint stays), `handoff_pending`,
        `switched_off` when the operator has turned it off.
        """
        what = HandoffRequest(
            conversation_id=self.conversation_id,
            stint_id=self.stint_id,
            client_id=client_id or self._pass_id(),
            kind=kind,
            target=target,
            leave=leave,
            seeks=seeks,
            skills=None if skills is None else list(skills),
            reason=reason,
            note=note,
            summary_text=summary_text,
            brief=brief,
            replace=replace,
            context=dict(context or {}),
        )
        return await self._connection.call(what, HandoffAsked, lane=self.conversation_id)

    async def transfer(
        self,
        target: TargetShape | None = None,
        *,
        leave: Leave | None = None,
        note: str = "",
        reason: str = "",
        context: Mapping[str, str] | None = None,
        summary_text: str | None = None,
        seeks: Seeks | None = None,
        replace: bool = False,
    ) -> HandoffAsked:
        """Pass the baton to a person, unless `seeks` says otherwise; without a target, to the ladder's next.

        `leave`: `on_accept` (the default) stays until the receiver is in; `on_complete` until `complete`; `now`
        goes at once. `summary_text` stands beside the made summary. `replace` calls off a pending pass.
        """
        return await self.hand_off(
            "transfer",
            target=target,
            leave=leave,
            seeks=seeks,
            reason=reason,
            note=note,
            summary_text=summary_text,
            replace=replace,
            context=context,
        )

    async def invite(
        self,
        target: TargetShape | None = None,
        *,
        note: str = "",
        reason: str = "",
        seeks: Seeks | None = None,
        context: Mapping[str, str] | None = None,
    ) -> HandoffAsked:
        """Ask somebody to come in as a helper, who may speak to the customer."""
        return await self.hand_off(
            "invitation", target=target, seeks=seeks, reason=reason, note=note, context=context
        )

    async def consult(
        self,
        target: TargetShape | None = None,
        *,
        note: str = "",
        reason: str = "",
        seeks: Seeks | None = None,
        context: Mapping[str, str] | None = None,
    ) -> HandoffAsked:
        """Ask somebody, a bot too, to come in unseen by the customer and to answer in whispers."""
        return await self.hand_off(
            "consultation", target=target, seeks=seeks, reason=reason, note=note, context=context
        )

    async def complete(self, handoff_id: str) -> HandoffState:
        """Hand over a warm transfer: its receiver, who listens already, holds. Raises Refused (`not_accepted`)."""
        what = HandoffComplete(conversation_id=self.conversation_id, handoff_id=handoff_id)
        return await self._connection.call(what, HandoffState, lane=self.conversation_id)

    async def cancel(self, handoff_id: str) -> HandoffState:
        """Call off a pass, an invitation or a consultation. Raises Refused (`too_late`) when it has ended."""
        what = HandoffCancel(conversation_id=self.conversation_id, handoff_id=handoff_id)
        return await self._connection.call(what, HandoffState, lane=self.conversation_id)

    async def leave(self, resolved: bool = False) -> None:
        """Go; the chat goes on for whoever is left, and with `resolved` closes when nobody is."""
        await self._do(
            ConversationLeave(conversation_id=self.conversation_id, stint_id=self.stint_id, resolved=resolved)
        )

    async def remove(self, stint_id: str) -> None:
        """As holder, take a helper, a consulted agent or an observer out (`participants` has the stints)."""
        what = ParticipantRemove(
            conversation_id=self.conversation_id, stint_id=self.stint_id, removed_stint_id=stint_id
        )
        await self._do(what)

    async def preview(self, kind: Kind = "transfer", *, later: bool = False) -> SummaryShape | None:
        """Return the summary a receiver would get now, or None; `summary_text` may say it otherwise.

        `later`: also ask the slow summarizer; its answer is the event `summary.previewed` (see `on`).
        """
        what = SummaryPreview(
            conversation_id=self.conversation_id, stint_id=self.stint_id, kind=kind, later=later
        )
        return (await self._connection.call(what, SummaryPreviewed)).summary

    async def edit_note(self, note_id: str, text: str) -> AgentSent:
        """Write a note of one's own anew. Raises Refused (`not_allowed`) for somebody else's."""
        what = NoteEdit(
            conversation_id=self.conversation_id,
            stint_id=self.stint_id,
            client_id=new_id(),
            note_id=note_id,
            text=text,
        )
        return await self._connection.call(what, AgentSent, lane=self.conversation_id)

    async def flag(self, handoff_id: str, reason: str = "") -> None:
        """Call the summary of a hand-off wrong."""
        what = SummaryFlag(
            conversation_id=self.conversation_id,
            stint_id=self.stint_id,
            client_id=new_id(),
            handoff_id=handoff_id,
            reason=reason,
        )
        await self._connection.call(what, AgentSent)

    async def mark_sensitive(self, seq: int) -> None:
        """Mark a message as sensitive: from now on only bots and its author read it, and no summary repeats it."""
        what = MessageMark(
            conversation_id=self.conversation_id, stint_id=self.stint_id, client_id=new_id(), seq=seq
        )
        await self._connection.call(what, AgentSent)

    async def availability(
        self, kind: Kind = "escalation", *, target: TargetShape | None = None, seeks: Seeks | None = None
    ) -> Availability:
        """Ask before promising: whether somebody could take this chat there, how many now, and why not."""
        what = AvailabilityAsk(
            conversation_id=self.conversation_id,
            stint_id=self.stint_id,
            kind=kind,
            target=target,
            seeks=seeks,
        )
        return await self._connection.call(what, Availability)

    async def resolve(self) -> None:
        """Say that it is solved: the conversation closes, or goes where the operator's policy says."""
        await self._do(ConversationResolve(conversation_id=self.conversation_id, stint_id=self.stint_id))

    async def typing(self, on: bool = True) -> None:
        """Say that the agent writes. Sent once; a lost one is no loss."""
        what = AgentTyping(conversation_id=self.conversation_id, stint_id=self.stint_id, on=on)
        await self._connection.hint(what)

    async def seen(self, seq: int) -> None:
        """Say up to which `seq` the chat was seen."""
        await self._do(
            AgentReceipt(conversation_id=self.conversation_id, stint_id=self.stint_id, read=seq), lane=False
        )

    async def canned(self) -> list[CannedInfo]:
        """The replies that are ready for this chat, filled in, in its customer's language."""
        what = CannedList(conversation_id=self.conversation_id)
        return (await self._connection.call(what, CannedListed)).replies

    async def details(self) -> Details:
        """Read variables, baton, stints and hand-offs anew; `context` is then up to date."""
        what = ConversationDetails(conversation_id=self.conversation_id)
        found = await self._connection.call(what, Details)
        self.context = dict(found.variables)
        self.told(*found.handoffs)
        return found

    async def _do(self, what: ClientEvent, *, lane: bool = True) -> None:
        await self._connection.call(what, Done, lane=self.conversation_id if lane else None)

    def _pass_id(self) -> str:
        """The client id of a hand-off that was given none."""
        return new_id()

    def _whisper_id(self) -> str:
        """The client id of a whisper that was given none."""
        return new_id()

    # ------------------------------------------------------------- kept up by the client that owns the chat

    def apply(self, info: StintInfo) -> None:
        """Take over what the server says of this stint."""
        self.role, self.state, self.epoch = info.role, info.state, info.epoch
        self.boundary_seq, self.reason = info.boundary_seq, info.reason
        if info.summary is not None:
            live = info.state == "live"
            of = {"handoff_id": info.handoff_id} if live else {"stint_id": info.stint_id}
            self.retold(SummaryUpdated(**of, version=info.summary_version, summary=info.summary))
        self.entries.fire()

    def retold(self, told: SummaryUpdated) -> None:
        """Take over a newer summary of this stint's hand-off, of another's here, or of what was done in it."""
        if told.stint_id == self.stint_id and told.version > self.done_version:
            self.done, self.done_version = told.summary, told.version
        if self.handoff is not None:
            self.handoff = with_summary(self.handoff, told)
        if told.handoff_id in self.handoffs:
            self.handoffs[told.handoff_id] = with_summary(self.handoffs[told.handoff_id], told)
        self.entries.fire()

    def told(self, *handoffs: HandoffInfo) -> None:
        """Take over how hand-offs of this conversation stand."""
        self.handoffs |= {handoff.handoff_id: handoff for handoff in handoffs}
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
