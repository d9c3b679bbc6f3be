"""When a value stands in a text; which facts are secrets, which identify."""

import pytest

from batonpass.measure.terms import equals, is_identifier, is_in, is_secret_fact, words_of_name


@pytest.mark.parametrize(
    "value,text,expected",
    [
        ("John Smith", "hello, JOHN  smith!", True),
        ("Ann", "Annabel called", False),  # whole words only
        ("7 pm", "at 7 p.m. sharp", False),
        ("BX-20417", "order bx20417 please", True),  # in any spacing: five signs, one a digit
        ("4402 7719 05", "440277190 5", True),
        ("A 12", "about a12", False),  # four signs
        ("ab cde", "xabcdex", False),  # no digit
        ("12345", "x1234567", True),
        ("x", "", False),
        ("", "anything", False),
        ("—", "a — b", False),  # nothing of it is compared
        ("日本", "日本", False),
        ("2", "2 people", True),
        ("2", "25 people", False),
    ],
)
def test_a_value_is_in_a_text(value: str, text: str, expected: bool) -> None:
    assert is_in(value, text) is expected


@pytest.mark.parametrize(
    "value,other,expected",
    [
        ("John Smith", "john-smith", True),
        ("John", "John Smith", False),
        ("BX-20417", "bx 204 17", True),
        ("$1,760", "$1760", False),  # four digits
        ("$11,760", "$11760", True),
    ],
)
def test_values_are_the_same(value: str, other: str, expected: bool) -> None:
    assert equals(value, other) is equals(other, value) is expected


@pytest.mark.parametrize(
    "name,words",
    [
        ("bank_balance.AccountNumber", ["account", "number"]),
        ("SecurityAnswer1", ["security", "answer"]),
        ("reservation_id_2", ["reservation", "id"]),
        ("PIN", ["pin"]),
        ("CustomerPINCode", ["customer", "pin", "code"]),
        ("", []),
    ],
)
def test_the_words_of_a_name(name: str, words: list[str]) -> None:
    assert words_of_name(name) == words


@pytest.mark.parametrize(
    "name", ["x.PIN", "pin_code", "SecurityAnswer2", "password", "userPassword", "card_number", "cvv", "cvv2"]
)
def test_a_name_says_secret(name: str) -> None:
    assert is_secret_fact(name)


@pytest.mark.parametrize(
    "name", ["shipping_status", "cardinal", "discard_reason", "opinion", "ride_book.Name", "x"]
)
def test_a_name_only_looks_as_if(name: str) -> None:
    assert not is_secret_fact(name)


@pytest.mark.parametrize(
    "name,value",
    [
        ("user_id", "anna"),
        ("reservation_id_3", "PUNERT"),
        ("bank.AccountNumber", "12"),
        ("ride_book.CustomerName", "John"),
        ("full_name", "John"),
        ("zip_code", "85971"),
        ("x", "BX-20417"),
        ("order", "4870952797"),
        ("x", "a.b@example.org"),
        ("x", "+46 70 555 01 92"),
        ("x", "(030) 1234567"),
        ("x", "7KD40217"),
    ],
)
def test_a_fact_identifies(name: str, value: str) -> None:
    assert is_identifier(name, value)


@pytest.mark.parametrize(
    "name,value",
    [
        ("number_of_rooms", "3"),
        ("restaurant_book.Name", "Cactus Club"),
        ("hotel_name", "Old Town Inn"),
        ("date", "2024-05-26"),
        ("date", "29/02/1980"),
        ("time", "11:20am"),
        ("time", "11:20"),
        ("day", "21st"),
        ("amount", "1,760.50"),
        ("amount", "48.90"),
        ("size", "1000mb"),
        ("address", "601 Van Ness Avenue"),
        ("year", "2012"),
        ("city", "Seattle"),
        ("period", "May 2024"),
    ],
)
def test_a_fact_does_not_identify(name: str, value: str) -> None:
    assert not is_identifier(name, value)
