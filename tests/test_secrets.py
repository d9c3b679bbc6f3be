"""Secrets as people write them are found and hidden, and what is none stays a fact."""

import pytest
from batonpass_summarizer_rules import RulesSummarizer

from batonpass.plugin_api import (
    HIDDEN,
    Role,
    SummaryRequest,
    Turn,
    check_summary,
    digit_tokens,
    holds_secret,
    mask,
    secret_values,
    summary_to_dict,
)

CARD = "4111111111111111"
NARROW = str.maketrans("0123456789", "０１２３４５６７８９")


def shown(*said: str | tuple[Role, str]) -> str:
    """Everything that the summary of these messages shows; text alone is the customer's."""
    turns = tuple(
        Turn(n + 1, *(one if isinstance(one, tuple) else ("customer", one))) for n, one in enumerate(said)
    )
    asked = SummaryRequest("transfer", turns)
    summary = RulesSummarizer().summarize(asked)
    assert check_summary(asked, summary) == []
    assert summary.issue, "nothing is shown, so nothing is tested"
    return str(summary_to_dict(summary))


def found_in(text: str) -> str:
    return " ".join(sorted(secret_values([Turn(1, "customer", text)])))


# --- cards ----------------------------------------------------------------------------------------

WRITTEN = [
    "4111.1111.1111.1111",
    "4111 1111 1111 1111",
    "4111\u00a01111\u00a01111\u00a01111",
    "4111\u20111111\u20131111\u20141111",
    "4111\u22121111\u22121111\u22121111",
    "4111_1111_1111_1111",
    "4111/1111/1111/1111",
    "4111 - 1111 - 1111 - 1111",
    "4111, 1111, 1111, 1111",
    "4111-1111 1111.1111",
    "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
    "41\u200b11 1111 1111 1111",
    CARD,
    CARD.translate(NARROW),
    "٤١١١ ١١١١ ١١١١ ١١١١",
    "4️⃣111 1111 1111 1111",
    "3782 822463 10005",
    "378282246310005",
    "5555.5555.5555.4444",
    "6011000990139424",
    "30569309025904",
    "6304000000000000000",
    "4111 1111 1111 1111 12/29 123",
    "4111 1111 1111 1112",
    "4111 1111 1111 1112 12/29",
]


@pytest.mark.parametrize("card", WRITTEN)
def test_a_card_is_hidden_however_it_is_written(card: str) -> None:
    text = f"I need help, {card} is refused for order 20417"
    assert HIDDEN in shown(text)
    assert card not in shown(text)
    assert "1111" not in shown(text)
    assert "20417" in shown(text), "the order number is no secret"
    assert "1111" not in mask(text, frozenset())
    assert holds_secret(card, frozenset())


SPLIT: list[tuple[str | tuple[Role, str], ...]] = [
    ("first part 4111 1111 please", "second part 1111 1111"),
    ("my card starts 41111111 I think", "and then 11111111"),
    ("it is 4111 1111 and so", ("bot", "Please go on"), "1111 1111"),
    ("I need to pay, 4111", "1111", "1111", "1111"),
    ("I want to pay with 4111 1111\n1111 1111",),
    ("I want to pay with 4111\n1111\n1111\n1111",),
    ("I want to pay with 4111 1111 and then 1111 1111",),
    (("bot", "Your card number?"), "it begins with 411111 ok", "then 1111111111"),
    ("I want to pay with ４１１１ １１１１", "１１１１ １１１１"),
]


@pytest.mark.parametrize("said", SPLIT)
def test_a_card_in_parts_is_hidden(said: tuple[str | tuple[Role, str], ...]) -> None:
    told = shown(*said)
    assert "1111" not in told
    assert "１１１" not in told


# --- what is called a secret ----------------------------------------------------------------------

