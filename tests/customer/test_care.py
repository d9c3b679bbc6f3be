"""After a person's part: the question to the customer, asked once; and the code of what it was about."""

from typing import Any

import pytest
from sqlalchemy import select

from batonpass.app.care import GiveScore, give_score, options
from batonpass.app.holds import Holds, put_on_hold
from batonpass.app.presence import Finishes, finish_wrap_up
from batonpass.domain import events as e
from batonpass.domain.agents import Presence
from batonpass.domain.care import Care, Disposition, Survey
from batonpass.domain.errors import CallerError, NotFound, Refused
from batonpass.domain.handoff import Kind, Leave
from batonpass.domain.life import LifeRules
from batonpass.domain.rules import HandBack, Trigger
from batonpass.store import schema as s
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.handoffs.house import S, Talk, agent, held_by, house
from tests.support.world import World, queue

Store = BaseStore[Tx]
WINDOW = 3_600_000
CODES = {"delivery": "Late delivery", "other": "Something else"}
ASKS = Care(csat=True, csat_window_ms=WINDOW)


async def asking(store: Store, *here: str, care: Care = ASKS, **changes: Any) -> World:
    return await house(store, *here, q1=queue("q1", care=care, **changes))


async def served(world: World, agent_id: str = "R1") -> Talk:
    talk = await held_by(world, agent_id)
    await talk.says(agent_id, "Here I am")
    world.recorder.take()
    return talk


def _open(tx: Tx, customer: str) -> list[Survey]:
    return tx.open_surveys(customer)


async def asked(world: World, talk: Talk) -> list[str]:
    """Whose parts the customer may be asked about now."""
    return [survey.agent_id for survey in await world.store.read(_open, talk.customer)]


async def gives(world: World, customer: str, stint_id: str, score: int = 5, comment: str = "") -> Survey:
    survey_id = await world.store.read(_of_stint, stint_id)
    survey: Survey = await world.do(give_score, GiveScore(customer, survey_id, score, comment))
    return survey


def _of_stint(tx: Tx, stint_id: str) -> str:
    found = tx.scalar(select(s.surveys.c.id).where(s.surveys.c.stint_id == stint_id))
    return str(found or "nothing")


async def test_the_customer_is_asked_once_after_a_close(frozen_store: Store) -> None:
    world = await asking(frozen_store, "R1")
    talk = await served(world)
    stint = await talk.stint("R1")
    await world.resolves("R1", stint.id)
    (told,) = [effect for effect in world.recorder.take() if isinstance(effect, e.SurveyAsked)]
    assert (told.survey.stint_id, told.name, told.survey.agent_id) == (stint.id, "R1", "R1")
    assert await asked(world, talk) == ["R1"]  # also after a reload
    given = await gives(world, talk.customer, stint.id, 4, "Thanks")
    assert (given.score, given.comment, given.given_at) == (4, "Thanks", await world.now())
    assert await asked(world, talk) == []
    assert await gives(world, talk.customer, stint.id, 4, "Thanks") == given
    with pytest.raises(Refused) as refused:
        await gives(world, talk.customer, stint.id, 1)
    assert refused.value.code == "already_given"
    await world.settle()
    await talk.lawful()


async def test_a_hand_back_asks_and_the_chat_goes_on(frozen_store: Store) -> None:
    world = await asking(frozen_store, "R1", "B")
    talk = await served(world)
    await talk.asks("R1", Kind.HAND_BACK, target=agent("B"))
    assert await talk.holder() == "B"
    assert await asked(world, talk) == ["R1"]


async def test_a_hand_back_by_policy_asks_too(frozen_store: Store) -> None:
    when = HandBack(when=frozenset({Trigger.RESOLVED}))
    world = await asking(frozen_store, "R1", "B", hand_back=when)
    talk = await served(world)
    await world.resolves("R1", (await talk.stint("R1")).id)
    await world.settle()
    assert (await talk.holder(), await asked(world, talk)) == ("B", ["R1"])


async def test_who_passes_it_to_a_person_is_not_asked_about(frozen_store: Store) -> None:
    """Once a stint that ends in a close: only the last one; each later person's part is a question of its own."""
    world = await asking(frozen_store, "R1", "R2")
    talk = await served(world)
    await talk.transfers("R1", agent("R2"), Leave.NOW)
    await talk.takes("R2")
    assert await asked(world, talk) == []
    await talk.says("R2", "Now me")
    await world.ends(talk.customer, talk.id)
    assert await asked(world, talk) == ["R2"]


async def test_who_said_nothing_or_was_lost_is_not_asked_about(frozen_store: Store) -> None:
    world = await asking(frozen_store, "R1", "R2")
    silent = await held_by(world, "R1")
    await world.ends(silent.customer, silent.id)
    assert await asked(world, silent) == []
    lost = await served(world, "R2")
    await lost.is_lost("R2")
    await world.ends(lost.customer, lost.id)
    assert await asked(world, lost) == []


async def test_a_queue_that_does_not_ask_asks_nothing(frozen_store: Store) -> None:
    world = await asking(frozen_store, "R1", care=Care())
    talk = await served(world)
    await world.ends(talk.customer, talk.id)
    assert await asked(world, talk) == []


