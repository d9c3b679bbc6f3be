"""What docs/webhooks.md says a receiver does is true of what we send."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from batonpass.domain.hooks import Hook, Topic
from batonpass.transport.webhooks.post import signatures
from tests.transport.webhooks.receiver import OLD, SECRET

PAGE = Path(__file__).parents[3] / "docs" / "webhooks.md"
BODY = '{"type":"message.created","data":{"text":"käse"}}'


def example(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE.read_text("utf-8"), re.S)
    assert found
    return found[1]


def headers(at: datetime) -> dict[str, str]:
    hook = Hook("x", "https://x.example", frozenset(Topic), secrets=("env:HOOK_NEW", "env:HOOK_OLD"))
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signatures(hook, "msg_1", at, BODY),
    }


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_NEW", SECRET)
    monkeypatch.setenv("HOOK_OLD", OLD)


def test_the_python_example_verifies() -> None:
    space: dict[str, Any] = {}
    exec(example("python"), space)
    verified: Callable[[str, dict[str, str], bytes], bool] = space["verified"]
    now = headers(datetime.now(UTC))
    for secret in (SECRET, OLD):
        assert verified(secret, now, BODY.encode())
        assert not verified(secret, now, BODY.encode() + b" ")
    assert not verified("whsec_" + "A" * 32, now, BODY.encode())
    assert not verified(SECRET, headers(datetime.fromtimestamp(0, UTC)), BODY.encode())


@pytest.mark.node
def test_the_javascript_example_verifies(tmp_path: Path) -> None:
    node = shutil.which("node")
    assert node is not None
    (tmp_path / "verify.mjs").write_text(example("js"))
    now = headers(datetime.now(UTC))
    asked = [[SECRET, now, BODY], [OLD, now, BODY], [SECRET, now, BODY + " "], ["whsec_AAAA", now, BODY]]
    (tmp_path / "ask.mjs").write_text(
        'import { verified } from "./verify.mjs";\n'
        f"console.log(JSON.stringify({json.dumps(asked)}.map((one) => verified(...one))));\n"
    )
    told = subprocess.run([node, "ask.mjs"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert json.loads(told.stdout) == [True, True, False, False]


def test_every_event_is_in_the_page() -> None:
    page = PAGE.read_text("utf-8")
    assert [str(topic) for topic in Topic if f"`{topic}`" not in page] == []
