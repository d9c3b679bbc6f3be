"""Around the talk: contacts, the question after it, codes of after-work, ready replies, receipts, the transcript."""

from batonpass.app import canned, care, contacts, receipts
from batonpass.app.authority import Role
from batonpass.app.ports import Tx
from batonpass.domain.care import Contact
from batonpass.protocol import care as wire
from batonpass.transport.rest.call import Answer, Call
from batonpass.transport.rest.routes import Routes
from batonpass.transport.socketio import care as shapes
from batonpass.transport.transcript import transcript

routes = Routes("Around the talk")


@routes.post(
    "/customer/conversations/{conversation_id}/contact",
    action="contact.leave",
    said=wire.ContactLeave,
    reply=wire.ContactKept,
)
async def leave_contact(call: Call, said: wire.ContactLeave) -> Answer:
    """Leave an address, because nobody is there.

    The chat closes. While a person holds it, this is refused.
    """
    command = shapes.left(call.customer_id, said)
    return Answer(await call.do(contacts.leave_contact, command, _kept))


def _kept(contact: Contact) -> wire.ContactKept:
    return wire.ContactKept(contact_id=contact.id)


@routes.get("/contacts", action="contact.list", said=wire.ContactList, reply=wire.ContactsListed)
async def list_contacts(call: Call, said: wire.ContactList) -> wire.ContactsListed:
    """List addresses that customers left, the newest first.

    Representatives read those of their queues, supervisors all.
    """
    everywhere = call.who.role in (Role.SUPERVISOR, Role.ADMIN)
    asked = shapes.asked(None if everywhere else call.agent_id, said)
    return shapes.contacts_listed(await call.read(contacts.list_contacts, asked))


@routes.post(
    "/contacts/{contact_id}/done",
    action="contact.done",
    said=wire.ContactFinish,
    reply=wire.ContactFinished,
)
async def finish_contact(call: Call, said: wire.ContactFinish) -> Answer:
    """Say that this customer has an answer, or with `done` false that there is none after all."""
    supervises = call.who.role in (Role.SUPERVISOR, Role.ADMIN)
    finish = contacts.FinishContact(call.agent_id, said.contact_id, said.done, supervises)
    return Answer(await call.do(contacts.finish_contact, finish, _finished))


def _finished(contact: Contact) -> wire.ContactFinished:
    return wire.ContactFinished(contact=shapes.contact_info(contact))


@routes.post(
    "/customer/questions/{question_id}/answer", action="csat.give", said=wire.CsatGive, reply=wire.CareDone
)
async def give_csat(call: Call, said: wire.CsatGive) -> Answer:
    """Say how the part of a person was, from 1 to 5.

    Once, while the question is open.
    """
    given = care.GiveScore(call.customer_id, said.question_id, said.score, said.comment)
    return Answer(await call.do(care.give_score, given, lambda _: wire.CareDone()))


@routes.get("/agent/stints/{stint_id}/wrap-up", action="wrapup.options", reply=wire.WrapUpOptions)
async def get_wrap_up_options(call: Call, said: None) -> wire.WrapUpOptions:
    """Ask which codes the after-work of a stint of yours may be closed with."""
    found = await call.read(care.options, call.env, call.agent_id, call.path["stint_id"])
    return shapes.wrap_up_options(found)


@routes.get("/agent/conversations/{conversation_id}/canned", action="canned.list", reply=wire.CannedListed)
async def list_canned(call: Call, said: None) -> wire.CannedListed:
    """List the replies that are ready for a chat of yours."""
    found = await call.read(canned.for_chat, call.env, call.agent_id, call.path["conversation_id"])
    return shapes.canned_listed(found)


@routes.get(
    "/customer/conversations/{conversation_id}/transcript",
    action="transcript.get",
    said=wire.TranscriptGet,
    reply=wire.Transcript,
)
async def get_transcript(call: Call, said: wire.TranscriptGet) -> wire.Transcript:
    """Read the chat to keep, as text or as the events of its timeline."""
    found: wire.Transcript = await call.read(
        _transcript, call.customer_id, said.conversation_id, said.after, said.format == "text"
    )
    return found


def _transcript(tx: Tx, customer_id: str, cid: str, after: int, as_text: bool) -> wire.Transcript:
    return transcript(tx, customer_id, cid, after, as_text=as_text)


@routes.post(
    "/customer/conversations/{conversation_id}/receipt",
    action="receipt.set",
    said=wire.CustomerReceipt,
    reply=wire.CareDone,
)
async def set_receipt(call: Call, said: wire.CustomerReceipt) -> Answer:
    """Say up to which number the customer has seen the chat."""
    saw = receipts.CustomerSaw(call.customer_id, said.conversation_id, said.delivered, said.read)
    return Answer(await call.do(receipts.customer_saw, saw, lambda _: wire.CareDone()))


@routes.post(
    "/agent/conversations/{conversation_id}/receipt",
    action="receipt.set",
    said=wire.AgentReceipt,
    reply=wire.CareDone,
)
async def set_agent_receipt(call: Call, said: wire.AgentReceipt) -> Answer:
    """Say up to which number you have seen the chat."""
    saw = receipts.AgentSaw(call.agent_id, said.conversation_id, said.stint_id, said.read)
    return Answer(await call.do(receipts.agent_saw, saw, lambda _: wire.CareDone()))
