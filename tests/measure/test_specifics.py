"""What a reader would act on, and whether it stands in the chat."""

import pytest

from batonpass.measure.specifics import Chat, specifics_in


@pytest.mark.parametrize(
    "text,expected",
    [
        ("The customer lost order BX-20417.", ["BX-20417"]),
        ("They paid $48.90 on 4 March at 2:15pm.", ["$48.90", "4", "March", "2:15pm"]),
        ("They write from a.b@example.org, please answer.", ["a.b@example.org"]),
        ("Robert's parcel is late.", []),  # a capital that opens a sentence says nothing
        ("Robert Miller's parcel is late.", ["Robert", "Miller"]),
        ("It was Robert's parcel.", ["Robert"]),
        ('The bot said: "Unfortunately I cannot." Then Ann left.', ["Ann"]),
        ("I said I'm late. A refund is due.", []),
        ("Done! The end. Next: Paris", []),
        ("", []),
        ("Nothing specific at all here", []),
    ],
)
def test_specifics(text: str, expected: list[str]) -> None:
    assert list(specifics_in(text)) == expected


def test_german_nouns_are_no_names() -> None:
    assert list(specifics_in("Der Kunde hat am 12. Mai eine Rechnung", "de")) == ["12"]
    assert list(specifics_in("Der Kunde hat eine Rechnung", "de-AT")) == []


@pytest.mark.parametrize(
    "specific,stands",
    [
        ("$1,760", True),  # signs differ
        ("BX 20417", True),
        ("20417", True),
        ("48", True),
        ("1760.50", False),
        ("2041", False),
        ("Иван", True),
        ("иВАН", True),
        ("Пётр", False),
        ("Miller", True),
        ("Mill", False),
    ],
)
def test_what_stands_in_a_chat(specific: str, stands: bool) -> None:
    chat = Chat(["I paid $1760 for bx20417", "that is 48 a month", "Иван Miller"])
    assert chat.has(specific) is stands
