"""The project's own files agree with each other, and carry nothing of the machine they were written on."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.quality import source

ROOT = source.ROOT
# Lines of the lock that pin something: "name==1.2 ; marker \". The rest are hashes and comments.
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.M)
ADDRESS = re.compile(r"[a-z+]+://", re.I)


def normal(requirement: str) -> str:
    """The distribution a requirement names, as the index spells it."""
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match, requirement
    return re.sub(r"[-_.]+", "-", match[0]).lower()


def wanted() -> set[str]:
    project = source.pyproject()
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    return {normal(requirement) for requirement in asked}


def unpinned(lock: str) -> set[str]:
    return wanted() - {normal(name) for name, _ in PIN.findall(lock)}


def test_the_lock_pins_what_the_project_asks_for() -> None:
    assert unpinned((ROOT / "requirements.lock").read_text()) == set(), "run `make lock`"


def test_a_dependency_that_the_lock_lacks_is_found() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert unpinned(lock.replace("\naiohttp==", "\nother==")) == {"aiohttp"}


def test_the_lock_of_the_proofs_pins_what_its_group_asks_for() -> None:
    lock = (ROOT / "requirements-prove.lock").read_text()
    asked = {normal(one) for one in source.pyproject()["dependency-groups"]["prove"]}
    assert {normal(name) for name, _ in PIN.findall(lock)} == asked, "run `make lock`"


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-prove.lock"])
def test_every_pin_has_hashes(name: str) -> None:
    lock = (ROOT / name).read_text()
    blocks = re.split(r"^(?=[a-z0-9])", lock, flags=re.M)[1:]
    assert blocks and [block for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-prove.lock"])
def test_the_lock_names_no_host(name: str) -> None:
    assert ADDRESS.findall((ROOT / name).read_text()) == []


def test_the_node_lock_names_no_host() -> None:
    """`npm install --omit-lockfile-registry-resolved` leaves addresses out; funding pages may stay."""
    lock = json.loads((ROOT / "tests/node/package-lock.json").read_text())
    texts = [json.dumps({**entry, "funding": None}) for entry in lock["packages"].values()]
    assert [text for text in texts if ADDRESS.search(text)] == []


def test_the_node_lock_fits_its_package() -> None:
    package = json.loads((ROOT / "tests/node/package.json").read_text())
    lock = json.loads((ROOT / "tests/node/package-lock.json").read_text())
    assert lock["packages"][""]["devDependencies"] == package["devDependencies"]
    entries = [entry for path, entry in lock["packages"].items() if path]
    assert entries and all("integrity" in entry for entry in entries)


def test_every_plugin_is_checked() -> None:
    """Types and layers are checked for each distribution under plugins/, and none is forgotten."""
    project = source.pyproject()
    for folder in source.plugin_folders():
        (package,) = (path.name for path in (folder / "src").iterdir() if (path / "__init__.py").exists())
        relative = folder.relative_to(ROOT).as_posix()
        assert f"$MYPY_CONFIG_FILE_DIR/{relative}/src" in project["tool"]["mypy"]["mypy_path"]
        assert package in project["tool"]["importlinter"]["root_packages"]
        door = next(c for c in project["tool"]["importlinter"]["contracts"] if "public door" in c["name"])
        assert package in door["source_modules"]


def test_every_dependency_is_kept_out_of_the_core() -> None:
    contracts = source.pyproject()["tool"]["importlinter"]["contracts"]
    core = next(c for c in contracts if c.get("source_modules") == ["batonpass.domain"])
    ours = {normal(name) for name in source.pyproject()["project"]["dependencies"]}
    named = {normal(name) for name in core["forbidden_modules"]} | {"python-socketio"}
    assert ours <= named


def committed() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def private_words(text: str) -> list[str]:
    """Paths of a machine, and things that look like a secret key."""
    shapes = [
        r"(?<![\w.])/(?:root|home/\w+|work)/[\w.-]+",
        r"-----BEGIN [A-Z ]*PRIVATE KEY",
        r"\bsk-[A-Za-z0-9]{20,}",
    ]
    return [found for shape in shapes for found in re.findall(shape, text)]


def test_committed_files_carry_nothing_of_a_machine() -> None:
    if not (ROOT / ".git").exists():
        return  # an archive of the source: nothing is committed from here
    found = {
        str(path.relative_to(ROOT)): words
        for path in committed()
        if path.suffix in {".py", ".md", ".toml", ".js", ".css", ".html", ".json", ".yaml", ".lock", ""}
        and "vendor" not in path.parts
        and (words := private_words(path.read_text(errors="replace")))
    }
    assert found == {}


@pytest.mark.parametrize("name", ["root/x", "home/ann/x", "work/main"])
def test_a_machine_path_is_found(name: str) -> None:
    assert private_words(f"open('/{name}')") and not private_words("open('./work/main')")
