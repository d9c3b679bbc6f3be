"""A real model on this machine, asked by the plugin over its real HTTP API. Its words are weak; what is proved is that
everything fits together, and that what comes out keeps the contract."""

from collections.abc import Iterator

import pytest
from batonpass_summarizer_llm import LlmSummarizer

from batonpass.plugin_api import Summary, SummaryFailed, check_summary
from batonpass.testing import PARCEL, request, turns
from tests.support.local_model import LACKING, local_model, weights

pytestmark = [pytest.mark.prove, pytest.mark.xdist_group("local-model"), pytest.mark.timeout(600)]

KETTLE = turns(
    ("customer", "Hello, the kettle I bought from you last month leaks. My order number is KT-40318."),
    ("bot", "I am sorry to hear that. Does it leak at the bottom or at the spout?"),
    ("customer", "At the bottom. I have already tried a new seal, it did not help."),
    ("bot", "You can return it within 30 days. Would you like a refund or a replacement?"),
    ("customer", "A refund of 34.90 euros please. My name is Mira Holt."),
    ("representative", "Hello Mira, I have started the refund. It takes five working days."),
)


@pytest.fixture(scope="module")
def model_url() -> Iterator[str]:
    if weights() is None:
        pytest.skip(LACKING)
    with local_model() as url:
        yield url


async def ask(url: str, structured: str, **more: object) -> tuple[Summary | None, str]:
    """The summary, or the reason for which there is none."""
    plugin = LlmSummarizer()
    plugin.configure(
        {
            "base_url": url,
            "model": "smollm2",
            "structured": structured,
            "timeout": 250,
            "max_output_tokens": 150,
        }
    )
    asked = request(deadline_ms=250_000, **more)  # type: ignore[arg-type]
    try:
        made = await plugin.summarize_later(asked)
    except SummaryFailed as failed:
        return None, failed.reason
    finally:
        await plugin.close()
    assert check_summary(asked, made) == []
    return made, ""


@pytest.mark.parametrize("chat,value", [(PARCEL, "BX-20417"), (KETTLE, "KT-40318")])
async def test_a_real_model_summarizes_a_chat(model_url: str, chat: tuple, value: str) -> None:
    made, reason = await ask(model_url, "never", chat=chat)
    assert made is not None, reason
    assert made.prose and made.issue and made.status == "ok"
    assert value in {fact.value for fact in made.facts}
    assert (made.maker.name, made.maker.model) == ("llm", "smollm2")
    assert made.tokens_in > 100 and made.tokens_out > 5


async def test_a_real_model_is_held_to_the_schema(model_url: str) -> None:
    """It writes JSON slowly and says little: a summary, or a reason that is about its words."""
    made, reason = await ask(model_url, "auto", chat=PARCEL)
    assert made is not None or reason in ("cut_answer", "nothing_left", "timeout")
