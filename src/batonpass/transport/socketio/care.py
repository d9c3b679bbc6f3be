"""Around the talk, from wire to use case and back: contacts, questions, receipts, codes, ready replies, transcripts."""

from batonpass.app import canned, care, contacts, receipts
from batonpass.app.ports import Tx
from batonpass.app.switchboard import Switchboard
from batonpass.domain import events as e
from batonpass.domain.canned import Ready
from batonpass.domain.care import CUSTOMER, Contact
from batonpass.protocol import care as wire
from batonpass.protocol.base import ClientEvent, ServerEvent, dump, wire_time
from batonpass.protocol.shapes import AgentRef
from batonpass.transport.socketio import shapes
from batonpass.transport.socketio.connection import Connection
from batonpass.transport.socketio.dispatch import Handler, Reply
from batonpass.transport.transcript import transcript

Handlers = list[tuple[type[ClientEvent], Handler]]
Tells = e.SurveyAsked | e.ContactChanged | e.ReceiptMoved
TOLD = (e.SurveyAsked, e.ContactChanged, e.ReceiptMoved)
Told = list[tuple[str, shapes.Named]]


class CustomerCare:
    """Handlers on `/customer`."""

    def __init__(self, board: Switchboard) -> None:
        self._board = board

    def handlers(self) -> Handlers:
        return [
            (wire.ContactLeave, self.leave_contact),
            (wire.CsatGive, self.give_score),
            (wire.CustomerReceipt, self.receipt),
            (wire.TranscriptGet, self.transcript),
        ]

    async def leave_contact(self, conn: Connection, said: wire.ContactLeave) -> Reply:
        done = await self._board.do(contacts.leave_contact, left(conn.session, said))
        return Reply({"contact_id": done.reply.id}, done.push)

    async def give_score(self, conn: Connection, said: wire.CsatGive) -> Reply:
        given = care.GiveScore(conn.session, said.question_id, said.score, said.comment)
        done = await self._board.do(care.give_score, given)
        return Reply({}, done.push)

    async def receipt(self, conn: Connection, said: wire.CustomerReceipt) -> Reply:
        saw = receipts.CustomerSaw(conn.session, said.conversation_id, said.delivered, said.read)
        done = await self._board.do(receipts.customer_saw, saw)
        return Reply({}, done.push)

    async def transcript(self, conn: Connection, said: wire.TranscriptGet) -> Reply:
        async with conn.turn():
            found = await self._board.read(
                transcript, conn.session, said.conversation_id, said.after, as_text=said.format == "text"
            )
        return Reply(dump(found))


class AgentCare:
    """Handlers on `/agent`."""

    def __init__(self, board: Switchboard) -> None:
        self._board = board

    def handlers(self) -> Handlers:
        return [
            (wire.ContactList, self.contacts),
            (wire.ContactFinish, self.finish_contact),
            (wire.AgentReceipt, self.receipt),
            (wire.WrapUpAsk, self.options),
            (wire.CannedList, self.canned),
        ]

    async def contacts(self, conn: Connection, said: wire.ContactList) -> Reply:
        async with conn.turn():
            found = await self._board.read(contacts.list_contacts, asked(conn.session, said))
        return Reply(dump(contacts_listed(found)))

    async def finish_contact(self, conn: Connection, said: wire.ContactFinish) -> Reply:
        finish = contacts.FinishContact(conn.session, said.contact_id, said.done)
        done = await self._board.do(contacts.finish_contact, finish)
        return Reply({"contact": dump(contact_info(done.reply))}, done.push)

    async def receipt(self, conn: Connection, said: wire.AgentReceipt) -> Reply:
        saw = receipts.AgentSaw(conn.session, said.conversation_id, said.stint_id, said.read)
        done = await self._board.do(receipts.agent_saw, saw)
        return Reply({}, done.push)

    async def options(self, conn: Connection, said: wire.WrapUpAsk) -> Reply:
        found = await self._board.read(care.options, self._board.env, conn.session, said.stint_id)
        return Reply(dump(wrap_up_options(found)))

    async def canned(self, conn: Connection, said: wire.CannedList) -> Reply:
        async with conn.turn():
            env = self._board.env
            found = await self._board.read(canned.for_chat, env, conn.session, said.conversation_id)
        return Reply(dump(canned_listed(found)))


class SupervisorCare:
    """Handlers on `/supervisor`."""

    def __init__(self, board: Switchboard) -> None:
        self._board = board

    def handlers(self) -> Handlers:
        return [
            (wire.SupervisorContactList, self.contacts),
            (wire.SupervisorContactFinish, self.finish_contact),
        ]

    async def contacts(self, conn: Connection, said: wire.SupervisorContactList) -> Reply:
        async with conn.turn():
            found = await self._board.read(contacts.list_contacts, asked(None, said))
        return Reply(dump(contacts_listed(found)))

    async def finish_contact(self, conn: Connection, said: wire.SupervisorContactFinish) -> Reply:
        finish = contacts.FinishContact(conn.session, said.contact_id, said.done, supervisor=True)
        done = await self._board.do(contacts.finish_contact, finish)
        return Reply({"contact": dump(contact_info(done.reply))}, done.push)


