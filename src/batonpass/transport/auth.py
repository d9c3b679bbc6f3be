"""Tokens and keys: random, shown once, kept as hashes; and whose they are."""

import hashlib
import secrets
from dataclasses import dataclass

from batonpass.app import authority
from batonpass.app.authority import Role, Who
from batonpass.app.ports import Tx
from batonpass.domain.agents import Agent, AgentKind
from batonpass.transport import cookies
from batonpass.transport.socketio.connection import Connection

CUSTOMER_PREFIX = "bpc_"
AGENT_PREFIX = "bpa_"
SESSION_PREFIX = "bps_"
API_KEY_PREFIX = "bpk_"
MAX_TOKEN = 200


@dataclass(frozen=True, slots=True)
class Secret:
    """A new secret: `text` goes to its owner and nowhere else, `hash` into the store."""

    text: str
    hash: str
    prefix: str


def new_secret(prefix: str) -> Secret:
    """Return a new secret of 32 random bytes."""
    text = prefix + secrets.token_urlsafe(32)
    return Secret(text, hash_of(text), text[: len(prefix) + 6])


def hash_of(text: str) -> str:
    """Return the SHA-256 of a secret, in hexadecimal. The secrets are random, so no salt is needed."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def token_of(auth: object) -> str | None:
    """Return the token of a connect's `auth`, or None when there is nothing of that shape."""
    token = auth.get("token") if isinstance(auth, dict) else None
    return token if isinstance(token, str) and 0 < len(token) <= MAX_TOKEN else None


def who_has(tx: Tx, token: str) -> Who | None:
    """Whose token this is; None when it is nobody's."""
    hashed = hash_of(token)
    if token.startswith(CUSTOMER_PREFIX):
        customer_id = tx.customer_by_token(hashed)
        return Who(Role.CUSTOMER, customer_id=customer_id, credential=hashed) if customer_id else None
    if token.startswith(SESSION_PREFIX):
        return _signed_in(tx, hashed)
    if token.startswith(API_KEY_PREFIX):
        key = tx.api_key(hashed)
        return Who(Role(key.role), key=key.id, credential=hashed) if key else None
    return who_is(tx, hashed)


def who_is(tx: Tx, hashed: str) -> Who | None:
    """Whose agent key or session has this hash and is good now; asked again of open connections when access changes."""
    agent_id = tx.agent_by_key(hashed)
    if agent_id is None:
        return _signed_in(tx, hashed)
    return Who(role_of(tx.agents([agent_id])[agent_id]), agent_id=agent_id, credential=hashed)


def _signed_in(tx: Tx, hashed: str) -> Who | None:
    """A session's person. An agent who is served no more leaves an admin an admin, and others nothing."""
    found = tx.session_by_hash(hashed)
    if found is None:
        return None
    session, account = found
    agent_id = account.agent_id if account.agent_id and tx.enabled(account.agent_id) else None
    role = Role(account.role)
    if agent_id is None and role is not Role.ADMIN:
        return None
    return Who(role, agent_id=agent_id, account_id=account.id, session_id=session.id, credential=hashed)


def token_at(conn: Connection, auth: object) -> str | None:
    """The token of a connect: of its `auth`, or the cookie that our own page came with."""
    found = token_of(auth)
    if found is None and cookies.same_site(conn.request):
        found = conn.request.cookies.get(cookies.NAME)
    return found if found is not None and 0 < len(found) <= MAX_TOKEN else None


def role_of(agent: Agent) -> Role:
    """The role of an agent who comes with a key."""
    if agent.kind is AgentKind.BOT:
        return Role.BOT
    return Role.SUPERVISOR if agent.supervisor else Role.AGENT


class Matrix:
    """The authorisation matrix, as a namespace of sockets asks it: an event's name is its action."""

    def check(self, conn: Connection, event: str) -> None:
        authority.check(conn.who, event)
