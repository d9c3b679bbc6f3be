"""Customers that a site signs for: a JWT of the site's server says who it is, so that two devices are one customer."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from batonpass.transport.socketio.refusal import Refusal

MAX_SUBJECT = 200
SHORTEST_SECRET = 32
LONGEST_S = 24 * 3600
LEEWAY_S = 60

Sites = Mapping[str, Sequence[str]]
"""By the site's name, where its secrets are."""


def signed_for(
    token: str, sites: Sites, secret_at: Callable[[str], str | None], now_ms: int
) -> tuple[str, str]:
    """Return the site and who it says that its customer is.

    Raises:
        Refusal: `bad_identity`, which never says what of it is wrong.
    """
    refused = Refusal("bad_identity", "This identity is not signed by a site that is known here, or is over.")
    site = _issuer(token)
    for place in sites.get(site, ()):
        secret = secret_at(place)
        if secret is None or len(secret) < SHORTEST_SECRET:
            continue
        try:
            claims = jwt.decode(token, OctKey.import_key(secret.encode()), algorithms=["HS256"]).claims
        except (JoseError, ValueError):
            continue
        subject, expires = claims.get("sub"), claims.get("exp")
        now_s = now_ms // 1000
        good = isinstance(subject, str) and 0 < len(subject) <= MAX_SUBJECT and "\x00" not in subject
        if good and type(expires) is int and now_s - LEEWAY_S < expires <= now_s + LONGEST_S + LEEWAY_S:
            return site, str(subject)
    raise refused


def _issuer(token: str) -> str:
    """Who it says that signed it: only to find the secret by."""
    import base64
    import binascii

    try:
        body = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        issuer = claims["iss"]
    except (IndexError, KeyError, TypeError, ValueError, binascii.Error, RecursionError):
        return ""
    return issuer if isinstance(issuer, str) else ""


def sign(site: str, subject: str, secret: str, expires: datetime) -> str:
    """Sign for a customer, as a site's server does: for tests and examples."""
    claims = {"iss": site, "sub": subject, "exp": int(expires.astimezone(UTC).timestamp())}
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(secret.encode()))
