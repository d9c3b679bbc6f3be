"""Each row of docs/seeds.md names a test that exists; only the rows for what is still to come name none."""

import re

from tests.quality import source

ROW = re.compile(r"^\|(?P<what>[^|]+)\|(?P<here>[^|]+)\|(?P<test>[^|]*)\|$")
STILL_TO_COME = {"No workflow as target"}


def test_every_row_names_its_test() -> None:
    text = (source.ROOT / "docs" / "seeds.md").read_text("utf-8")
    rows = [match for line in text.splitlines() if (match := ROW.match(line))]
    rows = [
        row
        for row in rows
        if not row["what"].strip("- ").startswith(("Behaviour", "Limit")) and "---" not in row["what"]
    ]
    assert len(rows) >= 28
    for row in rows:
        named = row["test"].strip().strip("`")
        if not named:
            assert row["what"].strip() in STILL_TO_COME
            continue
        path, _, name = named.partition("::")
        assert f"def {name}(" in (source.ROOT / path).read_text("utf-8"), f"there is no {named}"
