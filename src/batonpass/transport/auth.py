"""Tokens and keys: random, shown once, kept as hashes."""

import hashlib
import secrets
from dataclasses import dataclass

CUSTOMER_PREFIX = "bpc_"
AGENT_PREFIX = "bpa_"
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
