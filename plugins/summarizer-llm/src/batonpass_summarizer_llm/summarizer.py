"""Puts the parts together: facts by code, words by the model, each sentence checked."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

from batonpass_summarizer_rules import RulesSummarizer

from batonpass.plugin_api import (
    MAX_CHARS,
    MAX_STEP,
    MAX_STEPS,
    Fact,
    Maker,
    Outcome,
    Sentiment,
    Step,
    Summary,
    SummaryFailed,
    SummaryRequest,
    check_summary,
    clean_text,
    protected_values,
)
from batonpass_summarizer_llm.answers import (
    Told,
    is_json,
    is_refusal,
    read_json,
    read_plain,
    without_thoughts,
)
from batonpass_summarizer_llm.checking import Checker
from batonpass_summarizer_llm.client import Answer, Messages, ModelClient, load
from batonpass_summarizer_llm.options import Options, read_options
from batonpass_summarizer_llm.preparing import Prepared, is_too_short, prepare
from batonpass_summarizer_llm.prompts import Prompts

VERSION = "1"
MARGIN = 0.1  # of the deadline, at most MARGIN_S, stays for the checks and the way back
MARGIN_S = 0.3


@dataclass(slots=True)
class _Setup:
    options: Options
    prompts: Prompts
    client: ModelClient


class LlmSummarizer:
    """The summarizer that asks a model. ``configure`` first; see the package's docstring for reasons of failure."""

    name = "llm"
    immediate = False

    def __init__(self) -> None:
        self.version = VERSION
        self._rules = RulesSummarizer()
        self._setup: _Setup | None = None

    def configure(self, options: Mapping[str, object]) -> None:
        """Read the options, try the prompts, import the client (about a second). ValueError when something is
        wrong; then the plugin is as it was before."""
        read = read_options(options)
        prompts = Prompts(read.prompts, read.prompt_version)
        try:
            load()
        except ImportError as error:
            raise ValueError(f"the openai client cannot be imported: {error}") from None
        self._setup = _Setup(read, prompts, ModelClient(read))
        self.version = f"{VERSION}, prompts {'own ' if read.prompts else ''}{read.prompt_version}"

    async def summarize_later(self, request: SummaryRequest) -> Summary:
        """The summary within ``request.deadline_ms``. SummaryFailed says why there is none."""
        loop = asyncio.get_running_loop()
        deadline_s = request.deadline_ms / 1000
        until = loop.time() + deadline_s - min(deadline_s * MARGIN, MARGIN_S)
        setup = self._setup
        if setup is None:
            raise SummaryFailed("not_configured")
        if is_too_short(request.turns):
            return self._too_short(request)
        try:
            async with asyncio.timeout_at(until):
                prepared = await asyncio.to_thread(prepare, request, setup.options, self._rules)
        except TimeoutError:
            raise SummaryFailed("timeout") from None
        if is_too_short(prepared.turns):
            return self._too_short(request)
        answer = await setup.client.ask(lambda structured: _messages(setup, prepared, structured), until)
        told = read_answer(answer, setup.client)
        return await asyncio.to_thread(self._finish, setup, prepared, told, answer)

    async def close(self) -> None:
        """Close the connections to the server."""
        if self._setup is not None:
            await self._setup.client.close()

    def _finish(self, setup: _Setup, prepared: Prepared, told: Told, answer: Answer) -> Summary:
        maker = Maker(self.name, self.version, clean_text(setup.options.model, 60))
        prompt = " ".join(_prompt(setup, prepared, answer.structured))
        summary = replace(
            finished(prepared, told, prompt),
            maker=maker,
            tokens_in=answer.tokens_in,
            tokens_out=answer.tokens_out,
        )
        if check_summary(prepared.request, summary):
            raise SummaryFailed("broke_contract")
        return summary

    def _too_short(self, request: SummaryRequest) -> Summary:
        covered = (request.turns[0].seq, request.turns[-1].seq) if request.turns else (0, 0)
        reason = "the customer has said nothing that could be summarised"
        return Summary(
            Maker(self.name, self.version), "too_short", reason, first_seq=covered[0], last_seq=covered[1]
        )


def _prompt(setup: _Setup, prepared: Prepared, structured: bool) -> tuple[str, str]:
    return setup.prompts.text(
        prepared.request.purpose,
        boundary=prepared.boundary,
        words=prepared.request.budget.words,
        language=prepared.language,
        redacted=prepared.placeholders is not None,
        structured=structured,
        cut=prepared.cut,
    )


def _messages(setup: _Setup, prepared: Prepared, structured: bool) -> Messages:
    before, after = _prompt(setup, prepared, structured)
    chat = f"{prepared.message()}\n\n{after}" if after else prepared.message()
    return [{"role": "system", "content": before}, {"role": "user", "content": chat}]


def read_answer(answer: Answer, client: ModelClient) -> Told:
    """What the model said. An answer in words where JSON was asked for shows that the server cannot do it."""
    text = without_thoughts(answer.text)
    if not text:
        raise SummaryFailed("cut_answer" if answer.cut else "empty_answer")
    if is_refusal(text):
        raise SummaryFailed("refused", blamed=False)
    if is_json(text):
        return read_json(text)
    if answer.structured:
        client.dialect.structured = False
    return read_plain(text, cut=answer.cut)


def finished(prepared: Prepared, told: Told, prompt: str = "") -> Summary:
    """The rules' summary with the model's words where they pass. SummaryFailed("nothing_left") when none do."""
    request, facts = prepared.request, prepared.facts
    secrets = protected_values(request.turns)
    checker = Checker(
        prepared.sources, prepared.hostile, prepared.placeholders, secrets, prepared.language, prompt
    )
    issue = checker.keep(told.issue, MAX_CHARS["issue"])
    prose = checker.keep(told.prose, MAX_CHARS["prose"], request.budget.words)
    if not issue and not prose:
        raise SummaryFailed("nothing_left", blamed=False)
    outcome, sentiment = told.outcome or facts.outcome, told.sentiment or facts.sentiment
    if prepared.hostile:  # somebody tries to steer the model: what a word alone can turn is left to code
        outcome, sentiment = facts.outcome, facts.sentiment
    return replace(
        facts,
        status="ok",
        status_reason="",
        issue=issue or facts.issue,
        prose=prose or facts.prose,
        next_step=checker.keep(told.next_step, MAX_CHARS["next_step"]) or facts.next_step,
        steps=_steps(checker, prepared, told) or facts.steps,
        outcome=cast("Outcome", outcome),
        sentiment=cast("Sentiment", sentiment),
        facts=_facts(prepared),
        language=facts.language,
        first_seq=request.turns[0].seq,
        last_seq=request.turns[-1].seq,
    )


def _facts(prepared: Prepared) -> tuple[Fact, ...]:
    """The rules' facts: no word of the model is in them."""
    return prepared.facts.facts


def _steps(checker: Checker, prepared: Prepared, told: Told) -> tuple[Step, ...]:
    """The model's wording of what was done; by whom says the turn it names."""
    turns = {turn.seq: turn for turn in prepared.turns if not turn.sensitive and turn.role != "system"}
    steps: list[Step] = []
    for seq, words in told.steps:
        text = checker.keep(words, MAX_STEP) if seq in turns else ""
        if text and len(steps) < MAX_STEPS and all(step.text != text for step in steps):
            steps.append(Step(turns[seq].role, text, seq))
    return tuple(sorted(steps, key=lambda step: step.seq))
