"""What an agent's slots say about itself."""

from batonpass.domain.agents import Agent, AgentKind, Presence


def agent(capacity: int | None, *used: int) -> Agent:
    return Agent(
        "R1", AgentKind.REPRESENTATIVE, "R1", capacity, Presence.AVAILABLE, True, used=frozenset(used)
    )


def test_the_lowest_free_slot() -> None:
    assert agent(3, 1, 3).free_slot() == 2
    assert agent(2, 1, 2).free_slot() is None
    assert agent(None).free_slot() is None


def test_over_capacity_a_low_number_that_is_free_is_no_free_slot() -> None:
    """A supervisor gave R1 a third chat; then the first one ended."""
    assert agent(2, 2, 3).free_slot() is None
    assert agent(2, 3).free_slot() == 1


def test_a_number_above_capacity() -> None:
    assert agent(2, 1, 2).slot_above() == 3
    assert agent(2, 1, 2, 3).slot_above() == 4
