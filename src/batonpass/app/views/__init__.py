"""What readers see: snapshots, packets, pages. Read-only, and the same for a first connect, a resume and a push."""

from batonpass.app.views.agents import TRANSCRIPT, AgentSnapshot, Packets, agent_snapshot, joins_due, packets
from batonpass.app.views.around import Details, details, whole
from batonpass.app.views.customers import (
    CUSTOMER_CONVERSATIONS,
    CustomerConversation,
    customer_conversation,
    customer_page,
    customer_snapshot,
)
from batonpass.app.views.free_slots import member, members
from batonpass.app.views.hearing import Hearers, Told, hearers, told
from batonpass.app.views.lists import HoldView, WaitingView, hears_of, held_views, hold_view, waiting_in
from batonpass.app.views.parts import (
    PAGE_BYTES,
    TAIL,
    BatonPart,
    HandoffView,
    OfferView,
    StintView,
    baton_of,
    fitting,
    handoff_view,
    offer_view,
    stint_view,
)
from batonpass.app.views.reading import Page, agent_page, in_it, readable, waits_for
from batonpass.app.views.seen import Seen, seen

__all__ = [
    "CUSTOMER_CONVERSATIONS",
    "PAGE_BYTES",
    "TAIL",
    "TRANSCRIPT",
    "AgentSnapshot",
    "BatonPart",
    "CustomerConversation",
    "Details",
    "HandoffView",
    "Hearers",
    "HoldView",
    "OfferView",
    "Packets",
    "Page",
    "Seen",
    "StintView",
    "Told",
    "WaitingView",
    "agent_page",
    "agent_snapshot",
    "baton_of",
    "customer_conversation",
    "customer_page",
    "customer_snapshot",
    "details",
    "fitting",
    "handoff_view",
    "hearers",
    "hears_of",
    "held_views",
    "hold_view",
    "in_it",
    "joins_due",
    "member",
    "members",
    "offer_view",
    "packets",
    "readable",
    "seen",
    "stint_view",
    "told",
    "waiting_in",
    "waits_for",
    "whole",
]
