"""Where a secret is: an admin names the place, so the place may be odd."""

import os
from pathlib import Path

import pytest

from batonpass.transport.webhooks.post import secret_at


def test_a_secret_is_read_from_a_small_file_and_from_nothing_without_an_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, big, pipe = tmp_path / "good", tmp_path / "big", tmp_path / "pipe"
    good.write_text("whsec_abc\n")
    big.write_text("x" * 1_001)
    os.mkfifo(pipe)
    assert secret_at(f"file:{good}") == "whsec_abc"
    for place in (big, pipe, tmp_path, tmp_path / "nothing", "/dev/zero"):
        assert secret_at(f"file:{place}") == "", place
    monkeypatch.setenv("A_SECRET", " whsec_def ")
    assert secret_at("env:A_SECRET") == "whsec_def"
