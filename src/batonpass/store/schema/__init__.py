"""The tables. What must not be, the database itself refuses (DESIGN section 9). A module a room of the house."""

from batonpass.store.schema.administration import agent_keys, audit, config_versions
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
from batonpass.store.schema.door import answered
from batonpass.store.schema.figures import segments
from batonpass.store.schema.life import holds
from batonpass.store.schema.outbox import webhook_deliveries, webhook_streams

__all__ = [
    "HAS_NOTE",
    "IS_NOTE",
    "NAMES_SOMEBODY",
    "agent_keys",
    "agents",
    "answered",
    "asks",
    "audit",
    "config_versions",
    "connections",
    "conversations",
    "customers",
    "due",
    "entries",
    "exclusions",
    "handoffs",
    "holds",
    "memberships",
    "meta",
    "metadata",
    "offers",
    "passed_on",
    "segments",
    "slots",
    "starts",
    "stints",
    "summaries",
    "turns",
    "variables",
    "webhook_deliveries",
    "webhook_streams",
]