SAID = [
    ("mein Passwort lautet hunter2", "hunter2"),
    ("mein Passwort ist hunter2", "hunter2"),
    ("mein Passwort wäre hunter2", "hunter2"),
    ("mein Passwort ist jetzt hunter2", "hunter2"),
    ("mein Passwort heißt Sommerwiese", "sommerwiese"),
    ("Passwort für mein Konto lautet hunter2", "hunter2"),
    ("Kennwort: geheim99", "geheim99"),
    ("Kennwort = geheim99", "geheim99"),
    ("Kennwort -> geheim99", "geheim99"),
    ("hunter2 ist mein Passwort", "hunter2"),
    ("my password is hunter2", "hunter2"),
    ("my password is still hunter2", "hunter2"),
    ("my password is not hunter2 any more", "hunter2"),
    ("my password: mulberry", "mulberry"),
    ("my password would be mulberry", "mulberry"),
    ("my password was set to mulberry", "mulberry"),
    ("password hunter2", "hunter2"),
    ("the password for my account is hunter2", "hunter2"),
    ("the password I always use is hunter2", "hunter2"),
    ("hunter2 is my password", "hunter2"),
    ("I use hunter2 as password", "hunter2"),
    ("I use 'blue moon' as my password", "blue moon"),
    ("Mulberry is my password", "mulberry"),
    ('my password is "correct horse battery"', "correct horse battery"),
    ("mein Passwort lautet „Blauer Mond“", "blauer mond"),
    ("my password is correct horse battery staple", "correct horse battery staple"),
    ("my password is Blue Moon 77", "blue moon 77"),
    ('my password is hun"ter2', "hun ter2"),
    ("my password is 'it's me'", "it s me"),
    ("my password is ｈｕｎｔｅｒ２", "hunter2"),
    ("my pass\u200bword is hun\u200bter2", "hunter2"),
    ("mon mot de passe est soleil42", "soleil42"),
    ("mon mot de passe c'est soleil42", "soleil42"),
    ("mot de passe : soleil", "soleil"),
    ("mi contraseña es girasol", "girasol"),
    ("mi contraseña sería girasol9", "girasol9"),
    ("la mia password è girasole9", "girasole9"),
    ("minha senha é girassol9", "girassol9"),
    ("mijn wachtwoord is zonnebloem9", "zonnebloem9"),
    ("мой пароль: подсолнух", "подсолнух"),
    ("我的密码是hunter2", "hunter2"),
    ("the password to log in was Sunflower, it stopped working", "sunflower"),
    ("my password should've been hunter2", "hunter2"),
    ("my password; hunter2", "hunter2"),
    ("pw: hunter2", "hunter2"),
    ("pass: hunter2", "hunter2"),
    ("Passwort geändert auf Sonnenblume7", "sonnenblume7"),
    ("Das Passwort lautete früher Sonnenblume", "sonnenblume"),
    ("Mein Kennwort, das ich nutze: Sonnenblume7", "sonnenblume7"),
    ("the PIN I entered: 4417", "4417"),
    ("meine PIN war bisher immer 4417", "4417"),
    ("die TAN 664417", "664417"),
    ("the code on the back is 912", "912"),
    ("the passcode is 998877", "998877"),
    ("my pin is 4417", "4417"),
    ("my P.I.N. is 4417", "4417"),
    ("my PIN is 4 4 1 7", "4 4 1 7"),
    ("my PIN is 44-17", "44 17"),
    ("my PIN (4417) is refused", "4417"),
    ("4417 is my PIN", "4417"),
    ("my pin is ４４１７", "4417"),
    ("my pin is four four one seven", "four four one seven"),
    ("the pin for my card is 4417", "4417"),
    ("the pin was changed to 4417", "4417"),
    ("meine PIN lautet 4417", "4417"),
    ("die Geheimzahl wäre 4417", "4417"),
    ("Geheimzahl 4417", "4417"),
    ("meine Geheimzahl ist die 4417", "4417"),
    ("die Prüfnummer ist 912", "912"),
    ("CVV 912", "912"),
    ("c.v.v. is 912", "912"),
    ("cvv=912", "912"),
    ("the three digits on the back are 912", "912"),
    ("el código de seguridad es 912", "912"),
    ("le code secret est 4417", "4417"),
    ("my security answer is Rex", "rex"),
    ("security answer: fluffy", "fluffy"),
    ("my mother's maiden name is Smith", "smith"),
    ("my mother's maiden name is Van Houten", "van houten"),
    ("Smith is my mother's maiden name", "smith"),
    ("Sicherheitsantwort lautet Bello", "bello"),
]


@pytest.mark.parametrize("text,secret", SAID)
def test_what_is_called_a_secret_is_found_and_hidden(text: str, secret: str) -> None:
    found = secret_values([Turn(1, "customer", text)])
    assert secret in found
    masked = mask(text, found)
    assert HIDDEN in masked
    assert not holds_secret(masked, found)
    told = shown(f"I need help with order 20417. {text}")
    assert not holds_secret(told, found)
    assert "20417" in told


@pytest.mark.parametrize(
    "text,kept",
    [
        ("mein Passwort lautet hunter2", "mein Passwort lautet •••"),
        ("meine Geheimzahl wäre 4417", "meine Geheimzahl wäre •••"),
        ("mot de passe est soleil42 merci", "mot de passe est ••• merci"),
        ("my password is hunter2 and order 20417", "my password is ••• and order 20417"),
        ("my password is hunter2 order 20417", "my password is ••• order 20417"),
        ("my pin is 4417, order 20417", "my pin is •••, order 20417"),
        ("68318931 is my account and my pin is 3941", "68318931 is my account and my pin is •••"),
        ("card ４１１１１１１１１１１１１１１１ ok", "card ••• ok"),
    ],
)
def test_the_verb_and_the_rest_stay(text: str, kept: str) -> None:
    assert mask(text, secret_values([Turn(1, "customer", text)])) == kept


