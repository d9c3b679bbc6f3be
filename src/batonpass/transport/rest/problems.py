"""From whatever went wrong to problem+json: one place, stable codes, no trace and no echo of what was sent."""

from typing import Any

from aiohttp import web
from pydantic import ValidationError

from batonpass.app.configuring import InvalidConfig
from batonpass.domain.errors import BatonpassError, CallerError, Refused, ServerError
from batonpass.protocol.base import dump
from batonpass.protocol.errors import details
from batonpass.protocol.rest import FieldProblem, Problem
from batonpass.transport.passwords import TooBusy
from batonpass.transport.socketio.refusal import Coded, Refusal
from batonpass.transport.socketio.trouble import report

STATUS = {
    "bad_json": 400,
    "bad_token": 401,
    "bad_sign_in": 401,
    "bad_identity": 401,
    "bad_code": 403,
    "not_allowed": 403,
    "cross_site": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "too_slow": 408,
    "precondition_failed": 412,
    "too_large": 413,
    "unsupported_media_type": 415,
    "bad_request": 422,
    "bad_cursor": 422,
    "idempotency_conflict": 422,
    "precondition_required": 428,
    "rate_limited": 429,
    "too_many_requests": 429,
    "too_many_attempts": 429,
    "too_busy": 503,
    "internal": 500,
    "store_unavailable": 503,
}
"""The HTTP status of a code. Others: 422 when it is the caller's fault, 409 when the present state refuses it."""

MAX_FIELDS = 20


def status_of(error: Coded) -> int:
    """Return the HTTP status of a refusal."""
    found = STATUS.get(error.code)
    if found is not None:
        return found
    if isinstance(error, Refused):
        return 409
    if isinstance(error, CallerError):
        return 422
    return 503 if isinstance(error, ServerError) or error.retryable else 409


def problem_of(error: BaseException, operation: str) -> Problem:
    """Say what went wrong. An error of ours is logged under an id, and the client gets the id."""
    if isinstance(error, ValidationError):
        return _misshapen(error)
    if isinstance(error, (BatonpassError, Refusal)):
        more = error.more if isinstance(error, Refusal) else {}
        more = more | details(error) | _config_problems(error)
        if getattr(error, "retry_after_ms", None) is not None:
            more = more | {"retry_after_ms": getattr(error, "retry_after_ms", None)}
        known = {k: v for k, v in more.items() if k in Problem.model_fields}
        return _problem(status_of(error), error.code, error.message, error.retryable, **known)
    if isinstance(error, TooBusy):
        return _problem(503, "too_busy", "Too many are signing in now.", retryable=True, retry_after_ms=1000)
    error_id = report("rest_failed", error, operation=operation)
    return _problem(500, "internal", f"A fault of ours, logged as {error_id}.", retryable=True)


def _config_problems(error: BaseException) -> dict[str, Any]:
    """A refused configuration names each key, what was found there, and what was expected."""
    if not isinstance(error, InvalidConfig):
        return {}
    told = [
        FieldProblem(field=one.key or "document", problem=f"found {one.found}, expected {one.expected}")
        for one in error.problems[:MAX_FIELDS]
    ]
    return {"errors": told}


def respond(problem: Problem, headers: dict[str, str] | None = None) -> web.Response:
    """The response that carries a problem."""
    told = dict(headers or {})
    if problem.retry_after_ms:
        told["Retry-After"] = str(-(-problem.retry_after_ms // 1000))
    if problem.status == 401:
        told["WWW-Authenticate"] = "Bearer"
    return web.json_response(
        dump(problem), status=problem.status, content_type="application/problem+json", headers=told
    )


def _problem(status: int, code: str, detail: str, retryable: bool = False, **more: Any) -> Problem:
    title = code.replace("_", " ").capitalize()
    return Problem(title=title, status=status, code=code, detail=detail, retryable=retryable, **more)


def _misshapen(error: ValidationError) -> Problem:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    fields = [FieldProblem(field=_path(one["loc"]), problem=one["msg"]) for one in found[:MAX_FIELDS]]
    told = "; ".join(f"{one.field}: {one.problem}" for one in fields[:3])
    more = f"; and {len(found) - 3} more" if len(found) > 3 else ""
    return _problem(422, "bad_request", told + more, errors=fields)


def _path(parts: tuple[int | str, ...]) -> str:
    return ".".join(_word(str(part)) for part in parts[:8]) or "body"


def _word(text: str) -> str:
    """A part of a path, which may be a key that the client made up."""
    return text[:64].encode("utf-8", "replace").decode()
