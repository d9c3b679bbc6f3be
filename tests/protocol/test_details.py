"""What a refusal says beside its code: why nobody can take it, and when that ends."""

from batonpass.client import Refused
from batonpass.domain.errors import HandoffPending, NotFound, Unavailable
from batonpass.protocol.errors import Error, details


def test_a_closed_queue_says_when_it_opens() -> None:
    refused = Unavailable("closed now", reason="closed", opens_at=1_795_510_800_000)
    told = details(refused)
    assert told == {"reason": "closed", "opens_at": "2026-11-24T09:00:00.000Z"}
    error = Error(code=refused.code, message=refused.message, retryable=False, **told)
    heard = Refused.read(error.model_dump(mode="json"))
    assert (heard.code, heard.reason, heard.opens_at) == ("unavailable", "closed", told["opens_at"])


def test_others_say_what_they_have() -> None:
    assert details(Unavailable("nobody")) == {"reason": "nobody"}
    assert details(HandoffPending("pending", "h1")) == {"handoff_id": "h1"}
    assert details(NotFound("gone")) == {}
