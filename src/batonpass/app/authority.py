"""Who may do what: the matrix of roles by actions by relations, as data. REST routes and socket events name its rows.

A cell says what the asker must be to the thing it names. The door looks at the role; the use case, which has the
thing before it, at the relation; a test walks every cell and asks both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from batonpass.app.audit import By
from batonpass.domain.errors import NotAllowed


class Role(StrEnum):
    """What an asker is. A supervisor may do what representatives may, an admin what supervisors may."""

    ANONYMOUS = "anonymous"
    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


class Relation(StrEnum):
    """What the asker is to the thing: its owner, one who has a live stint in it, a member of the queue that it waits
    in, or none of these."""

    OWN = "own"
    PARTICIPANT = "participant"
    MEMBER = "member"
    STRANGER = "stranger"


ANY = frozenset(Relation)
NONE: frozenset[Relation] = frozenset()

_LADDER = {
    Role.SUPERVISOR: (Role.SUPERVISOR, Role.AGENT),
    Role.ADMIN: (Role.ADMIN, Role.SUPERVISOR, Role.AGENT),
}


@dataclass(frozen=True, slots=True)
class Who:
    """Who asks. People who signed in have an account, and an agent when their account belongs to one.

    `session_id` is the session that they came with, `key` the prefix of an API key, `credential` the hash of the token.
    """

    role: Role
    customer_id: str | None = None
    agent_id: str | None = None
    account_id: str | None = None
    session_id: str | None = None
    key: str | None = None
    credential: str = field(default="", repr=False)

    def by(self, address: str = "") -> By:
        """Who it is in the audit log, and where they came from."""
        return By(str(self.role), self.subject, address)

    @property
    def subject(self) -> str:
        """One word for who it is, as the audit log has it: `agent:rita`, `account:...`, `anonymous`."""
        for kind, found in (
            ("account", self.account_id),
            ("agent", self.agent_id),
            ("customer", self.customer_id),
            ("key", self.key),
        ):
            if found is not None:
                return f"{kind}:{found}"
        return str(self.role)


NOBODY = Who(Role.ANONYMOUS)


def _cell(text: str) -> frozenset[Relation]:
    return ANY if text == "any" else frozenset(Relation(word) for word in text.split())


def _row(
    *,
    everybody: str = "",
    customer: str = "",
    bot: str = "",
    agent: str = "",
    supervisor: str = "",
    admin: str = "",
) -> Mapping[Role, frozenset[Relation]]:
    given = {Role.CUSTOMER: customer, Role.BOT: bot, Role.AGENT: agent}
    given |= {Role.ANONYMOUS: "", Role.SUPERVISOR: supervisor, Role.ADMIN: admin}
    return MappingProxyType({role: _cell(everybody or text) for role, text in given.items()})


def _agents(cell: str) -> Mapping[Role, frozenset[Relation]]:
    return _row(bot=cell, agent=cell)


def _people(cell: str) -> Mapping[Role, frozenset[Relation]]:
    return _row(agent=cell)


MATRIX: dict[str, Mapping[Role, frozenset[Relation]]] = {
    # The front door
    "api.read": _row(everybody="any"),
    "widget.read": _row(everybody="any"),
    "customer_session.create": _row(everybody="any"),
    "setup.read": _row(everybody="any"),
    "setup.do": _row(everybody="any"),
    "session.create": _row(everybody="any"),
    # Accounts. Whoever has no account, as one who comes with an agent's key, is told so by the endpoint.
    "session.manage": _row(agent="own"),
    "me.read": _row(customer="own", bot="own", agent="own"),
    "account.manage": _row(admin="any"),
    "api_key.manage": _row(admin="any"),
    # A customer's chat
    "customer.read": _row(customer="own"),
    "conversation.start": _row(customer="any"),
    "human.request": _row(customer="own"),
    "bot.request": _row(customer="own"),
    "conversation.end": _row(customer="own"),
    "contact.leave": _row(customer="own"),
    "csat.give": _row(customer="own"),
    "transcript.get": _row(customer="own"),
    # What everybody in a chat does
    "receipt.set": _row(customer="own", bot="participant", agent="participant"),
    "message.send": _row(customer="own", bot="participant", agent="participant"),
    "timeline.read": _row(customer="own", bot="participant", agent="participant member", supervisor="any"),
    "typing.set": _row(customer="own", bot="participant", agent="participant"),
    "conversation.details": _row(bot="participant", agent="participant member", supervisor="any"),
    # Agents
    "agent.read": _agents("own"),
    "agent.lease": _agents("own"),
    "stint.packets": _agents("own"),
    "presence.set": _agents("any"),
    "offer.accept": _agents("own"),
    "offer.decline": _agents("own"),
    "stint.ready": _agents("own"),
    "turn.done": _agents("own"),
    "turn.working": _agents("own"),
    "wrapup.finish": _agents("own"),
    "wrapup.options": _agents("own"),
    "canned.list": _row(bot="participant", agent="participant member"),
    "contact.list": _row(agent="member", supervisor="any"),
    "contact.done": _row(agent="member", supervisor="any"),
    "note.add": _agents("participant"),
    "note.edit": _agents("participant"),
    "note.search": _row(bot="participant", agent="participant member", supervisor="any"),
    "message.mark": _agents("participant"),
    "summary.flag": _agents("participant"),
    "summary.preview": _agents("participant"),
    "whisper.send": _row(bot="participant", agent="participant", supervisor="any"),
    "handoff.request": _agents("participant"),
    "handoff.complete": _agents("participant"),
    "handoff.cancel": _agents("participant"),
    "conversation.leave": _agents("participant"),
    "conversation.resolve": _agents("participant"),
    "participant.remove": _agents("participant"),
    "availability.ask": _agents("participant"),
    "target.list": _agents("participant"),
    "context.set": _agents("participant"),
    "conversation.hold": _people("participant"),
    "conversation.resume": _people("own member"),
    "conversation.pick_up": _people("own member"),
    "queue.list": _people("member"),
    # Rows of lists are of what one is in, was in, or may take: the query looks, row by row.
    "conversation.list": _people("any"),
    "conversation.search": _people("any"),
    "customer.history": _people("participant member"),
    # Supervisors
    "supervisor.read": _row(supervisor="any"),
    "conversation.monitor": _row(supervisor="any"),
    "conversation.take_over": _row(supervisor="any"),
    "conversation.assign": _row(supervisor="any"),
    "conversation.close": _row(supervisor="any"),
    "switch.set": _row(supervisor="any"),
    "decision.explain": _row(supervisor="any"),
    # Figures
    "insights.read": _row(supervisor="any"),
    # Files
    "attachment.keep": _row(customer="own", bot="participant", agent="participant"),
    "attachment.read": _row(customer="own", bot="participant", agent="participant member", supervisor="any"),
    # Administration
    "config.read": _row(admin="any"),
    "config.change": _row(admin="any"),
    "keys.read": _row(admin="any"),
    "keys.change": _row(admin="any"),
    "audit.read": _row(admin="any"),
    # Keeping and forgetting
    "conversation.export": _row(supervisor="any"),
    "customer.erase": _row(admin="any"),
    # What goes out
    "webhooks.read": _row(supervisor="any"),
    "webhooks.replay": _row(supervisor="any"),
}
"""What each action needs. An action that has no row is nobody's."""


def cell(action: str, role: Role) -> frozenset[Relation]:
    """Return the relations with which this role may do this; none for an action that has no row."""
    row = MATRIX.get(action)
    if row is None:
        return NONE
    return frozenset().union(*(row[each] for each in _LADDER.get(role, (role,))))


def check(who: Who, action: str) -> None:
    """Let this role pass to where the relation is looked at.

    Raises:
        NotAllowed
    """
    if not cell(action, who.role):
        raise NotAllowed("This is not for you to do.")
