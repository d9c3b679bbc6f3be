"""What a queue asks besides the talk: a question to the customer after it, a code for what it was about, an address
when nobody can answer. And the replies that people have ready."""

from collections.abc import Mapping
from dataclasses import dataclass, field

CSAT_WINDOW_MS = 86_400_000
LOWEST, HIGHEST = 1, 5
"""The scores a customer may give."""

LEFT_ALONE = frozenset({"unanswered", "closed_hours", "abandoned"})
"""A chat that closed for these reasons had nobody who could answer: a contact may still be left in it."""


@dataclass(frozen=True, slots=True)
class Care:
    """One queue's. `dispositions`: labels by code, in the operator's order; `required`: the after-work is not
    finished without one. `contacts`: the customer may leave an address when nobody is there."""

    csat: bool = False
    csat_window_ms: int = CSAT_WINDOW_MS
    dispositions: Mapping[str, str] = field(default_factory=dict)
    required: bool = False
    contacts: bool = True


USUAL_CARE = Care()
NO_CARE = Care(contacts=False)
"""Of a queue that the operator has removed."""


@dataclass(frozen=True, slots=True)
class Survey:
    """The question how a person's stint was. It is asked once, open until `until`, and answered once.

    Customers know it by an `id` of its own: those of stints are not theirs to know.
    """

    id: str
    stint_id: str
    conversation_id: str
    customer_id: str
    agent_id: str
    queue_id: str
    asked_at: int
    until: int
    given_at: int | None = None
    score: int | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """Where to reach a customer whom nobody could answer, and what it is about. Private (law 11)."""

    id: str
    conversation_id: str
    customer_id: str
    queue_id: str
    client_id: str
    created_at: int
    name: str = ""
    email: str = ""
    phone: str = ""
    message: str = ""
    done_at: int | None = None
    done_by: str | None = None


@dataclass(frozen=True, slots=True)
class Disposition:
    """What a stint was about, by the code its agent chose; None when the after-work ended without a word."""

    stint_id: str
    conversation_id: str
    queue_id: str
    agent_id: str
    at: int
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """How far a reader has come, in the customer's numbers: what has arrived, and what was seen.

    `reader` is `CUSTOMER` or an agent's id.
    """

    conversation_id: str
    reader: str
    delivered: int
    read: int
    at: int


CUSTOMER = ""
"""The reader that is no agent."""


@dataclass(frozen=True, slots=True)
class Canned:
    """A reply that people have ready. `queues`: where it is offered, everywhere when empty. `texts` by locale."""

    name: str
    shortcut: str
    texts: Mapping[str, str] = field(default_factory=dict)
    queues: frozenset[str] = frozenset()
