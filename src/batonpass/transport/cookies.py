"""The session as a cookie: no script reads it, and no other site's page uses it."""

from urllib.parse import urlsplit

from aiohttp import web

NAME = "__Host-batonpass"
_MORE = "Path=/; Secure; HttpOnly; SameSite=Strict"


def give(token: str, seconds: int) -> str:
    """The `Set-Cookie` that begins it."""
    return f"{NAME}={token}; Max-Age={seconds}; {_MORE}"


def take() -> str:
    """The `Set-Cookie` that ends it."""
    return f"{NAME}=; Max-Age=0; {_MORE}"


def same_site(request: web.Request) -> bool:
    """Whether a page of ours asks: by what the browser says of it, or by the origin. Neither said is no."""
    said = request.headers.get("Sec-Fetch-Site")
    if said is not None:
        return said == "same-origin"
    origin = request.headers.get("Origin")
    try:
        return origin is not None and urlsplit(origin).netloc == request.host
    except ValueError:
        return False
