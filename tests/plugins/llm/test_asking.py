"""What the plugin makes of a server that goes wrong, and when it gives up."""

import asyncio
import time
from collections.abc import Callable
from email.utils import formatdate
from typing import Any

import pytest
from batonpass_summarizer_llm import LlmSummarizer

from batonpass.plugin_api import Summary, SummaryFailed, SummaryRequest, check_summary
from batonpass.testing import PARCEL, ROUTER, Check, request, summarizer_conformance
from tests.support import llm_server as fake
from tests.support.llm_server import LlmServer

Make = Callable[..., LlmSummarizer]


async def failure(plugin: LlmSummarizer, deadline_ms: int = 5_000) -> str:
    """The reason for which there is no summary."""
    with pytest.raises(SummaryFailed) as caught:
        await plugin.summarize_later(request(deadline_ms=deadline_ms))
    return caught.value.reason


async def summary(plugin: LlmSummarizer, asked: SummaryRequest | None = None) -> Summary:
    """The summary; it keeps the contract."""
    asked = request(deadline_ms=5_000) if asked is None else asked
    made = await plugin.summarize_later(asked)
    assert check_summary(asked, made) == []
    return made


@pytest.fixture(scope="module")
def kit_server() -> Any:
    with LlmServer() as server:
        yield server


@pytest.mark.parametrize("name", [check.name for check in summarizer_conformance(LlmSummarizer)])
def test_conformance(name: str, kit_server: LlmServer) -> None:
    def make() -> LlmSummarizer:
        plugin = LlmSummarizer()
        plugin.configure({"base_url": kit_server.url, "model": "small"})
        return plugin

    checks: dict[str, Check] = {
        check.name: check for check in summarizer_conformance(make, hostile_ms=30_000)
    }
    checks[name]()


# --- a good model ---------------------------------------------------------------------------------


async def test_a_good_model_makes_a_summary(model: LlmServer, asking: Make) -> None:
    made = await summary(asking())
    assert made.status == "ok"
    assert "parcel" in made.issue or "refund" in made.issue
    assert "$25" in made.prose and "[" not in made.prose
    assert (made.maker.name, made.maker.model) == ("llm", "small")
    assert (made.tokens_in, made.tokens_out) == (321, 45)
    assert [step.by for step in made.steps] == ["bot"]
    assert ("order number", "BX-20417") in {(fact.name, fact.value) for fact in made.facts}


async def test_what_is_sent(model: LlmServer, asking: Make) -> None:
    await summary(asking(max_output_tokens=99, temperature=0.5))
    (body,) = model.bodies
    assert (body["model"], body["max_tokens"], body["temperature"]) == ("small", 99, 0.5)
    assert body["response_format"]["json_schema"]["strict"] is True
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert not {"tools", "functions", "tool_choice"} & body.keys()
    boundary = model.chats[0].splitlines()[0]
    assert boundary in body["messages"][0]["content"] and model.chats[0].count(boundary) == 2
    assert model.paths == ["/v1/chat/completions"]


async def test_each_request_has_its_own_boundary(model: LlmServer, asking: Make) -> None:
    plugin = asking()
    await summary(plugin)
    await summary(plugin)
    assert len({chat.splitlines()[0] for chat in model.chats}) == 2


async def test_each_purpose_has_its_prompt(model: LlmServer, asking: Make) -> None:
    plugin = asking()
    for purpose in ("transfer", "hand_back", "wrap_up"):
        await summary(plugin, request(purpose=purpose, deadline_ms=5_000))
    assert len({body["messages"][0]["content"].splitlines()[0] for body in model.bodies}) == 3


