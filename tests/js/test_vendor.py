"""The vendored files are those of the npm packages, byte for byte.

Three links of one chain: the manifest names package, version and integrity as tests/node/package-lock.json has them
(npm checks that integrity when it installs); the files have the manifest's hashes; and, where Node.js is installed,
they equal the files that npm unpacked.
"""

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

NODE = Path(__file__).parents[1] / "node"
WEB = Path(__file__).parents[2] / "src" / "batonpass" / "web"
VENDOR = WEB / "vendor"
FILES: list[dict[str, Any]] = json.loads((VENDOR / "manifest.json").read_text())["files"]
LOCK: dict[str, Any] = json.loads((NODE / "package-lock.json").read_text())["packages"]


@pytest.mark.parametrize("entry", FILES, ids=lambda entry: entry["file"])
def test_the_manifest_names_what_the_lock_has(entry: dict[str, Any]) -> None:
    locked = LOCK[f"node_modules/{entry['name']}"]
    assert (entry["version"], entry["integrity"]) == (locked["version"], locked["integrity"])


@pytest.mark.parametrize("entry", FILES, ids=lambda entry: entry["file"])
def test_each_file_has_the_hash_of_the_manifest(entry: dict[str, Any]) -> None:
    digest = hashlib.sha512((VENDOR / entry["file"]).read_bytes()).digest()
    assert entry["sha512"] == "sha512-" + base64.b64encode(digest).decode()


@pytest.mark.node
@pytest.mark.parametrize("entry", FILES, ids=lambda entry: entry["file"])
def test_each_file_is_the_one_npm_unpacked(entry: dict[str, Any], node: Path) -> None:
    package = NODE / "node_modules" / entry["name"]
    assert (VENDOR / entry["file"]).read_bytes() == (package / entry["source"]).read_bytes()


def test_nothing_else_is_vendored() -> None:
    found = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert found == {entry["file"] for entry in FILES} | {"manifest.json", ".gitattributes"}


def test_each_package_has_its_licence() -> None:
    licensed = {entry["name"] for entry in FILES if entry["file"].startswith("licenses/")}
    assert licensed >= {entry["name"] for entry in FILES}


def test_each_name_of_the_import_map_has_its_file() -> None:
    inline = re.search(r'<script type="importmap">(.*?)</script>', (WEB / "desk.html").read_text(), re.DOTALL)
    assert inline
    imports = json.loads(inline[1])["imports"]
    assert imports
    for path in imports.values():
        assert (WEB / path.removeprefix("/assets/")).is_file(), path
