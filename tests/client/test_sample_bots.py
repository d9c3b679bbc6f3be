"""What the sample bots make of plain words."""

import pytest

from batonpass.demo.bots.triage import look_up
from batonpass.demo.bots.words import Meaning, understand


@pytest.mark.parametrize(
    "text, meaning",
    [
        ("Where is my parcel?", Meaning(topic="parcel")),
        ("it is order ab-20450, still not here", Meaning(topic="parcel", order="AB-20450")),
        ("I got size 42 but I ordered 44, order 48-2019", Meaning(topic="return", order="48-2019")),
        ("I want to send it back, it is late", Meaning(topic="return")),
        ("Why was I charged twice?", Meaning(topic="bill")),
        ("Can I talk to a PERSON?", Meaning(person=True)),
        ("No, I would like to talk to a person.", Meaning(person=True, no=True)),
        ("Yes, thank you.", Meaning(thanks=True, yes=True)),
        ("I know personally", Meaning()),
        ("call me on 20-11-2026", Meaning()),
        ("", Meaning()),
    ],
)
def test_understanding(text: str, meaning: Meaning) -> None:
    assert understand(text) == meaning


def test_an_order_is_looked_up_by_its_last_digit() -> None:
    assert [look_up(f"2045{digit}") for digit in (0, 1, 3, 4, 9)] == ["unknown", "home", "home", "way", "way"]