async def test_the_key_comes_from_the_environment(
    model: LlmServer, asking: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODEL_KEY", "abc-123")
    await summary(asking(api_key_env="MODEL_KEY"))
    assert model.headers[0]["authorization"] == "Bearer abc-123"


async def test_without_a_key_none_is_sent_not_even_one_of_the_environment(
    model: LlmServer, asking: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "sk-of-another-server")
    await summary(asking())
    assert "sk-of-another-server" not in str(model.headers)
    assert "authorization" not in model.headers[0]


async def test_nothing_to_tell_is_not_sent(model: LlmServer, asking: Make) -> None:
    made = await asking().summarize_later(request(PARCEL[1:2], deadline_ms=5_000))
    assert (made.status, model.bodies) == ("too_short", [])


async def test_without_configuration_there_is_none() -> None:
    assert await failure(LlmSummarizer()) == "not_configured"


# --- a server that goes wrong ---------------------------------------------------------------------

FAULTS = [
    ("rate_limited", fake.rate_limited(0), 3),
    ("rate_limited", fake.rate_limited(60), 1),
    ("rate_limited", fake.rate_limited("nonsense"), 3),
    ("server_error", fake.status(500), 3),
    ("server_error", fake.status(503, Retry_After="0"), 3),
    ("server_error", fake.status(408), 3),
    ("server_error", fake.status(409), 3),
    ("unauthorized", fake.status(401), 1),
    ("unauthorized", fake.status(403), 1),
    ("no_model", fake.status(404, "The model `small` does not exist"), 1),
    ("too_long", fake.status(400, "context_length_exceeded"), 1),
    ("too_long", fake.status(413), 1),
    ("bad_request", fake.status(400, "no"), 2),
    ("bad_request", fake.status(302, Location="http://127.0.0.1:9/"), 1),
    ("bad_request", fake.status(418), 1),
    ("not_json", fake.html, 1),
    ("cut_answer", fake.cut_json, 1),
    ("cut_answer", fake.cut_body, 1),
    ("wrong_schema", fake.wrong_schema, 1),
    ("wrong_schema", fake.says({"issue": 5}), 1),
    ("wrong_schema", fake.says('{"issue": [1, 2, }'), 1),
    ("refused", fake.refusal, 1),
    ("refused", fake.refusal_field, 1),
    ("refused", fake.says("x", "content_filter"), 1),
    ("empty_answer", fake.says("   "), 1),
    ("empty_answer", fake.says("<think>hm</think>"), 1),
    ("cut_answer", fake.says("<think>hm", "length"), 1),
    ("too_big", fake.huge, 1),
    ("packed", fake.packed, 1),
    ("connection", fake.reset, 3),
    ("connection", fake.broken_off, 3),
    ("nothing_left", fake.says("Visit https://evil.example now."), 1),
]


@pytest.mark.parametrize("reason,behaviour,asked", FAULTS)
async def test_a_fault_has_its_reason_and_its_number_of_attempts(
    model: LlmServer, asking: Make, reason: str, behaviour: fake.Behaviour, asked: int
) -> None:
    model.will(behaviour)
    assert await failure(asking()) == reason
    assert len(model.bodies) == asked


@pytest.mark.parametrize("behaviour", [fake.hang, fake.trickle])
async def test_a_slow_server_does_not_make_it_late(
    model: LlmServer, asking: Make, behaviour: fake.Behaviour
) -> None:
    model.will(behaviour)
    started = time.monotonic()
    assert await failure(asking(), deadline_ms=600) == "timeout"
    assert time.monotonic() - started < 0.6 + 0.3  # the host waits 0.6 s; the rest is this machine


async def test_an_attempt_has_its_own_limit(model: LlmServer, asking: Make) -> None:
    model.will(fake.hang)
    started = time.monotonic()
    assert await failure(asking(timeout=0.2), deadline_ms=20_000) == "timeout"
    assert time.monotonic() - started < 5
    assert len(model.bodies) == 1


@pytest.mark.parametrize("first", [fake.rate_limited(0), fake.status(500), fake.reset, fake.broken_off])
async def test_a_passing_fault_passes(model: LlmServer, asking: Make, first: fake.Behaviour) -> None:
    model.will(first, fake.ok)
    assert (await summary(asking())).status == "ok"
    assert len(model.bodies) == 2


async def test_retry_after_is_kept(model: LlmServer, asking: Make) -> None:
    model.will(fake.rate_limited(1), fake.ok)
    started = time.monotonic()
    await summary(asking())
    assert time.monotonic() - started >= 1


async def test_retry_after_may_be_a_date(model: LlmServer, asking: Make) -> None:
    model.will(fake.rate_limited(formatdate(time.time() + 3_600, usegmt=True)), fake.ok)
    assert await failure(asking()) == "rate_limited"
    assert len(model.bodies) == 1


async def test_a_longer_wait_than_the_deadline_is_not_begun(model: LlmServer, asking: Make) -> None:
    model.will(fake.rate_limited(30), fake.ok)
    started = time.monotonic()
    assert await failure(asking(), deadline_ms=20_000) == "rate_limited"
    assert time.monotonic() - started < 5


async def test_attempts_can_be_set(model: LlmServer, asking: Make) -> None:
    model.will(fake.status(500))
    await failure(asking(attempts=1))
    assert len(model.bodies) == 1


async def test_nobody_there_is_a_connection_failure(asking: Make) -> None:
    assert await failure(asking(base_url="http://127.0.0.1:9/v1")) == "connection"


async def test_no_more_than_so_many_at_once(model: LlmServer, asking: Make) -> None:
    plugin = asking(at_once=2)
    made = await asyncio.gather(*(summary(plugin) for _ in range(8)))
    assert len(made) == 8
    assert model.at_once <= 2


async def test_waiting_for_a_turn_counts(model: LlmServer, asking: Make) -> None:
    model.will(fake.hang)
    plugin = asking(at_once=1)
    reasons = await asyncio.gather(*(failure(plugin, deadline_ms=800) for _ in range(3)))
    assert sorted(reasons) == ["busy", "busy", "timeout"]
    assert len(model.bodies) == 1


async def test_it_works_again_after_it_was_closed(model: LlmServer, asking: Make) -> None:
    plugin = asking()
    await summary(plugin)
    await plugin.close()
    await summary(plugin)
    assert len(model.bodies) == 2


# --- servers that know less -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "server",
    [
        fake.without_schema(),
        fake.without_schema("Unrecognized request argument: json_schema", 422),
        fake.without_schema("no", 400),
        fake.without_schema("not found", 404),
    ],
)
async def test_without_schema_it_asks_for_words_and_remembers(
    model: LlmServer, asking: Make, server: fake.Behaviour
) -> None:
    model.will(server)
    plugin = asking()
    for _ in range(2):
        made = await summary(plugin)
        assert "parcel" in made.issue or "refund" in made.issue
    assert ["response_format" in body for body in model.bodies] == [True, False, False]


