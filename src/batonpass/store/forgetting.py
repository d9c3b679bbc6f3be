"""Every column of text, by whether it holds somebody's words. A test reads the tables: a new column must be placed here."""

from collections.abc import Mapping
from typing import Any

GONE: frozenset[str] = frozenset(
    {"variables", "summaries", "asks", "starts", "attachments", "attachment_pieces", "answered"}
)
"""Tables whose rows of a conversation go."""

GONE_WITH_CUSTOMER: frozenset[str] = frozenset({"identities", "customer_tokens"})
"""Tables whose rows of a customer go. Their own requests that were answered (`answered`) go by their owner."""

EMPTIED: Mapping[str, Mapping[str, Any]] = {
    "handoffs": {"note": "", "summary": None, "edited": None, "brief": None, "client_id": None},
    "holds": {"reason": "", "client_id": None, "summary": None},
    "offers": {"reason": None},
    "contacts": {"name": "", "email": "", "phone": "", "message": ""},
    "surveys": {"comment": ""},
}
"""Columns of a conversation's rows, and what they hold afterwards. Beside these: the words in `entries.data`, the client
ids of a customer's entries, and the reasons of hand-offs that somebody wrote."""

KEPT: Mapping[str, frozenset[str]] = {
    "conversations": frozenset({"close_reason", "skills"}),
    "stints": frozenset({"reason"}),
    "turns": frozenset({"reason"}),
    "entries": frozenset({"actor_name", "client_id", "data"}),
    "handoffs": frozenset({"reason", "trace", "outcome", "skills", "workflow", "tried"}),
    "offers": frozenset({"trace"}),
    "contacts": frozenset({"client_id"}),
    "segments": frozenset({"preceded_by", "followed_by"}),
    "webhook_deliveries": frozenset({"data", "error"}),
    # Of no conversation and no customer
    "meta": frozenset({"value"}),
    "agents": frozenset({"name", "skills"}),
    "agent_keys": frozenset({"label"}),
    "accounts": frozenset({"password"}),
    "sessions": frozenset({"label", "address"}),
    "api_keys": frozenset({"name"}),
    "config_versions": frozenset({"who", "comment", "document", "changes"}),
    "audit": frozenset({"who", "address", "ref", "details"}),
}
"""Columns of text that stay: codes, agents' public names, and what is of no customer."""
