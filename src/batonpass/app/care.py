"""What the customer says of a person's part, and what the person says it was about."""

from dataclasses import dataclass, replace

from batonpass.app.following import disposition_of
from batonpass.app.messages import own_stint
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.domain.conversation import Stint, StintState
from batonpass.domain.errors import CallerError, NotFound, Refused


@dataclass(frozen=True, slots=True)
class GiveScore:
    customer_id: str
    survey_id: str
    score: int
    comment: str = ""


def give_score(tx: Tx, env: Env, given: GiveScore) -> Outcome:
    """The customer says how a person's part was: once, while the question is open. The same again changes nothing.

    Raises:
        Refused (`already_given`, `too_late`), NotFound
    """
    tx.lock_customer(given.customer_id)
    survey = tx.survey(given.survey_id)
    if survey is None or survey.customer_id != given.customer_id:
        raise NotFound("there is no such question, or it is not yours")
    if survey.given_at is not None:
        if (survey.score, survey.comment) == (given.score, given.comment):
            return Outcome(survey)
        raise Refused("Not changed: you have answered this before.", code="already_given")
    if tx.now >= survey.until:
        raise Refused("Not kept: this question is closed.", code="too_late")
    tx.give_survey(survey.id, given.score, given.comment)
    return Outcome(replace(survey, score=given.score, comment=given.comment, given_at=tx.now))


# After-work


def choose(tx: Tx, env: Env, stint: Stint, code: str | None) -> None:
    """Keep what a stint was about. The code of an after-work that ended without a word may still be given.

    Raises:
        CallerError: the queue has no such code.
        Refused (`disposition_required`): the queue asks for one; (`already_given`) it has another.
    """
    care = env.rules.care_of(stint.queue_id)
    if code is None:
        if care.required and stint.state is StintState.WRAP_UP and tx.disposition(stint.id) is None:
            known = ", ".join(care.dispositions)
            raise Refused(f"Not finished: say what it was about: {known}.", code="disposition_required")
        return
    if code not in care.dispositions:
        known = ", ".join(care.dispositions) or "none"
        raise CallerError(f"disposition: this queue has no code of that name: {known}")
    before = tx.disposition(stint.id)
    if before is not None and before.code not in (None, code):
        raise Refused("Not changed: it has a code already.", code="already_given")
    tx.put_disposition(disposition_of(stint, tx.now, code))


@dataclass(frozen=True, slots=True)
class Options:
    """What an after-work may be closed with."""

    dispositions: dict[str, str]
    required: bool
    chosen: str | None


def options(tx: Tx, env: Env, agent_id: str, stint_id: str) -> Options:
    """The codes that this stint's queue has, and the one that was chosen.

    Raises:
        NotFound
    """
    stint = own_stint(tx, stint_id, agent_id)
    care, found = env.rules.care_of(stint.queue_id), tx.disposition(stint.id)
    return Options(dict(care.dispositions), care.required, found.code if found else None)
