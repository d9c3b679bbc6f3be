"""A journey with summaries by a model, notes written anew, a flag, and a message marked as sensitive."""

from batonpass.client import RepresentativeChat
from batonpass.client.connection import Connection
from batonpass.protocol.agent import AgentSent, MessageMark, NoteAdd, NoteEdit, SummaryFlag
from batonpass.protocol.base import SUPERVISOR
from batonpass.protocol.supervisor import SwitchesDone, SwitchSet
from tests.crash.journeys import PATIENCE_S, QUICK, Cast, Journey
from tests.crash.passing import _unheeded, _unheeded_event, with_rita
from tests.support.until import until


async def told(cast: Cast) -> None:
    """The model's summary comes, whatever dies meanwhile; automatic ones are turned off before the after-work."""
    chat = await with_rita(cast)
    await until(lambda: chat.handoff is not None and _maker(chat) == "llm", PATIENCE_S)
    assert chat.handoff is not None
    here = {"conversation_id": chat.conversation_id, "stint_id": chat.stint_id}
    call = cast.people["rita"].connection.call
    flag = SummaryFlag(
        **here, client_id="f-rita", handoff_id=chat.handoff.handoff_id, reason="a name is wrong"
    )
    await call(flag, AgentSent)
    note = await call(NoteAdd(**here, client_id="n-rita", text="calls back on Monday"), AgentSent)
    edit = NoteEdit(**here, client_id="e-rita", note_id=note.message_id, text="calls back on Friday")
    await call(edit, AgentSent)
    asked = next(entry for entry in chat.entries if entry.text == "a person please")
    await call(MessageMark(**here, client_id="m-rita", seq=asked.number), AgentSent)
    await _switch(cast, on=False)
    await chat.resolve()
    await cast.closed()
    await cast.finishes(chat)


def _maker(chat: RepresentativeChat) -> str:
    summary = chat.handoff.summary if chat.handoff else None
    return summary.maker.name if summary else ""


async def _switch(cast: Cast, *, on: bool) -> None:
    desk = Connection(
        cast.customer.url, SUPERVISOR, {"token": cast.keys["sue"]},
        on_snapshot=_unheeded, on_event=_unheeded_event, timing=QUICK,
    )  # fmt: skip
    await desk.start()
    try:
        await desk.call(SwitchSet(name="automatic_summary", on=on, reason="quiet"), SwitchesDone)
    finally:
        await desk.stop()


TOLD = Journey(
    told,
    ["welcome_bot", "passing_to_person", "joined", "closed_resolved"],
    ["hello from triage", "a person please", "rita here"],
    model=True,
)