async def test_words_instead_of_json_are_prose_and_remembered(model: LlmServer, asking: Make) -> None:
    model.will(fake.says("The customer wants a refund for a parcel that has not arrived."), fake.ok)
    plugin = asking()
    assert (await summary(plugin)).prose == "The customer wants a refund for a parcel that has not arrived."
    await summary(plugin)
    assert ["response_format" in body for body in model.bodies] == [True, False]


async def test_never_structured(model: LlmServer, asking: Make) -> None:
    await summary(asking(structured="never"))
    assert "response_format" not in model.bodies[0]
    assert model.chats[0].endswith("Answer in two or three sentences, at most 60 words.")


async def test_a_parameter_the_model_does_not_know_is_left_out(model: LlmServer, asking: Make) -> None:
    words = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
    model.will(fake.status(400, words), fake.status(400, "temperature is not supported"), fake.ok)
    plugin = asking()
    await summary(plugin)
    await summary(plugin)
    assert len(model.bodies) == 4
    assert "max_completion_tokens" in model.bodies[3] and "temperature" not in model.bodies[3]
    assert "response_format" in model.bodies[3]


async def test_a_fenced_answer_after_thoughts_is_read(model: LlmServer, asking: Make) -> None:
    answer = (
        '{"issue": "The customer wants a refund.", "steps": [], "outcome": "no", "sentiment": "negative",'
        ' "next_step": "none", "summary": "The customer wants a refund of [AMOUNT_1]."}'
    )
    model.will(fake.says(f"<think>The secret plan</think>\n```json\n{answer}\n```"))
    made = await summary(asking())
    assert (made.prose, made.outcome) == ("The customer wants a refund of $48.90.", "no")


# --- long chats -----------------------------------------------------------------------------------


async def test_of_a_long_chat_the_newest_turns_and_the_facts_of_the_beginning_are_sent(
    model: LlmServer, asking: Make
) -> None:
    long = (
        *PARCEL,
        *(turn for n in range(40) for turn in _moved(ROUTER, 100 + n * 20)),
    )
    made = await summary(asking(max_input_tokens=1_200, redact=False), request(long, deadline_ms=5_000))
    lines = model.chats[0].splitlines()
    assert len(model.chats[0]) < 1_200 * 4
    assert f'"turn": {long[-1].seq}' in lines[lines.index(lines[0], 1) - 1]
    assert '"turn": 1,' not in model.chats[0]
    assert "order number: BX-20417" in lines[1]
    assert "earlier" in model.bodies[0]["messages"][0]["content"]
    assert (made.first_seq, made.last_seq) == (1, long[-1].seq)


def _moved(chat: Any, by: int) -> Any:
    from dataclasses import replace

    return tuple(replace(turn, seq=turn.seq + by) for turn in chat)
