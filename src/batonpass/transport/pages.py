"""The pages: the desk, the widget's sample page, and the files they load. No build step and nothing inline.

What goes out is what lies there, but for two things: comments that fill whole lines are left out of our own files,
and the widget's two entries (`BUNDLES`) come with all that they import, see bundle.py.

All files are read once, at start-up: a request is a look-up in a table, so no path can lead out of the
folder, and the entity tag is a hash of the bytes (file times lie: two builds of one wheel may share time and
size). Browsers keep a copy and ask each time whether it is still good (`no-cache`), so a new version shows at
once.
"""

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from batonpass.transport.bundle import bare, joined

WEB = Path(__file__).parents[1] / "web"

_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".html": "text/html",
    ".txt": "text/plain",
}
# What a page of somebody else loads: the first with the page, the second when a chat is opened.
BUNDLES = ("widget.js", "widget/panel.js")

_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)

# On everything. Assets are meant for other people's pages too (the widget), so those say `cross-origin`.
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
_PAGE = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
}
_ASSET = {"Cross-Origin-Resource-Policy": "cross-origin", "Access-Control-Allow-Origin": "*"}


@dataclass(frozen=True, slots=True)
class Served:
    """One file as it goes out: its bytes, the same gzipped, entity tag, headers."""

    body: bytes
    packed: bytes
    etag: str
    content_type: str
    headers: dict[str, str]


def routes(folder: Path = WEB) -> list[web.RouteDef]:
    """Return the routes of the pages (`/`, `/desk`, `/operator`, `/api`), `/favicon.ico` and `/assets/{path}`."""
    assets = dict(_assets(folder))
    pages = {"/": "demo.html", "/desk": "desk.html", "/operator": "operator.html", "/api": "api.html"}

    async def asset(request: web.Request) -> web.Response:
        return _answer(request, assets.get(request.match_info["path"]))

    found: list[web.RouteDef] = [
        web.get(path, _page(folder / name, pictures=path == "/")) for path, name in pages.items()
    ]
    found.append(web.get("/favicon.ico", _fixed(assets.get("icon.svg"))))
    found.append(web.get("/assets/{path:.+}", asset))
    return found


def policy(html: str, *, pictures: bool = False) -> str:
    """Return the content security policy of a page: our own files only; an inline import map by its hash.

    Trusted Types are required and no policy may be made, so even a mistake of ours cannot turn text into
    markup.
    With `pictures`, bots' cards may show some from https addresses, as the widget does; nothing else comes from
    elsewhere. Pages of staff show none: who writes to them could tell by it who reads, and from where.
    """
    hashes = "".join(f" 'sha256-{_sha256(script)}'" for script in _INLINE_SCRIPT.findall(html))
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self'{hashes}",
            "style-src 'self'",
            "img-src 'self' https:" if pictures else "img-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _assets(folder: Path) -> Iterator[tuple[str, Served]]:
    """Yield path and file of each asset; each style sheet and each locale a second time, as a module.

    `tokens.css.js` exports the text of `tokens.css`: the widget adopts it as a constructed sheet, which works
    under a page's policy without `style-src`, and there is one copy of the rules. `locales/de.json.js` exports
    what `locales/de.json` holds, which needs no more of a page's policy than the scripts do.
    """
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        kind = _TYPES.get(path.suffix) or _locale(name)
        if not path.is_file() or kind is None or path.suffix == ".html":
            continue
        body = _body(folder, name)
        yield name, _served(body.encode(), kind, _ASSET)
        if path.suffix in {".css", ".json"}:
            value = json.dumps(body if path.suffix == ".css" else json.loads(body), ensure_ascii=False)
            yield f"{name}.js", _served(f"export default {value};\n".encode(), _TYPES[".js"], _ASSET)


def _locale(name: str) -> str | None:
    return "application/json" if name.startswith("locales/") and name.endswith(".json") else None


def _body(folder: Path, name: str) -> str:
    text = (folder / name).read_text(encoding="utf-8")
    if name in BUNDLES:
        return joined(name, lambda other: (folder / other).read_text(encoding="utf-8"))
    if name.startswith("vendor/") or not name.endswith((".js", ".css")):
        return text
    return bare(text, css=name.endswith(".css"))


def _page(path: Path, *, pictures: bool) -> Callable[[web.Request], Awaitable[web.Response]]:
    body = path.read_bytes()
    headers = {**_PAGE, "Content-Security-Policy": policy(body.decode(), pictures=pictures)}
    return _fixed(_served(body, _TYPES[".html"], headers))


def _fixed(served: Served | None) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        return _answer(request, served)

    return answer


def _served(body: bytes, kind: str, headers: dict[str, str]) -> Served:
    digest = hashlib.sha256(body).hexdigest()[:32]
    packed = gzip.compress(body, mtime=0)
    return Served(body, packed, digest, kind, {**_SAFE, **headers})


def _answer(request: web.Request, served: Served | None) -> web.Response:
    if served is None:
        return web.Response(status=404, text="There is no such file.\n", headers=_SAFE)
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    # Two encodings are two representations: each has its own tag (RFC 9110, 8.8.3).
    tag = f"{served.etag}-gz" if packed else served.etag
    headers = {**served.headers, "Vary": "Accept-Encoding", "ETag": f'"{tag}"'}
    known = request.if_none_match or ()
    if any(one.value in {tag, "*"} for one in known):
        return web.Response(status=304, headers=headers)
    if packed:
        headers["Content-Encoding"] = "gzip"
    body = served.packed if packed else served.body
    return web.Response(body=body, headers=headers, content_type=served.content_type, charset="utf-8")


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
