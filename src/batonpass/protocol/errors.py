"""Error codes on the wire. The range tells a client what to do; the sentence tells a person."""

from typing import Any, Literal

from batonpass.protocol.base import Wire, wire_time


class Error(Wire):
    """The `error` of a refused acknowledgement."""

    code: str
    message: str
    retryable: bool
    retry_after_ms: int | None = None
    handoff_id: str | None = None
    reason: str | None = None
    opens_at: str | None = None


class Refusal(Wire):
    """The acknowledgement of a refused client event."""

    ok: Literal[False] = False
    error: Error


def details(error: object) -> dict[str, Any]:
    """What an error says beside its code: the pending hand-off, why it is unavailable, and until when."""
    found = {name: getattr(error, name, None) for name in ("handoff_id", "reason")}
    opens_at = getattr(error, "opens_at", None)
    found["opens_at"] = None if opens_at is None else wire_time(opens_at)
    return {name: value for name, value in found.items() if value is not None}


CODES: dict[str, str] = {
    "bad_request": "The payload has the wrong shape; the message names the field. Do not resend it as it is.",
    "bad_token": "The token is missing, unknown or withdrawn. Get a new one; a refused client does not reconnect.",
    "not_found": "No such thing, or not yours.",
    "bad_json": "REST: the body is no JSON.",
    "bad_cursor": "REST: the cursor is none of this list's.",
    "cross_site": "REST: a page of another site asked with this browser's session.",
    "bad_sign_in": "Name and password do not belong together; which of them is wrong is not told.",
    "bad_identity": "REST: the identity is not signed by a known site, or is over; what of it is wrong is not told.",
    "bad_code": "REST: not the code that the server printed when it started without an admin.",
    "too_many_attempts": "Too many failures to sign in with one name; wait `retry_after_ms`.",
    "too_busy": "Too many are signing in now; try again.",
    "name_taken": "There is an account of this name.",
    "set_up_done": "There is an admin already; an admin makes other accounts.",
    "last_admin": "The last admin can neither be switched off nor become less.",
    "method_not_allowed": "REST: the endpoint has no such method; `Allow` names those it has.",
    "unsupported_media_type": "REST: the body's media type is not taken here.",
    "precondition_failed": "REST: it was changed meanwhile; read it again. `If-Match` named another version.",
    "precondition_required": "REST: say in `If-Match` which version the change is meant for.",
    "idempotency_conflict": "REST: the `Idempotency-Key` was used for another request.",
    "secret_shown": "REST: it was done before; the secret in its answer was shown that once.",
    "attachment_type": "The file is of none of the types taken here, or not what it is said to be.",
    "attachment_empty": "The file is empty.",
    "attachments_full": "The conversation has as many bytes of files as it may have.",
    "customer_erased": "This customer was erased at its wish. Start as a new one.",
    "config_invalid": "REST: no configuration; `errors` name each key, what was found there, what was expected.",
    "config_from_file": "REST: the file is the source of the configuration; it is changed there, and reloaded.",
    "config_from_store": "REST: the store is the source of the configuration; the file is imported, not reloaded.",
    "too_many_keys": "REST: the agent has as many good keys as it may have; revoke one, or rotate.",
    "delivery_pending": "REST: this webhook delivery is on its way already.",
    "not_allowed": "You are known, and may not do this.",
    "stint_ended": "Your part in the conversation is over; the text was kept as a discarded draft.",
    "offer_ended": "The offer was declined, missed, withdrawn or taken by somebody else.",
    "conversation_closed": "The conversation is closed.",
    "handoff_pending": "Another pass is pending; `handoff_id` names it.",
    "bad_transition": "The hand-off is not in a state that allows this.",
    "unavailable": "Nobody could take the baton there; the giver keeps it. `reason` says why: `nobody`, `present`, "
    "`passed_on`, `unknown`, `closed` (until `opens_at`), `full`, `skills`.",
    "refused": "The present state of the conversation refuses it; the message says why.",
    "somebody_is_here": "A person holds the chat, or has it on hold: say it there.",
    "already_in": "You are in this conversation already.",
    "already_taken": "It does not wait any more: somebody was faster, or it has ended.",
    "already_given": "It was answered before; the first answer stays.",
    "disposition_required": "The after-work of this queue ends with a code; `wrapup.options` has them.",
    "too_many_conversations": "This customer has too many open conversations.",
    "too_many_variables": "A conversation has at most 100 context variables, and 1 MB of them as JSON.",
    "unknown_namespace": "The server has no such namespace.",
    "unknown_event": "The server knows no event of this name.",
    "rate_limited": "Too many events; wait `retry_after_ms` and send again.",
    "too_many_requests": "Too many events wait for their acknowledgement; wait for some, then send again.",
    "too_many_connections": "Too many connections from one address; try again later.",
    "too_large": "The packet is larger than the server takes; the connection was closed.",
    "too_slow": "The body of the request did not come in time.",
    "malformed": "The packet is no Socket.IO packet.",
    "binary_refused": "Binary payloads are not taken here.",
    "slow_reader": "The client did not read what was sent; the connection was closed. Reconnect and resume.",
    "store_unavailable": "The store did not confirm it. Send it again with the same client_id: it is kept once.",
    "shutting_down": "The server is stopping; reconnect.",
    "internal": "A fault of ours, logged under the id in the message. The same call may be sent again.",
}