async def test_a_question_closes_and_is_nobody_elses(frozen_store: Store) -> None:
    world = await asking(frozen_store, "R1")
    talk = await served(world)
    stint = await talk.stint("R1")
    await world.ends(talk.customer, talk.id)
    stranger = await world.customer()
    for customer, stint_id in ((stranger, stint.id), (talk.customer, "nothing")):
        with pytest.raises(NotFound):
            await gives(world, customer, stint_id)
    await world.advance(WINDOW)
    assert await asked(world, talk) == []
    with pytest.raises(Refused) as refused:
        await gives(world, talk.customer, stint.id)
    assert refused.value.code == "too_late"


# The code of what it was about


async def finishes(world: World, stint_id: str, code: str | None = None) -> None:
    await world.do(finish_wrap_up, Finishes("R1", stint_id, disposition=code))


def _code(tx: Tx, stint_id: str) -> Disposition | None:
    return tx.disposition(stint_id)


async def code(world: World, stint_id: str) -> str | None:
    found = await world.store.read(_code, stint_id)
    return found.code if found else "(no row)"


async def after(world: World) -> tuple[Talk, str]:
    talk = await served(world)
    stint = await talk.stint("R1")
    await world.ends(talk.customer, talk.id)
    return talk, stint.id


async def test_the_after_work_is_closed_with_a_code(frozen_store: Store) -> None:
    world = await asking(frozen_store, "R1", care=Care(dispositions=CODES, required=True))
    talk, stint = await after(world)
    assert await world.store.read(options, world.env, "R1", stint) == options_of(None)
    with pytest.raises(Refused) as refused:
        await finishes(world, stint)
    assert refused.value.code == "disposition_required"
    with pytest.raises(CallerError):
        await finishes(world, stint, "nonsense")
    assert await talk.wrapping() == ["R1"], "a refusal keeps the after-work"
    await finishes(world, stint, "delivery")
    assert (await talk.wrapping(), await code(world, stint)) == ([], "delivery")
    await finishes(world, stint, "delivery")
    await finishes(world, stint)
    with pytest.raises(Refused) as refused:
        await finishes(world, stint, "other")
    assert refused.value.code == "already_given"
    await world.settle()
    await talk.lawful()


def options_of(chosen: str | None) -> Any:
    from batonpass.app.care import Options

    return Options(CODES, True, chosen)


async def test_at_its_limit_it_is_stored_as_none(frozen_store: Store) -> None:
    """And the code that was on its way just then is taken all the same."""
    world = await asking(frozen_store, "R1", care=Care(dispositions=CODES, required=True))
    talk, stint = await after(world)
    await world.advance(60 * S)
    assert (await talk.wrapping(), await code(world, stint)) == ([], None)
    await finishes(world, stint, "other")
    assert await code(world, stint) == "other"


async def test_an_after_work_that_another_chat_cut_short_has_none(frozen_store: Store) -> None:
    """A claim for the same conversation takes over the slot of its wrap-up."""
    world = await asking(frozen_store, "R1", "R2", care=Care(dispositions=CODES))
    talk = await served(world)
    stint = await talk.stint("R1")
    await talk.transfers("R1", agent("R2"), Leave.NOW)
    await talk.takes("R2")
    assert await code(world, stint.id) == "(no row)"
    await talk.transfers("R2", agent("R1"), Leave.NOW)
    await talk.takes("R1")
    assert await code(world, stint.id) is None
    await world.choose("R1", Presence.AWAY)
    await talk.lawful()


async def test_a_queue_without_codes_keeps_none(frozen_store: Store) -> None:
    world = await asking(frozen_store, "R1", care=Care())
    _, stint = await after(world)
    with pytest.raises(CallerError):
        await finishes(world, stint, "delivery")
    await finishes(world, stint)
    assert await code(world, stint) == "(no row)"


async def test_who_parked_the_chat_is_asked_about_when_it_closes_on_hold(frozen_store: Store) -> None:
    """Once, whoever closes it; not when somebody else went on with it."""
    world = await asking(frozen_store, "R1")
    talk = await served(world)
    stint = await talk.stint("R1")
    await world.do(put_on_hold, Holds("R1", talk.id, stint.id, "h"))
    assert await asked(world, talk) == [], "it goes on"
    world.recorder.take()
    await world.ends(talk.customer, talk.id)
    (told,) = [effect for effect in world.recorder.take() if isinstance(effect, e.SurveyAsked)]
    assert (told.survey.stint_id, told.name) == (stint.id, "R1")
    assert await asked(world, talk) == ["R1"]
    await world.settle()
    await talk.lawful()


async def test_a_silent_hold_that_closes_asks_and_one_without_a_word_does_not(frozen_store: Store) -> None:
    world = await asking(frozen_store, "R1", life=LifeRules(idle_hold_ms=60 * S, idle_close_ms=120 * S))
    talk = await served(world)
    await world.advance(120 * S)
    assert await asked(world, talk) == ["R1"]
    silent = await held_by(world, "R1")
    stint = await silent.stint("R1")
    await world.do(put_on_hold, Holds("R1", silent.id, stint.id, "h"))
    await world.ends(silent.customer, silent.id)
    assert await asked(world, silent) == []
    await world.settle()
    await silent.lawful()
