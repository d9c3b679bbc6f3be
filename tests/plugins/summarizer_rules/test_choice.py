"""Which of the specifics are given: what was said, confirmed, refused, corrected. Self-written chats."""

from batonpass_summarizer_rules import RulesSummarizer

from batonpass.plugin_api import Role
from batonpass.testing import request, turns


def values_of(*said: tuple[Role, str]) -> dict[str, str]:
    """Names of the facts by their values."""
    return {fact.value: fact.name for fact in RulesSummarizer().summarize(request(turns(*said))).facts}


def test_what_was_confirmed_is_given_and_what_was_refused_is_not() -> None:
    given = values_of(
        ("customer", "I need a room in Bergen"),
        ("bot", "There is the Harbour View at 21 Dock Street. Would you like it?"),
        ("customer", "No, anything else?"),
        ("bot", "How about the Old Mill Inn?"),
        ("customer", "Sounds good, book it for two nights."),
        ("bot", "Please confirm: a room at the Old Mill Inn in Bergen."),
        ("customer", "Yes, that is right."),
        ("bot", "Your room has been booked."),
    )
    assert {"Old Mill Inn", "Bergen"} <= given.keys()
    assert "21 Dock Street" not in given
    assert given["Old Mill Inn"] == "inn"


def test_the_same_value_is_given_once_and_whole() -> None:
    given = values_of(
        ("customer", "I want to stay at the Old Mill Inn"),
        ("bot", "In Bergen the Old Mill Inn is free. Old Mill is lovely."),
        ("customer", "great, the Old Mill Inn then"),
    )
    assert [value for value in given if "Mill" in value] == ["Old Mill Inn"]


def test_prices_that_a_bot_lists_are_no_facts() -> None:
    given = values_of(
        ("customer", "I need a bus to Porto"),
        ("bot", "There is one for $12, one for $14, one for $19 and one for $25."),
        ("customer", "The second one please"),
    )
    assert not {"$12", "$14", "$19", "$25"} & given.keys()
    assert given["Porto"] == "place"


def test_references_that_a_tool_only_looked_up_are_left_out() -> None:
    given = values_of(
        ("customer", "cancel my trip AB-77120"),
        ("system", "get_trip(trip_id=AB-77120)"),
        ("system", "get_trip(trip_id=CD-99310)"),
        ("system", "open_ticket(ticket_id=T-90012)"),
    )
    assert {"AB-77120", "T-90012"} <= given.keys()
    assert "CD-99310" not in given


def test_a_pets_name_told_unasked_is_no_fact() -> None:
    given = values_of(
        ("customer", "I cannot log in, my name is Jo Marsh"),
        ("bot", "I could not verify you."),
        ("customer", "I remember my old cat's name. It's Mitzi. Does that help?"),
    )
    assert "Mitzi" not in given
    assert "Jo Marsh" in given


def test_every_fact_names_a_turn_where_it_stands() -> None:
    chat = turns(
        ("customer", "Book a table at Nonna's for 4"),
        ("bot", "A table for 4 at Nonna's, tonight at 7 pm, correct?"),
        ("customer", "yes"),
    )
    summary = RulesSummarizer().summarize(request(chat))
    assert summary.facts
    assert all(fact.value in chat[fact.seq - chat[0].seq].text for fact in summary.facts)


def test_of_a_paste_the_beginning_is_read_and_no_number_halved() -> None:
    paste = "my order number is 481516 " + "and so on " * 396 + "no. 234277755512"
    assert len(paste) > 4_000
    given = values_of(("customer", "I need help with my order"), ("customer", paste))
    assert "481516" in given
    assert not [value for value in given if value.startswith("234")]


def test_what_an_agent_sums_up_weighs_more_than_what_they_mention() -> None:
    def with_words(words: str) -> dict[str, str]:
        return values_of(
            ("customer", "I need some drums for the school"),
            ("bot", words),
            ("customer", "ok"),
        )

    assert "snare drum" in with_words("Please confirm: you want a snare drum with a stand, correct?")
    assert "snare drum" not in with_words("Many people buy a snare drum with a stand.")
