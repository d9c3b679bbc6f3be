"""The page routes: what is served, under which headers, and what the files may not hold."""

import base64
import hashlib
import json
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from batonpass.transport import pages

Client = TestClient[web.Request, web.Application]
OWN = [path for path in pages.WEB.rglob("*") if path.is_file() and "vendor" not in path.parts]


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    app = web.Application()
    app.add_routes(pages.routes())
    async with TestClient(TestServer(app)) as made:
        yield made


@pytest.mark.parametrize("path", ["/", "/desk", "/operator", "/api"])
async def test_a_page_is_served_under_a_strict_policy(client: Client, path: str) -> None:
    answer = await client.get(path)
    assert answer.status == 200
    assert answer.content_type == "text/html"
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/desk", "/operator", "/api"])
async def test_a_page_of_staff_loads_no_picture_from_elsewhere(client: Client, path: str) -> None:
    policy = (await client.get(path)).headers["Content-Security-Policy"]
    assert "img-src 'self';" in policy
    assert "https:" not in policy


async def test_the_policy_allows_the_import_map_as_it_is_and_no_other_inline_script(client: Client) -> None:
    answer = await client.get("/desk")
    inline = re.findall(r"<script(?![^>]*src=)[^>]*>(.*?)</script>", await answer.text(), re.DOTALL)
    hashes = re.findall(r"'sha256-([^']+)'", answer.headers["Content-Security-Policy"])
    assert len(inline) == 1
    assert hashes == [base64.b64encode(hashlib.sha256(inline[0].encode()).digest()).decode()]
    assert "sha256" not in (await client.get("/")).headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path, kind",
    [
        ("widget.js", "text/javascript"),
        ("vendor/preact.mjs", "text/javascript"),
        ("tokens.css", "text/css"),
        ("tokens.css.js", "text/javascript"),
        ("icon.svg", "image/svg+xml"),
        ("vendor/licenses/preact.txt", "text/plain"),
    ],
)
async def test_an_asset_has_its_type_and_may_be_used_by_other_pages(
    client: Client, path: str, kind: str
) -> None:
    answer = await client.get(f"/assets/{path}")
    assert answer.status == 200
    assert answer.content_type == kind
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


async def test_a_style_sheet_as_a_module_holds_the_same_text(client: Client) -> None:
    sheet = await (await client.get("/assets/baton.css")).text()
    module = await (await client.get("/assets/baton.css.js")).text()
    # A JSON string is a JavaScript string.
    assert json.loads(module.removeprefix("export default ").rstrip(";\n")) == sheet


@pytest.mark.parametrize(
    "path",
    [
        "package.json",
        "vendor/manifest.json",
        "desk.html",
        "../transport/pages.py",
        "%2e%2e/transport/pages.py",
        "..%2ftransport%2fpages.py",
        "/etc/passwd",
        "desk",
        "nothing.js",
    ],
)
async def test_nothing_but_the_assets_is_served(client: Client, path: str) -> None:
    assert (await client.get(f"/assets/{path}")).status == 404


@pytest.mark.parametrize("path", ["/", "/desk", "/assets/widget.js"])
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
async def test_a_copy_is_asked_for_each_time_and_kept_while_it_is_good(
    client: Client, path: str, encoding: str
) -> None:
    headers = {"Accept-Encoding": encoding}
    first = await client.get(path, headers=headers)
    assert first.headers["Cache-Control"] == "no-cache"
    assert first.headers["Vary"] == "Accept-Encoding"
    again = await client.get(path, headers=headers | {"If-None-Match": first.headers["ETag"]})
    assert again.status == 304
    assert await again.read() == b""
    assert again.headers["ETag"] == first.headers["ETag"]
    other = await client.get(path, headers=headers | {"If-None-Match": '"of an older version"'})
    assert other.status == 200


async def test_gzip_and_plain_are_the_same_text_under_tags_of_their_own(client: Client) -> None:
    packed = await client.get("/assets/widget.js", headers={"Accept-Encoding": "gzip"})
    plain = await client.get("/assets/widget.js", headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert await packed.read() == await plain.read()
    assert packed.headers["ETag"] != plain.headers["ETag"]


def test_the_tag_is_of_the_bytes_and_not_of_the_time(tmp_path: Path) -> None:
    for name, text in (("demo.html", "a"), ("desk.html", "b"), ("x.js", "one")):
        (tmp_path / name).write_text(text)
    before = dict(pages._assets(tmp_path))["x.js"].etag
    stat = (tmp_path / "x.js").stat()
    (tmp_path / "x.js").write_text("two")
    os.utime(tmp_path / "x.js", ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert dict(pages._assets(tmp_path))["x.js"].etag != before


async def test_everything_that_a_page_or_module_loads_is_served(client: Client) -> None:
    asked = {"/favicon.ico"}
    for page in ("/", "/desk", "/operator", "/api"):
        text = await (await client.get(page)).text()
        asked |= set(re.findall(r'(?:src|href)="(/assets/[^"]+)"', text))
    for path in OWN:
        if path.suffix == ".js":
            own = f"/assets/{path.relative_to(pages.WEB).as_posix()}"
            asked |= {
                urljoin(own, name) for name in re.findall(r'(?:from|import) "(\.[^"]+)"', path.read_text())
            }
    assert len(asked) > 30
    for target in sorted(asked):
        assert (await client.get(target)).status == 200, target


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.relative_to(pages.WEB).as_posix())
def test_our_files_make_no_markup_of_text_and_name_no_other_host(path: Path) -> None:
    text = path.read_text()
    for forbidden in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "dangerouslySet",
        "eval(",
        "document.write",
    ):
        assert forbidden not in text, forbidden
    if path.suffix in {".html", ".js"}:
        assert not re.search(r"<[a-z][^>]*\sstyle=[\"']", text), "a style attribute"
        assert not re.search(r"<[a-z][^>]*\son[a-z]+=[\"']", text), "an inline handler"
    hosts = set(re.findall(r"https?://([\w.-]+)", text))
    assert hosts <= {"www.w3.org", "chat.example.com"}


@pytest.mark.parametrize(
    "path", [p for p in OWN if p.suffix == ".css" and p.name not in {"tokens.css", "demo.css"}]
)
def test_colours_are_named_in_the_tokens_only(path: Path) -> None:
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|rgb\(|hsl\(", path.read_text())
