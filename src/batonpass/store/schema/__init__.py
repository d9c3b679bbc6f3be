"""The tables. What must not be, the database itself refuses (DESIGN section 9). A module a room of the house."""

from batonpass.store.schema.administration import agent_keys, audit, config_versions
from batonpass.store.schema.attachments import attachment_pieces, attachments
from batonpass.store.schema.base import metadata
from batonpass.store.schema.core import (
    HAS_NOTE,
    IS_NOTE,
    NAMES_SOMEBODY,
    agents,
    asks,
    connections,
    conversations,
    customers,
    due,
    entries,
    exclusions,
    handoffs,
    memberships,
    meta,
    offers,
    passed_on,
    slots,
    starts,
    stints,
    summaries,
    turns,
    variables,
)
from batonpass.store.schema.door import (
    accounts,
    answered,
    api_keys,
    customer_tokens,
    identities,
    sessions,
    sign_in_failures,
)
from batonpass.store.schema.customer import contacts, dispositions, receipts, surveys
from batonpass.store.schema.door import answered
from batonpass.store.schema.figures import segments
from batonpass.store.schema.life import holds
from batonpass.store.schema.outbox import webhook_deliveries, webhook_streams

__all__ = [
    "HAS_NOTE",
    "IS_NOTE",
    "NAMES_SOMEBODY",
    "accounts",
    "agent_keys",
    "agents",
    "answered",
    "api_keys",
    "asks",
    "attachment_pieces",
    "attachments",
    "audit",
    "config_versions",
    "connections",
    "contacts",
    "conversations",
    "customer_tokens",
    "customers",
    "dispositions",
    "due",
    "entries",
    "exclusions",
    "handoffs",
    "holds",
    "identities",
    "memberships",
    "meta",
    "metadata",
    "offers",
    "passed_on",
    "receipts",
    "segments",
    "sessions",
    "sign_in_failures",
    "slots",
    "starts",
    "stints",
    "summaries",
    "surveys",
    "turns",
    "variables",
    "webhook_deliveries",
    "webhook_streams",
]
