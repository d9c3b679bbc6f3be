"""The first tables. Written by `python -m batonpass.store.migrate --regenerate`."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table, those first that others refer to."""
    _agents()
    _answered()
    _api_keys()
    _audit()
    _config_versions()
    _customers()
    _due()
    _forgotten()
    _meta()
    _sign_in_failures()
    _webhook_deliveries()
    _webhook_streams()
    _accounts()
    _agent_keys()
    _connections()
    _conversations()
    _customer_connections()
    _customer_tokens()
    _customers_left()
    _identities()
    _memberships()
    _slots()
    _starts()
    _attachments()
    _contacts()
    _entries()
    _handoffs()
    _holds()
    _passed_on()
    _receipts()
    _sessions()
    _stints()
    _summaries()
    _variables()
    _asks()
    _attachment_pieces()
    _dispositions()
    _exclusions()
    _offers()
    _segments()
    _surveys()
    _turns()


def _agents() -> None:
    op.create_table(
        "agents",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("supervisor", sa.Boolean(), nullable=False),
        sa.Column("presence", sa.String(length=64), nullable=False),
        sa.Column("idle_since", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agents")),
    )


def _answered() -> None:
    op.create_table(
        "answered",
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("conversation_id", sa.String(length=64), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "key", name=op.f("pk_answered")),
    )
    op.create_index(op.f("ix_answered_at"), "answered", ["at"], unique=False)
    op.create_index(op.f("ix_answered_conversation_id"), "answered", ["conversation_id"], unique=False)


def _api_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("prefix", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("id", name=op.f("uq_api_keys_id")),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("ref", sa.String(length=128), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_at_id", "audit", ["at", "id"], unique=False)


def _config_versions() -> None:
    op.create_table(
        "config_versions",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_config_versions")),
    )


def _customers() -> None:
    op.create_table(
        "customers",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_customers_token_hash")),
    )


def _due() -> None:
    op.create_table(
        "due",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("run_at", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due")),
    )
    op.create_index("ix_due_kind_ref", "due", ["kind", "ref"], unique=False)
    op.create_index("ix_due_run_at", "due", ["run_at"], unique=False)
    op.create_index(
        "uq_due_timer",
        "due",
        ["kind", "ref"],
        unique=True,
        sqlite_where=sa.text("kind <> 'match'"),
        postgresql_where=sa.text("kind <> 'match'"),
    )


def _forgotten() -> None:
    op.create_table(
        "forgotten",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forgotten")),
    )


def _meta() -> None:
    op.create_table(
        "meta",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_meta")),
    )


def _sign_in_failures() -> None:
    op.create_table(
        "sign_in_failures",
        sa.Column("name_hash", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name_hash", name=op.f("pk_sign_in_failures")),
    )
    op.create_index(op.f("ix_sign_in_failures_at"), "sign_in_failures", ["at"], unique=False)


def _webhook_deliveries() -> None:
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("endpoint", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("ref", sa.String(length=64), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_deliveries")),
    )
    op.create_index(
        "ix_webhook_deliveries_conversation_id", "webhook_deliveries", ["conversation_id"], unique=False
    )
    op.create_index(
        "ix_webhook_deliveries_state_ended_at", "webhook_deliveries", ["state", "ended_at"], unique=False
    )
    op.create_index(
        "uq_webhook_deliveries_endpoint_conversation_id_number",
        "webhook_deliveries",
        ["endpoint", "conversation_id", "number"],
        unique=True,
    )


def _webhook_streams() -> None:
    op.create_table(
        "webhook_streams",
        sa.Column("endpoint", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("head", sa.Integer(), nullable=False),
        sa.Column("run_at", sa.BigInteger(), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("endpoint", "conversation_id", name=op.f("pk_webhook_streams")),
    )
    op.create_index(
        "ix_webhook_streams_endpoint_run_at", "webhook_streams", ["endpoint", "run_at"], unique=False
    )


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=64), nullable=True),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_accounts_agent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("name", name=op.f("uq_accounts_name")),
    )
    op.create_index(op.f("ix_accounts_agent_id"), "accounts", ["agent_id"], unique=False)


def _agent_keys() -> None:
    op.create_table(
        "agent_keys",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.Column("prefix", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_agent_keys_agent_id")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_agent_keys")),
    )
    op.create_index(op.f("ix_agent_keys_agent_id"), "agent_keys", ["agent_id"], unique=False)
    op.create_index("ix_agent_keys_created_at_prefix", "agent_keys", ["created_at", "prefix"], unique=False)
    op.create_index(op.f("ix_agent_keys_prefix"), "agent_keys", ["prefix"], unique=False)


def _connections() -> None:
    op.create_table(
        "connections",
        sa.Column("sid", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.Column("node", sa.String(length=64), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_connections_agent_id")),
        sa.PrimaryKeyConstraint("sid", name=op.f("pk_connections")),
    )
    op.create_index(op.f("ix_connections_agent_id"), "connections", ["agent_id"], unique=False)


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("public_seq", sa.Integer(), nullable=False),
        sa.Column("answered_seq", sa.Integer(), nullable=False),
        sa.Column("queue_id", sa.String(length=64), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("waited_ms", sa.BigInteger(), nullable=False),
        sa.Column("waiting_since", sa.BigInteger(), nullable=True),
        sa.Column("handed_back_at", sa.BigInteger(), nullable=True),
        sa.Column("hops", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=40), nullable=False),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("close_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_conversations_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
    )
    op.create_index("ix_conversations_closed_at", "conversations", ["closed_at"], unique=False)
    op.create_index("ix_conversations_created_at", "conversations", ["created_at"], unique=False)
    op.create_index(
        "ix_conversations_customer_id_status", "conversations", ["customer_id", "status"], unique=False
    )
    op.create_index(
        "ix_conversations_status_created_at", "conversations", ["status", "created_at"], unique=False
    )


def _customer_connections() -> None:
    op.create_table(
        "customer_connections",
        sa.Column("sid", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("node", sa.String(length=64), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_customer_connections_customer_id")
        ),
        sa.PrimaryKeyConstraint("sid", name=op.f("pk_customer_connections")),
    )
    op.create_index(
        op.f("ix_customer_connections_customer_id"), "customer_connections", ["customer_id"], unique=False
    )


def _customer_tokens() -> None:
    op.create_table(
        "customer_tokens",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_customer_tokens_customer_id")
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_customer_tokens")),
    )
    op.create_index(op.f("ix_customer_tokens_customer_id"), "customer_tokens", ["customer_id"], unique=False)
    op.create_index(op.f("ix_customer_tokens_expires_at"), "customer_tokens", ["expires_at"], unique=False)


def _customers_left() -> None:
    op.create_table(
        "customers_left",
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_customers_left_customer_id")
        ),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_customers_left")),
    )


def _identities() -> None:
    op.create_table(
        "identities",
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_identities_customer_id")),
        sa.PrimaryKeyConstraint("site", "subject", name=op.f("pk_identities")),
    )
    op.create_index(op.f("ix_identities_customer_id"), "identities", ["customer_id"], unique=False)


def _memberships() -> None:
    op.create_table(
        "memberships",
        sa.Column("queue_id", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.Column("capacity_priority", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_memberships_agent_id")),
        sa.PrimaryKeyConstraint("queue_id", "agent_id", name=op.f("pk_memberships")),
    )
    op.create_index(op.f("ix_memberships_agent_id"), "memberships", ["agent_id"], unique=False)


def _slots() -> None:
    op.create_table(
        "slots",
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.Column("slot_no", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("offer_id", sa.String(length=64), nullable=True),
        sa.Column("stint_id", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_slots_agent_id")),
        sa.PrimaryKeyConstraint("agent_id", "slot_no", name=op.f("pk_slots")),
        sa.UniqueConstraint("agent_id", "conversation_id", name=op.f("uq_slots_agent_id_conversation_id")),
    )
    op.create_index(op.f("ix_slots_conversation_id"), "slots", ["conversation_id"], unique=False)


def _starts() -> None:
    op.create_table(
        "starts",
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=128), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_starts_customer_id")),
        sa.PrimaryKeyConstraint("customer_id", "client_id", name=op.f("pk_starts")),
    )


def _attachments() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_attachments_conversation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index(op.f("ix_attachments_conversation_id"), "attachments", ["conversation_id"], unique=False)


def _contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("queue_id", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=128), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_contacts_conversation_id")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_contacts_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint(
            "conversation_id", "client_id", name=op.f("uq_contacts_conversation_id_client_id")
        ),
    )
    op.create_index(op.f("ix_contacts_customer_id"), "contacts", ["customer_id"], unique=False)
    op.create_index(
        "ix_contacts_queue_id_created_at", "contacts", ["queue_id", "created_at", "id"], unique=False
    )


def _entries() -> None:
    op.create_table(
        "entries",
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("public_seq", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor_type", sa.String(length=64), nullable=False),
        sa.Column("actor_id", sa.String(length=64), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("stint_id", sa.String(length=64), nullable=True),
        sa.Column("client_id", sa.String(length=128), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_entries_conversation_id")
        ),
        sa.PrimaryKeyConstraint("conversation_id", "seq", name=op.f("pk_entries")),
    )
    op.create_index(
        "ix_entries_notes",
        "entries",
        ["conversation_id", "seq", "at"],
        unique=False,
        sqlite_where=sa.text("kind = 'note'"),
        postgresql_where=sa.text("kind = 'note'"),
    )
    op.create_index(
        "uq_entries_conversation_id_public_seq", "entries", ["conversation_id", "public_seq"], unique=True
    )
    op.create_index(
        "uq_entries_sender_client_id", "entries", ["conversation_id", "actor_id", "client_id"], unique=True
    )


def _handoffs() -> None:
    op.create_table(
        "handoffs",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("leave", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("target_type", sa.String(length=64), nullable=False),
        sa.Column("target_id", sa.String(length=64), nullable=True),
        sa.Column("seeks", sa.String(length=64), nullable=False),
        sa.Column("queue_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("waiting_key", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=True),
        sa.Column("summary_version", sa.Integer(), nullable=False),
        sa.Column("summary_flagged", sa.Boolean(), nullable=False),
        sa.Column("edited", sa.Text(), nullable=True),
        sa.Column("brief", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("giver_stint_id", sa.String(length=64), nullable=True),
        sa.Column("giver_agent_id", sa.String(length=64), nullable=True),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=128), nullable=True),
        sa.Column("failover_queue_id", sa.String(length=64), nullable=True),
        sa.Column("ladder_restarted", sa.Boolean(), nullable=False),
        sa.Column("fell_through", sa.Boolean(), nullable=False),
        sa.Column("tried", sa.JSON(), nullable=False),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("workflow", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("boundary_seq", sa.Integer(), nullable=False),
        sa.Column("receiver_agent_id", sa.String(length=64), nullable=True),
        sa.Column("trace", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_handoffs_conversation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoffs")),
    )
    op.create_index(
        "ix_handoffs_completed",
        "handoffs",
        ["queue_id", "ended_at"],
        unique=False,
        sqlite_where=sa.text("state = 'completed'"),
        postgresql_where=sa.text("state = 'completed'"),
    )
    op.create_index("ix_handoffs_conversation_id", "handoffs", ["conversation_id"], unique=False)
    op.create_index("ix_handoffs_created_at", "handoffs", ["created_at"], unique=False)
    op.create_index(
        "ix_handoffs_failover_waiting",
        "handoffs",
        ["failover_queue_id", "state", sa.literal_column("priority DESC"), "waiting_key", "id"],
        unique=False,
    )
    op.create_index(
        "ix_handoffs_giver_agent_id_ended_at", "handoffs", ["giver_agent_id", "ended_at"], unique=False
    )
    op.create_index(
        "ix_handoffs_named",
        "handoffs",
        ["target_id"],
        unique=False,
        sqlite_where=sa.text("state = 'queued' AND target_type = 'agent' AND NOT fell_through"),
        postgresql_where=sa.text("state = 'queued' AND target_type = 'agent' AND NOT fell_through"),
    )
    op.create_index(
        "ix_handoffs_noted",
        "handoffs",
        ["conversation_id", "created_at"],
        unique=False,
        sqlite_where=sa.text("note <> ''"),
        postgresql_where=sa.text("note <> ''"),
    )
    op.create_index(
        "ix_handoffs_undecided",
        "handoffs",
        ["queue_id"],
        unique=False,
        sqlite_where=sa.text("state = 'queued' AND trace IS NULL"),
        postgresql_where=sa.text("state = 'queued' AND trace IS NULL"),
    )
    op.create_index(
        "ix_handoffs_waiting",
        "handoffs",
        ["queue_id", "state", sa.literal_column("priority DESC"), "waiting_key", "id"],
        unique=False,
    )
    op.create_index(
        "uq_handoffs_pending_pass",
        "handoffs",
        ["conversation_id"],
        unique=True,
        sqlite_where=sa.text(
            "state IN ('requested', 'queued', 'offered', 'accepted') AND kind NOT IN ('invitation', 'consultation')"
        ),
        postgresql_where=sa.text(
            "state IN ('requested', 'queued', 'offered', 'accepted') AND kind NOT IN ('invitation', 'consultation')"
        ),
    )


def _holds() -> None:
    op.create_table(
        "holds",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("stint_id", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.Column("queue_id", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=False),
        sa.Column("boundary_seq", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("closes", sa.Boolean(), nullable=False),
        sa.Column("client_id", sa.String(length=128), nullable=True),
        sa.Column("summary", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_holds_agent_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_holds_conversation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    op.create_index("ix_holds_agent_id_ended_at", "holds", ["agent_id", "ended_at"], unique=False)
    op.create_index("ix_holds_queue_id_ended_at", "holds", ["queue_id", "ended_at"], unique=False)
    op.create_index("ix_holds_stint_id", "holds", ["stint_id"], unique=False)
    op.create_index(
        "uq_holds_open",
        "holds",
        ["conversation_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _passed_on() -> None:
    op.create_table(
        "passed_on",
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("queue_id", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_passed_on_conversation_id")
        ),
        sa.PrimaryKeyConstraint("conversation_id", "queue_id", "agent_id", name=op.f("pk_passed_on")),
    )


def _receipts() -> None:
    op.create_table(
        "receipts",
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("reader", sa.String(length=64), nullable=False),
        sa.Column("delivered", sa.Integer(), nullable=False),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_receipts_conversation_id")
        ),
        sa.PrimaryKeyConstraint("conversation_id", "reader", name=op.f("pk_receipts")),
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_sessions_account_id")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_sessions")),
        sa.UniqueConstraint("id", name=op.f("uq_sessions_id")),
    )
    op.create_index(op.f("ix_sessions_account_id"), "sessions", ["account_id"], unique=False)
    op.create_index(op.f("ix_sessions_expires_at"), "sessions", ["expires_at"], unique=False)


def _stints() -> None:
    op.create_table(
        "stints",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.Column("bot", sa.Boolean(), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("queue_id", sa.String(length=64), nullable=False),
        sa.Column("handoff_id", sa.String(length=64), nullable=False),
        sa.Column("boundary_seq", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ready", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("read_to", sa.Integer(), nullable=True),
        sa.Column("wrapped_up_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_stints_agent_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_stints_conversation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stints")),
    )
    op.create_index("ix_stints_agent_id_ended_at", "stints", ["agent_id", "ended_at", "id"], unique=False)
    op.create_index("ix_stints_agent_id_state", "stints", ["agent_id", "state"], unique=False)
    op.create_index("ix_stints_conversation_id", "stints", ["conversation_id"], unique=False)
    op.create_index("ix_stints_started_at", "stints", ["started_at"], unique=False)
    op.create_index(
        "uq_stints_live_holder",
        "stints",
        ["conversation_id"],
        unique=True,
        sqlite_where=sa.text("role = 'holder' AND state = 'live'"),
        postgresql_where=sa.text("role = 'holder' AND state = 'live'"),
    )


def _summaries() -> None:
    op.create_table(
        "summaries",
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("edited", sa.Text(), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_summaries_conversation_id")
        ),
        sa.PrimaryKeyConstraint("ref", "version", name=op.f("pk_summaries")),
    )
    op.create_index("ix_summaries_conversation_id", "summaries", ["conversation_id"], unique=False)


def _variables() -> None:
    op.create_table(
        "variables",
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("set_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_variables_conversation_id")
        ),
        sa.PrimaryKeyConstraint("conversation_id", "name", name=op.f("pk_variables")),
    )


def _asks() -> None:
    op.create_table(
        "asks",
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("sender", sa.String(length=80), nullable=False),
        sa.Column("client_id", sa.String(length=128), nullable=False),
        sa.Column("handoff_id", sa.String(length=64), nullable=False),
        sa.Column("already", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_asks_conversation_id")
        ),
        sa.ForeignKeyConstraint(["handoff_id"], ["handoffs.id"], name=op.f("fk_asks_handoff_id")),
        sa.PrimaryKeyConstraint("conversation_id", "sender", "client_id", name=op.f("pk_asks")),
    )


def _attachment_pieces() -> None:
    op.create_table(
        "attachment_pieces",
        sa.Column("attachment_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachments.id"], name=op.f("fk_attachment_pieces_attachment_id")
        ),
        sa.PrimaryKeyConstraint("attachment_id", "number", name=op.f("pk_attachment_pieces")),
    )


def _dispositions() -> None:
    op.create_table(
        "dispositions",
        sa.Column("stint_id", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("queue_id", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_dispositions_conversation_id")
        ),
        sa.ForeignKeyConstraint(["stint_id"], ["stints.id"], name=op.f("fk_dispositions_stint_id")),
        sa.PrimaryKeyConstraint("stint_id", name=op.f("pk_dispositions")),
    )
    op.create_index("ix_dispositions_at", "dispositions", ["at"], unique=False)
    op.create_index(
        op.f("ix_dispositions_conversation_id"), "dispositions", ["conversation_id"], unique=False
    )


def _exclusions() -> None:
    op.create_table(
        "exclusions",
        sa.Column("handoff_id", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["handoff_id"], ["handoffs.id"], name=op.f("fk_exclusions_handoff_id")),
        sa.PrimaryKeyConstraint("handoff_id", "agent_id", "reason", name=op.f("pk_exclusions")),
    )
    op.create_index("ix_exclusions_agent_id_reason", "exclusions", ["agent_id", "reason"], unique=False)


def _offers() -> None:
    op.create_table(
        "offers",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("handoff_id", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("deadline_at", sa.BigInteger(), nullable=False),
        sa.Column("trace", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_offers_agent_id")),
        sa.ForeignKeyConstraint(["handoff_id"], ["handoffs.id"], name=op.f("fk_offers_handoff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    op.create_index("ix_offers_agent_id_state", "offers", ["agent_id", "state"], unique=False)
    op.create_index("ix_offers_conversation_id_state", "offers", ["conversation_id", "state"], unique=False)
    op.create_index("ix_offers_made_at", "offers", ["made_at"], unique=False)
    op.create_index(
        "uq_offers_open",
        "offers",
        ["handoff_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def _segments() -> None:
    op.create_table(
        "segments",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("handoff_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("target_type", sa.String(length=64), nullable=False),
        sa.Column("seeks", sa.String(length=64), nullable=False),
        sa.Column("queue_id", sa.String(length=64), nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("waited_before_ms", sa.BigInteger(), nullable=False),
        sa.Column("preceded_by", sa.String(length=80), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=64), nullable=True),
        sa.Column("destination_type", sa.String(length=64), nullable=True),
        sa.Column("destination", sa.String(length=64), nullable=True),
        sa.Column("followed_by", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_segments_conversation_id")
        ),
        sa.ForeignKeyConstraint(["handoff_id"], ["handoffs.id"], name=op.f("fk_segments_handoff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segments")),
    )
    op.create_index("ix_segments_conversation_id", "segments", ["conversation_id"], unique=False)
    op.create_index("ix_segments_queue_id_ended_at", "segments", ["queue_id", "ended_at"], unique=False)
    op.create_index("ix_segments_started_at", "segments", ["started_at"], unique=False)
    op.create_index(
        "uq_segments_waiting",
        "segments",
        ["handoff_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _surveys() -> None:
    op.create_table(
        "surveys",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("stint_id", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.Column("queue_id", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_surveys_conversation_id")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_surveys_customer_id")),
        sa.ForeignKeyConstraint(["stint_id"], ["stints.id"], name=op.f("fk_surveys_stint_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surveys")),
        sa.UniqueConstraint("stint_id", name=op.f("uq_surveys_stint_id")),
    )
    op.create_index("ix_surveys_asked_at", "surveys", ["asked_at"], unique=False)
    op.create_index(op.f("ix_surveys_conversation_id"), "surveys", ["conversation_id"], unique=False)
    op.create_index("ix_surveys_customer_id_until", "surveys", ["customer_id", "until"], unique=False)
    op.create_index("ix_surveys_given_at", "surveys", ["given_at"], unique=False)


def _turns() -> None:
    op.create_table(
        "turns",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("stint_id", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("from_seq", sa.Integer(), nullable=False),
        sa.Column("to_seq", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("deadline_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["stint_id"], ["stints.id"], name=op.f("fk_turns_stint_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turns")),
    )
    op.create_index("ix_turns_agent_id_state", "turns", ["agent_id", "state"], unique=False)
    op.create_index(
        "uq_turns_one_at_a_time",
        "turns",
        ["stint_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'ended'"),
        postgresql_where=sa.text("state <> 'ended'"),
    )
