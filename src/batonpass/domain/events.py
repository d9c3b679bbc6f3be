"""What a transaction tells the world once it is committed. A hint: the store is the truth (law 3)."""

from dataclasses import dataclass

from batonpass.domain.care import Contact, Receipt, Survey
from batonpass.domain.conversation import Entry
from batonpass.domain.handoff import Handoff


@dataclass(frozen=True, slots=True)
class EntriesWritten:
    """New lines of a timeline. `readers` are the agents whose stream was live when the commit began."""

    conversation_id: str
    customer_id: str
    entries: tuple[Entry, ...]
    readers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StintJoined:
    """A stint began: its agent is due the joining packets of law 4."""

    conversation_id: str
    stint_id: str
    agent_id: str


@dataclass(frozen=True, slots=True)
class StintChanged:
    """A stint moved to wrap-up or ended."""

    conversation_id: str
    stint_id: str
    agent_id: str


@dataclass(frozen=True, slots=True)
class OfferChanged:
    """An offer was made, or ended."""

    conversation_id: str
    offer_id: str
    agent_id: str
    made: bool


@dataclass(frozen=True, slots=True)
class HandoffChanged:
    """A hand-off moved on; its giver and the live stints hear of it (WALK rule a)."""

    handoff: Handoff
    agents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SummaryChanged:
    """There is another summary of a hand-off, or of a stint that ended; `ref` is its id."""

    conversation_id: str
    ref: str


@dataclass(frozen=True, slots=True)
class TurnChanged:
    """A bot's turn started, or ended."""

    conversation_id: str
    turn_id: str
    agent_id: str
    started: bool


@dataclass(frozen=True, slots=True)
class HoldChanged:
    """A hold began or ended: who held the conversation hears of it, and the people of its queue."""

    conversation_id: str
    hold_id: str
    queue_id: str
    agent_id: str


@dataclass(frozen=True, slots=True)
class PresenceChanged:
    """An agent's presence or reachability changed; the agent itself and `to` hear of it."""

    agent_id: str
    to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SurveyAsked:
    """The customer is asked how the part of a person, of this public name, was."""

    survey: Survey
    name: str


@dataclass(frozen=True, slots=True)
class ContactChanged:
    """A customer has left an address, or somebody has answered; the people of its queue hear of it."""

    contact: Contact
    agents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReceiptMoved:
    """Somebody has read on; `to_customer`: it was one who may speak, so the customer hears of it."""

    receipt: Receipt
    customer_id: str
    agents: tuple[str, ...]
    to_customer: bool


@dataclass(frozen=True, slots=True)
class AlertRaised:
    """Something an operator should look at; supervisors hear of it."""

    code: str
    conversation_id: str
    params: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class QueuesChanged:
    """Places in these queues may have changed."""

    queue_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SwitchesChanged:
    """A switch was turned while the server runs; supervisors hear how all of them stand."""


@dataclass(frozen=True, slots=True)
class ConfigurationChanged:
    """A version of the configuration was adopted; supervisors hear of it, and keys may open less than before."""

    version: int


@dataclass(frozen=True, slots=True)
class AccessChanged:
    """Somebody may do less than before: open connections are looked at again."""


@dataclass(frozen=True, slots=True)
class CustomerErased:
    """A customer was forgotten: its connections end."""

    customer_id: str


Effect = (
    AccessChanged
    | ConfigurationChanged
    | EntriesWritten
    | StintJoined
    | StintChanged
    | OfferChanged
    | HandoffChanged
    | SummaryChanged
    | TurnChanged
    | HoldChanged
    | PresenceChanged
    | SurveyAsked
    | ContactChanged
    | ReceiptMoved
    | AlertRaised
    | QueuesChanged
    | SwitchesChanged
    | CustomerErased
)
