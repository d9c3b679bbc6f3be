"""Who may do what: the matrix of roles by actions by relations, as data. REST routes and socket events name its rows.

A cell says what the asker must be to the thing it names. The door looks at the role; the use case, which has the
thing before it, at the relation; a test walks every cell and asks both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

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

    `session_id` is the session that they came with, `key` the prefix of an API key.
    """

    role: Role
    customer_id: str | None = None
    agent_id: str | None = None
    account_id: str | None = None
    session_id: str | None = None
    key: str | None = None

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
    "health.read": _row(everybody="any"),
    "api.read": _row(everybody="any"),
    "customer_session.create": _row(everybody="any"),
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
