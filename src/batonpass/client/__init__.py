"""The Python SDK: bots, representatives and customers on the same protocol as everyone else.

from batonpass.client import Bot
"""

from batonpass.client.bot import Bot, BotChat, Message
from batonpass.client.chat import Chat
from batonpass.client.connection import Timing
from batonpass.client.customer import CustomerClient
from batonpass.client.entry import Entry, card, choices
from batonpass.client.errors import ClientError, ConnectionLost, Refused, Stopped
from batonpass.client.participants import (
    TO_NEXT,
    TO_PREVIOUS,
    Participant,
    to_agent,
    to_next,
    to_queue,
    to_workflow,
)
from batonpass.client.representative import Offer, RepresentativeChat, RepresentativeClient

__all__ = [
    "TO_NEXT",
    "TO_PREVIOUS",
    "Bot",
    "BotChat",
    "Chat",
    "ClientError",
    "ConnectionLost",
    "CustomerClient",
    "Entry",
    "Message",
    "Offer",
    "Participant",
    "Refused",
    "RepresentativeChat",
    "RepresentativeClient",
    "Stopped",
    "Timing",
    "card",
    "choices",
    "to_agent",
    "to_next",
    "to_queue",
    "to_workflow",
]
