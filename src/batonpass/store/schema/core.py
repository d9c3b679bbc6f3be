"""The tables of agents, conversations, hand-offs and due work, which each use case stands on."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from batonpass.store.schema.base import Key, Ms, metadata

meta = Table("meta", metadata, Column("name", Key, primary_key=True), Column("value", Text, nullable=False))

agents = Table(
    "agents",
    metadata,
    Column("id", Key, primary_key=True),
    Column("kind", Key, nullable=False),
    Column("name", Text, nullable=False),
    Column("capacity", Integer),
    Column("skills", JSON, nullable=False),
    Column("supervisor", Boolean, nullable=False),
    Column("presence", Key, nullable=False),
    Column("idle_since", Ms, nullable=False),
    Column("asked_at", Ms, nullable=False),
    Column("enabled", Boolean, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("queue_id", Key, primary_key=True),
    Column("agent_id", Key, ForeignKey("agents.id"), primary_key=True, index=True),
    Column("capacity_priority", Integer, nullable=False),
    # At most so many of the agent's slots for chats of this queue.
    Column("capacity", Integer),
)

connections = Table(
    "connections",
    metadata,
    Column("sid", Key, primary_key=True),
    Column("agent_id", Key, ForeignKey("agents.id"), nullable=False, index=True),
    Column("node", Key, nullable=False),
    Column("opened_at", Ms, nullable=False),
)

customers = Table(
    "customers",
    metadata,
    Column("id", Key, primary_key=True),
    Column("token_hash", Key, nullable=False, unique=True),
    Column("created_at", Ms, nullable=False),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", Key, primary_key=True),
    Column("customer_id", Key, ForeignKey("customers.id"), nullable=False),
    Column("status", Key, nullable=False),
    Column("created_at", Ms, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("holder", Key),
    Column("seq", Integer, nullable=False),
    Column("public_seq", Integer, nullable=False),
    Column("answered_seq", Integer, nullable=False),
    Column("queue_id", Key, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("waited_ms", Ms, nullable=False),
    Column("waiting_since", Ms),
    Column("handed_back_at", Ms),
    Column("hops", Integer, nullable=False),
    Column("locale", String(40), nullable=False),
    Column("skills", JSON, nullable=False),
    Column("closed_at", Ms),
    Column("close_reason", Text),
    Index("ix_conversations_customer_id_status", "customer_id", "status"),
    Index("ix_conversations_created_at", "created_at"),
    Index("ix_conversations_closed_at", "closed_at"),
    # Those that are not over are few among many, and lists ask for them.
    Index("ix_conversations_status_created_at", "status", "created_at"),
)

starts = Table(
    "starts",
    metadata,
    Column("customer_id", Key, ForeignKey("customers.id"), primary_key=True),
    Column("client_id", String(128), primary_key=True),
    Column("conversation_id", Key, nullable=False),
)

stints = Table(
    "stints",
    metadata,
    Column("id", Key, primary_key=True),
    Column("conversation_id", Key, ForeignKey("conversations.id"), nullable=False),
    Column("agent_id", Key, ForeignKey("agents.id"), nullable=False),
    Column("bot", Boolean, nullable=False),
    Column("role", Key, nullable=False),
    Column("state", Key, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("queue_id", Key, nullable=False),
    Column("handoff_id", Key, nullable=False),
    Column("boundary_seq", Integer, nullable=False),
    Column("started_at", Ms, nullable=False),
    Column("ready", Boolean, nullable=False),
    Column("ended_at", Ms),
    Column("reason", Text),
    Column("read_to", Integer),
    Column("wrapped_up_at", Ms),
    Index("ix_stints_conversation_id", "conversation_id"),
    Index("ix_stints_agent_id_state", "agent_id", "state"),
    # Where somebody was, the newest first.
    Index("ix_stints_agent_id_ended_at", "agent_id", "ended_at", "id"),
    Index("ix_stints_started_at", "started_at"),
    Index(
        "uq_stints_live_holder",
        "conversation_id",
        unique=True,
        sqlite_where=text("role = 'holder' AND state = 'live'"),
        postgresql_where=text("role = 'holder' AND state = 'live'"),
    ),
)

slots = Table(
    "slots",
    metadata,
    Column("agent_id", Key, ForeignKey("agents.id"), primary_key=True),
    Column("slot_no", Integer, primary_key=True),
    Column("conversation_id", Key, nullable=False, index=True),
    Column("offer_id", Key),
    Column("stint_id", Key),
    UniqueConstraint("agent_id", "conversation_id"),
)

IS_NOTE = "kind = 'note'"
HAS_NOTE = "note <> ''"
"""Entries that are notes, and hand-offs that carry one. Literals, so that the partial indexes serve the search."""

entries = Table(
    "entries",
    metadata,
    Column("conversation_id", Key, ForeignKey("conversations.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("public_seq", Integer),
    Column("kind", Key, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("at", Ms, nullable=False),
    Column("actor_type", Key, nullable=False),
    Column("actor_id", Key),
    Column("actor_name", Text, nullable=False),
    Column("id", Key, nullable=False),
    Column("stint_id", Key),
    Column("client_id", String(128)),
    Column("data", JSON, nullable=False),
    Index(
        "ix_entries_notes",
        "conversation_id",
        "seq",
        "at",
        sqlite_where=text(IS_NOTE),
        postgresql_where=text(IS_NOTE),
    ),
    Index("uq_entries_conversation_id_public_seq", "conversation_id", "public_seq", unique=True),
    Index(
        "uq_entries_sender_client_id",
        "conversation_id",
        "actor_id",
        "client_id",
        unique=True,
    ),
)

NAMES_SOMEBODY = "state = 'queued' AND target_type = 'agent' AND NOT fell_through"
"""Hand-offs that wait for the agent they name. A literal, so that the partial index serves the query."""

handoffs = Table(
    "handoffs",
    metadata,
    Column("id", Key, primary_key=True),
    Column("conversation_id", Key, ForeignKey("conversations.id"), nullable=False),
    Column("kind", Key, nullable=False),
    Column("leave", Key, nullable=False),
    Column("state", Key, nullable=False),
    Column("target_type", Key, nullable=False),
    Column("target_id", Key),
    Column("seeks", Key, nullable=False),
    Column("queue_id", Key, nullable=False),
    Column("created_at", Ms, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("waiting_key", Ms, nullable=False),
    Column("reason", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("summary", JSON),
    Column("summary_version", Integer, nullable=False),
    Column("summary_flagged", Boolean, nullable=False),
    Column("edited", Text),
    Column("brief", JSON(none_as_null=True)),
    Column("giver_stint_id", Key),
    Column("giver_agent_id", Key),
    Column("requested_by", Key, nullable=False),
    Column("client_id", String(128)),
    Column("failover_queue_id", Key),
    Column("ladder_restarted", Boolean, nullable=False),
    Column("fell_through", Boolean, nullable=False),
    Column("tried", JSON, nullable=False),
    Column("skills", JSON, nullable=False),
    Column("workflow", JSON(none_as_null=True)),
    Column("boundary_seq", Integer, nullable=False),
    Column("receiver_agent_id", Key),
    Column("trace", JSON(none_as_null=True)),
    Column("ended_at", Ms),
    Column("outcome", Text),
    Index("ix_handoffs_conversation_id", "conversation_id"),
    Index("ix_handoffs_created_at", "created_at"),
    Index(
        "ix_handoffs_noted",
        "conversation_id",
        "created_at",
        sqlite_where=text(HAS_NOTE),
        postgresql_where=text(HAS_NOTE),
    ),
    Index("ix_handoffs_giver_agent_id_ended_at", "giver_agent_id", "ended_at"),
    Index(
        "uq_handoffs_pending_pass",
        "conversation_id",
        unique=True,
        sqlite_where=text(
            "state IN ('requested', 'queued', 'offered', 'accepted') "
            "AND kind NOT IN ('invitation', 'consultation')"
        ),
        postgresql_where=text(
            "state IN ('requested', 'queued', 'offered', 'accepted') "
            "AND kind NOT IN ('invitation', 'consultation')"
        ),
    ),
    Index(
        "ix_handoffs_undecided",
        "queue_id",
        sqlite_where=text("state = 'queued' AND trace IS NULL"),
        postgresql_where=text("state = 'queued' AND trace IS NULL"),
    ),
    Index(
        "ix_handoffs_named",
        "target_id",
        sqlite_where=text(NAMES_SOMEBODY),
        postgresql_where=text(NAMES_SOMEBODY),
    ),
    Index(
        "ix_handoffs_completed",
        "queue_id",
        "ended_at",
        sqlite_where=text("state = 'completed'"),
        postgresql_where=text("state = 'completed'"),
    ),
    Index("ix_handoffs_waiting", "queue_id", "state", text("priority DESC"), "waiting_key", "id"),
    Index(
        "ix_handoffs_failover_waiting",
        "failover_queue_id",
        "state",
        text("priority DESC"),
        "waiting_key",
        "id",
    ),
)

summaries = Table(
    "summaries",
    metadata,
    # A hand-off's, or that of a stint that ended.
    Column("ref", Key, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("conversation_id", Key, ForeignKey("conversations.id"), nullable=False),
    Column("purpose", Key, nullable=False),
    Column("summary", JSON, nullable=False),
    Column("edited", Text),
    Column("made_at", Ms, nullable=False),
    Index("ix_summaries_conversation_id", "conversation_id"),
)

asks = Table(
    "asks",
    metadata,
    Column("conversation_id", Key, ForeignKey("conversations.id"), primary_key=True),
    # An agent, or a supervisor at its other door.
    Column("sender", String(80), primary_key=True),
    Column("client_id", String(128), primary_key=True),
    Column("handoff_id", Key, ForeignKey("handoffs.id"), nullable=False),
    Column("already", Boolean, nullable=False),
)

exclusions = Table(
    "exclusions",
    metadata,
    Column("handoff_id", Key, ForeignKey("handoffs.id"), primary_key=True),
    Column("agent_id", Key, primary_key=True),
    Column("reason", Key, primary_key=True),
    Index("ix_exclusions_agent_id_reason", "agent_id", "reason"),
)

passed_on = Table(
    "passed_on",
    metadata,
    Column("conversation_id", Key, ForeignKey("conversations.id"), primary_key=True),
    Column("queue_id", Key, primary_key=True),
    Column("agent_id", Key, primary_key=True),
)

offers = Table(
    "offers",
    metadata,
    Column("id", Key, primary_key=True),
    Column("handoff_id", Key, ForeignKey("handoffs.id"), nullable=False),
    Column("conversation_id", Key, nullable=False),
    Column("agent_id", Key, ForeignKey("agents.id"), nullable=False),
    Column("state", Key, nullable=False),
    Column("made_at", Ms, nullable=False),
    Column("deadline_at", Ms, nullable=False),
    Column("trace", JSON(none_as_null=True)),
    Column("ended_at", Ms),
    Column("reason", Text),
    Index("ix_offers_conversation_id_state", "conversation_id", "state"),
    Index("ix_offers_agent_id_state", "agent_id", "state"),
    Index("ix_offers_made_at", "made_at"),
    Index(
        "uq_offers_open",
        "handoff_id",
        unique=True,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
)

turns = Table(
    "turns",
    metadata,
    Column("id", Key, primary_key=True),
    Column("conversation_id", Key, nullable=False),
    Column("stint_id", Key, ForeignKey("stints.id"), nullable=False),
    Column("agent_id", Key, nullable=False),
    Column("kind", Key, nullable=False),
    Column("state", Key, nullable=False),
    Column("from_seq", Integer, nullable=False),
    Column("to_seq", Integer, nullable=False),
    Column("started_at", Ms, nullable=False),
    Column("deadline_at", Ms, nullable=False),
    Column("ended_at", Ms),
    Column("reason", Text),
    Index("ix_turns_agent_id_state", "agent_id", "state"),
    Index(
        "uq_turns_one_at_a_time",
        "stint_id",
        unique=True,
        sqlite_where=text("state <> 'ended'"),
        postgresql_where=text("state <> 'ended'"),
    ),
)

variables = Table(
    "variables",
    metadata,
    Column("conversation_id", Key, ForeignKey("conversations.id"), primary_key=True),
    Column("name", String(100), primary_key=True),
    Column("value", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("set_at", Ms, nullable=False),
    Column("set_by", Key, nullable=False),
)

due = Table(
    "due",
    metadata,
    Column("id", Key, primary_key=True),
    Column("kind", Key, nullable=False),
    Column("ref", Key, nullable=False),
    Column("run_at", Ms, nullable=False),
    Column("lease_until", Ms),
    Column("attempts", Integer, nullable=False),
    Index("ix_due_run_at", "run_at"),
    Index("ix_due_kind_ref", "kind", "ref"),
    Index(
        "uq_due_timer",
        "kind",
        "ref",
        unique=True,
        sqlite_where=text("kind <> 'match'"),
        postgresql_where=text("kind <> 'match'"),
    ),
)
