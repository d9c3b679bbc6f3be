"""schemathesis over a running server: what its document promises, asked as every role and not signed in."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@dataclass
class Found:
    """What came of it: how often which status, and every broken promise."""

    statuses: Counter[int] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    cases: int = 0


def fuzz(
    url: str, tokens: dict[str, str], ids: dict[str, list[str]], *, each: int, start: int = 0, step: int = 1
) -> Found:
    """Ask every `step`-th operation `each` times as each role that may, once as others; half of the ids are real."""
    document = requests.get(f"{url}/api/v1/openapi.json", timeout=30).json()
    schema = schemathesis.openapi.from_dict(document)
    every: list[Any] = [one.ok() for one in schema.get_all_operations()]  # type: ignore[union-attr]
    operations = sorted(every, key=_harm)
    found = Found()
    with requests.Session() as session:
        for number, operation in list(enumerate(operations))[start::step]:
            for place, (role, token) in enumerate(tokens.items()):
                allowed = (role or "anonymous") in operation.definition.raw["x-roles"]
                often = each if allowed else 1
                _ask(found, operation, role, token, url, ids, session, often, number * 100 + place)
    return found


def _harm(operation: Any) -> bool:
    """What takes keys, people and words away is asked last: else nobody is left to ask the rest."""
    return operation.method == "delete" or any(
        word in operation.path
        for word in ("erase", "erasure", "keys", "config", "password", "accounts", "agents")
    )


def _ask(
    found: Found,
    operation: Any,
    role: str,
    token: str,
    url: str,
    ids: dict[str, list[str]],
    session: requests.Session,
    each: int,
    number: int,
) -> None:
    modes = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]
    cases = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in modes))
    dice = random.Random(number)

    @seed(number)
    @settings(
        max_examples=each,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(cases)
    def play(case: Any) -> None:
        _real(case, ids, dice)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        response = case.call(base_url=url, session=session, headers=headers, timeout=30)
        found.cases += 1
        found.statuses[response.status_code] += 1
        try:
            case.validate_response(response, checks=CHECKS)
        except (Exception, BaseExceptionGroup) as error:  # noqa: BLE001 - each is a line of the result
            told = error.exceptions if isinstance(error, BaseExceptionGroup) else [error]
            text = " ".join(" ".join(map(str, told)).split())[:700]
            found.broken.append(f"{operation.label} as {role or 'nobody'}: {text}")

    with suppressed():
        play()


@contextmanager
def suppressed() -> Iterator[None]:
    """An operation for which nothing can be made up, as one without anything to get wrong, is passed over."""
    from hypothesis.errors import Unsatisfiable

    try:
        yield
    except Unsatisfiable:
        return


def _real(case: Any, ids: dict[str, list[str]], dice: random.Random) -> None:
    """Put ids of real things in place of some that were made up."""
    places = [case.path_parameters, case.query, case.body]
    for where in places:
        if isinstance(where, dict):
            for name in where:
                if name in ids and dice.random() < 0.6:
                    where[name] = dice.choice(ids[name])