# Shapes, which REST has too


def left(customer_id: str, said: wire.ContactLeave) -> contacts.LeaveContact:
    return contacts.LeaveContact(
        customer_id,
        said.conversation_id,
        said.client_id,
        said.message,
        said.name,
        said.email,
        said.phone,
    )


def asked(agent_id: str | None, said: wire.ContactList) -> contacts.ListContacts:
    return contacts.ListContacts(agent_id, said.queue_id, said.done, said.cursor, said.limit)


def contact_info(contact: Contact) -> wire.ContactInfo:
    return wire.ContactInfo(
        contact_id=contact.id,
        conversation_id=contact.conversation_id,
        queue=contact.queue_id,
        at=wire_time(contact.created_at),
        name=contact.name,
        email=contact.email,
        phone=contact.phone,
        message=contact.message,
        done_at=wire_time(contact.done_at) if contact.done_at is not None else None,
        done_by=contact.done_by,
    )


def contacts_listed(found: contacts.ContactsFound) -> wire.ContactsListed:
    return wire.ContactsListed(
        contacts=[contact_info(contact) for contact in found.contacts],
        cursor=found.contacts[-1].id if found.more else None,
    )


def wrap_up_options(found: care.Options) -> wire.WrapUpOptions:
    codes = [wire.DispositionInfo(code=code, label=label) for code, label in found.dispositions.items()]
    return wire.WrapUpOptions(dispositions=codes, required=found.required, chosen=found.chosen)


def canned_listed(found: list[Ready]) -> wire.CannedListed:
    return wire.CannedListed(
        replies=[
            wire.CannedInfo(name=r.name, shortcut=r.shortcut, text=r.text, missing=list(r.missing))
            for r in found
        ]
    )


def open_surveys(tx: Tx, customer_id: str) -> list[wire.QuestionInfo]:
    """The questions that this customer may still answer."""
    found = tx.open_surveys(customer_id)
    names = {a.id: a.name for a in tx.agents({survey.agent_id for survey in found}).values()}
    return [
        _survey(survey.id, survey.conversation_id, names[survey.agent_id], survey.until) for survey in found
    ]


def _survey(question_id: str, conversation_id: str, name: str, until: int) -> wire.QuestionInfo:
    return wire.QuestionInfo(
        question_id=question_id,
        conversation_id=conversation_id,
        agent=AgentRef(name=name, kind="representative"),
        until=wire_time(until),
    )


# What is told after a commit


def told(effect: Tells) -> tuple[Told, Told]:
    """Which customer, and which agents, hear what."""
    match effect:
        case e.SurveyAsked(survey, name):
            info = _survey(survey.id, survey.conversation_id, name, survey.until)
            named = _named(
                wire.CsatAsked(question=info),
                f"csat:{survey.id}",
                survey.asked_at,
                survey.conversation_id,
            )
            return [(survey.customer_id, named)], []
        case e.ContactChanged(contact, agents):
            at = contact.done_at or contact.created_at
            event = wire.ContactUpdated(contact=contact_info(contact))
            named = _named(event, f"contact:{contact.id}:{at}", at, contact.conversation_id)
            return [], [(agent_id, named) for agent_id in agents]
        case e.ReceiptMoved():
            return _receipt(effect)


def _receipt(moved: e.ReceiptMoved) -> tuple[Told, Told]:
    """A customer gets no ids, and hears of nobody who only listens."""
    receipt = moved.receipt
    by_customer = receipt.reader == CUSTOMER
    event_id = f"receipt:{receipt.conversation_id}:{receipt.reader}:{receipt.delivered}:{receipt.read}"

    def named(agent_id: str | None) -> shapes.Named:
        event = wire.ReceiptUpdated(
            by="customer" if by_customer else "agent",
            agent_id=agent_id,
            delivered=receipt.delivered,
            read=receipt.read,
        )
        which = (
            event_id
            if agent_id is not None or by_customer
            else f"receipt:{receipt.conversation_id}:{receipt.read}"
        )
        return _named(event, which, receipt.at, receipt.conversation_id)

    to_customer = [(moved.customer_id, named(None))] if moved.to_customer and not by_customer else []
    return to_customer, [(agent_id, named(receipt.reader or None)) for agent_id in moved.agents]


def _named(event: ServerEvent, event_id: str, at: int, conversation_id: str) -> shapes.Named:
    return shapes.envelope(event, event_id=event_id, now=at, conversation_id=conversation_id)
