"""The same request sent twice is one: what it was answered is kept in the transaction of what it did."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.app.switchboard import UseCase
from batonpass.domain.errors import BatonpassError, CallerError, Refused

KEPT_MS = 24 * 3600 * 1000

C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Mark:
    """A request: who sent it, the key that it carried, and a hash of what it asked for. Its answer is forgotten with
    the words of the conversation that it is about."""

    owner: str
    key: str
    digest: str
    secret: bool = False
    conversation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """What a request is answered. `again`: it was done before, and this is what it was answered then."""

    body: Any
    again: bool = False


class Conflict(CallerError):
    """The key was used for another request."""

    code = "idempotency_conflict"


class SecretShown(Refused):
    """It was done before; the secret in its answer was not kept."""

    code = "secret_shown"


def once(mark: Mark, use_case: UseCase[C], shape: Callable[[Any], Any]) -> UseCase[C]:
    """Wrap a use case: the first time it is run and `shape(reply)` is kept; after that the kept answer is given.

    The reply becomes an `Answered`. What the use case raises is rolled back and not kept: a retry runs it again.
    """

    def work(tx: Tx, env: Env, command: C) -> Outcome:
        # First of all: a second one waits here for the first one's commit, and then finds its answer.
        if not tx.claim_once(mark.owner, mark.key, mark.digest, tx.now - KEPT_MS):
            found = earlier(tx, mark)
            assert found is not None
            return found
        outcome = use_case(tx, env, command)
        body = None if outcome.refusal is not None else shape(outcome.reply)
        about = mark.conversation_id or _conversation_of(body)
        tx.keep_once(mark.owner, mark.key, _kept(mark, body, outcome.refusal), about)
        return replace(outcome, reply=Answered(body))

    work.__name__ = use_case.__name__
    return work


def earlier(tx: Tx, mark: Mark) -> Outcome | None:
    """What this request was answered before; None when it was not.

    Raises:
        Conflict, SecretShown
    """
    found = tx.kept_once(mark.owner, mark.key, tx.now - KEPT_MS)
    if found is None:
        return None
    digest, kept = found
    if digest != mark.digest:
        raise Conflict("This Idempotency-Key was used for another request.")
    if kept is None:
        raise SecretShown("This was done before. The secret in its answer was shown that once.")
    told = json.loads(kept)
    if "refusal" in told:
        return Outcome(refusal=_refusal(**told["refusal"]))
    return Outcome(Answered(told["body"], again=True))


def _conversation_of(body: Any) -> str | None:
    """The conversation that an answer is about: it names it, or what it holds does."""
    if not isinstance(body, Mapping):
        return None
    for held in (body, *body.values()):
        if isinstance(held, Mapping) and isinstance(held.get("conversation_id"), str):
            return str(held["conversation_id"])
    return None


def _kept(mark: Mark, body: Any, refusal: BatonpassError | None) -> str | None:
    if refusal is not None:
        return json.dumps({"refusal": {"code": refusal.code, "message": refusal.message}})
    return None if mark.secret else json.dumps({"body": body})


def _refusal(code: str, message: str) -> BatonpassError:
    return Refused(message, code=code)


def forget_old(tx: Tx, env: Env, limit: int) -> Outcome:
    """Forget some of what is over at the front door: old answers, sessions, tokens. How many rows."""
    return Outcome(tx.forget_old(tx.now - KEPT_MS, limit))