@pytest.mark.parametrize(
    "question,answer,secret",
    [
        ("Wie lautet Ihr Passwort?", "hunter2", "hunter2"),
        ("Bitte Ihre Geheimzahl eingeben", "4417", "4417"),
        ("Quel est votre mot de passe ?", "soleil42", "soleil42"),
        ("¿Cuál es su contraseña?", "girasol", "girasol"),
        ("And the three digits on the back?", "912", "912"),
        ("What is your PIN?", "４４１７", "4417"),
        ("What is your PIN?", "four four one seven", "four four one seven"),
        ("What is your security answer?", "Rex", "rex"),
    ],
)
def test_an_answer_is_hidden(question: str, answer: str, secret: str) -> None:
    turns = [Turn(1, "customer", "I need help"), Turn(2, "bot", question), Turn(3, "customer", answer)]
    assert secret in secret_values(turns)


def test_a_secret_in_the_givers_reason_is_hidden() -> None:
    asked = SummaryRequest("transfer", (Turn(1, "customer", "I need help"),), reason="PIN 4417 is refused")
    assert RulesSummarizer().summarize(asked).transfer_reason == f"PIN {HIDDEN} is refused"


# --- what is none ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "my password is not working",
        "my password is wrong every single time",
        "my password has expired, please reset it",
        "I forgot my password, the order is 20417",
        "I forgot my password. Order BX-20417 is late",
        "what is my password?",
        "the problem is my password",
        "password reset does not work",
        "mein Passwort funktioniert nicht",
        "mein Passwort ist falsch",
        "mein Passwort wurde gesperrt",
        "ich habe mein Passwort vergessen",
        "Passwort zurücksetzen bitte",
        "j'ai oublié mon mot de passe",
        "mon mot de passe ne fonctionne pas",
        "mi contraseña no funciona",
        "olvidé mi contraseña",
        "my pin is not accepted",
        "what's the PIN for order 20417?",
        "enter the PIN 3 times",
        "I need a new PIN for account 88120345",
        "pin 5 on the connector is broken, model AX-5400",
        "a tan 2024 Toyota",
        "the first pet shop order 20417",
        "I sent the password reset to robin@example.org, order BX-20417",
        "wifi password is on the back of the router AX-5400",
        "I forgot my password, BX-20417 is my order",
        "code 4417 for 20% off",
        "my favourite school is in Berlin",
        "I lost my PIN",
        "where do I enter the security code?",
        "call me at +49 170 555 01 99",
        "call me at +49 170 5550199",
        "call me at +44 20 7946 0958 or 0049 30 901820",
        "call (977) 625-2661 or 977-625-2661",
        "order 3348917502, IMEI 356938035643809",
        "order 20417 of 2026-05-12 14:30:55 costs 1,234.50 EUR",
        "between 12.05.2026 and 14.05.2026, 4 people, 45.20 each",
        "my IBAN is DE89 3704 0044 0532 0130 00",
        "tracking 1Z999AA10123456784 and 00340434161094021501",
        "parcel 4001234567890 weighs 12 kg",
        "numbers 10, 11, 12, 13, 14, 15, 16, 17",
        "my account number is 88120345 and the invoice 22334455",
    ],
)
def test_what_is_none_is_not_hidden(text: str) -> None:
    assert found_in(text) == ""
    assert mask(text, frozenset()) == text


@pytest.mark.parametrize(
    "said",
    [
        ("order 30012345 is late", "invoice 55512340"),
        ("my account is 40012345", ("bot", "And your phone number?"), "0170 5550199"),
        (("bot", "Your order number?"), "41111111", ("bot", "And the invoice?"), "11111111"),
        ("I paid with a gift card on 2024-05-18", "and flew on 2024-05-18"),
        ("card for order 20417", "the 12th", "tracking 3348917502"),
    ],
)
def test_two_numbers_are_no_card(said: tuple[str | tuple[Role, str], ...]) -> None:
    turns = [
        Turn(n + 1, *(one if isinstance(one, tuple) else ("customer", one))) for n, one in enumerate(said)
    ]
    assert secret_values(turns) == frozenset()


def test_a_number_of_a_sensitive_turn_is_one_in_any_digits() -> None:
    assert digit_tokens("Nummer ８８１２０ und A-٣٣") == {"88120", "33"}


@pytest.mark.parametrize(
    "unit", ["4 ", "4111 ", "pin is ", "password ", "4.", "passwort lautet ", "１", "is my pin "]
)
def test_hostile_text_is_searched_in_linear_time(unit: str) -> None:
    secret_values(
        [Turn(n, "customer", unit * 4_000 + str(n)) for n in range(8)]
    )  # pytest's time limit is the test
