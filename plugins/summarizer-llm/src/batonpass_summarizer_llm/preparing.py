"""From a request to what a model may read: secrets gone, identifiers exchanged, hostile words left out, cut to size."""

import json
import re
import secrets as chance
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from batonpass_summarizer_rules import RulesSummarizer
from batonpass_summarizer_rules.text import language_of

from batonpass.plugin_api import (
    HIDDEN,
    Summary,
    SummaryRequest,
    Turn,
    clean_text,
    is_secret_name,
    mask,
    secret_values,
)
from batonpass.plugin_text.names import names_in
from batonpass.plugin_text.placeholders import Placeholders
from batonpass_summarizer_llm.hostile import read, read_turn
from batonpass_summarizer_llm.options import Options

CHARS_PER_TOKEN = 4  # a rough estimate, on the safe side for Latin scripts
PROMPT_TOKENS = 700  # our own instructions and the frame around the turns
TURN_CHARS = 40  # what JSON adds to a turn
MAX_MESSAGE = 2_000
MAX_SCANNED = 300  # turns in which names and secrets are looked for, beside those that are sent
MAX_VARIABLES = 30
MAX_VARIABLE = 200
_NAME_KEY = re.compile(r"(?<![a-z])name(?![a-z])", re.IGNORECASE)
_NOT_A_PERSON = re.compile(
    r"user|file|product|hotel|restaurant|event|place|street|company|file", re.IGNORECASE
)
_WORDS = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the model is asked about, and what its answer is checked against."""

    request: SummaryRequest
    facts: Summary
    """The rules' summary of the same chat, hostile words left out."""
    turns: tuple[Turn, ...]
    """Those that are sent: secrets masked, hostile words left out, identifiers still in clear."""
    data: dict[str, Any]
    """Everything beside the turns that is sent, identifiers exchanged."""
    sent: tuple[dict[str, Any], ...]
    """The turns as they are sent."""
    sources: tuple[str, ...]
    """Every text whose specifics may stand in a summary."""
    hostile: tuple[str, ...]
    """What was left out because it talks to a program."""
    placeholders: Placeholders | None
    boundary: str
    language: str
    cut: bool

    def message(self) -> str:
        """The user's message: JSON, one object a line, between two lines with the boundary."""
        lines = [json.dumps(self.data, ensure_ascii=False)] if self.data else []
        lines += [json.dumps(turn, ensure_ascii=False) for turn in self.sent]
        return "\n".join((self.boundary, *lines, self.boundary))


def is_too_short(turns: Iterable[Turn]) -> bool:
    """Whether the customer has said nothing that could be summarised: no three words, no line in a script without
    spaces."""
    words = 0
    for turn in turns:
        if turn.role == "customer" and not turn.sensitive:
            found = _WORDS.findall(turn.text[:MAX_MESSAGE])
            words += len(found) + sum(len(word) // 4 for word in found if not word.isascii())
        if words > 2:
            return False
    return True


def believed(request: SummaryRequest) -> tuple[SummaryRequest, tuple[str, ...]]:
    """The request without what talks to a program, and that. A turn of which nothing stays goes: it would stand
    between a question and its answer."""
    taken: list[str] = []
    turns: list[Turn] = []
    for turn in request.turns:
        reading = None if turn.sensitive else read_turn(turn)
        if reading is not None and reading.taken:
            taken.append(reading.taken)
            turns += [replace(turn, text=reading.kept)] if reading.kept else []
        else:
            turns.append(turn)
    reason, note = read(request.reason, "bot"), read(request.note, "bot")
    taken += [reading.taken for reading in (reason, note) if reading.taken]
    context = {}
    for key, value in list(request.context.items())[:MAX_VARIABLES]:
        reading = read(value[:MAX_MESSAGE], "bot")
        context[key] = reading.kept if reading.taken else value
        taken += [reading.taken] if reading.taken else []
    cleared = replace(
        request,
        turns=tuple(turns),
        reason=reason.kept if reason.taken else request.reason,
        note=note.kept if note.taken else request.note,
        context=context,
    )
    return cleared, tuple(taken)


def prepare(request: SummaryRequest, options: Options, rules: RulesSummarizer) -> Prepared:
    """Read, mask, exchange and cut. Takes some milliseconds for an ordinary chat; pure but for the boundary."""
    clear, hostile = believed(request)
    facts = rules.summarize(clear)
    scanned = _scanned(request.turns)
    hidden = secret_values([*scanned, *(Turn(0, "system", text) for text in (clear.reason, clear.note))])
    turns, cut = _newest(clear.turns, options, _spent(clear, facts))
    masked = tuple(_masked(turn, hidden) for turn in turns)
    names = (*names_in(scanned), *_other_names(clear, facts))
    placeholders = Placeholders(names, options.extra_patterns) if options.redact else None
    context = _context(clear, hidden)
    reason, note = (_plain(text, hidden, 1_000) for text in (clear.reason, clear.note))
    known = [f"{fact.name}: {fact.value}" for fact in facts.facts] if cut else []
    earlier = facts.issue if cut else ""
    exchange = placeholders.hide if placeholders else str
    data = {
        "reason": exchange(reason), "note": exchange(note),
        "context": {exchange(key): exchange(value) for key, value in context.items()},
        "earlier": exchange(earlier), "facts": [exchange(fact) for fact in known],
    }  # fmt: skip
    return Prepared(
        request=request,
        facts=facts,
        turns=masked,
        data={key: value for key, value in data.items() if value},
        sent=tuple({"turn": turn.seq, "role": turn.role, "text": exchange(turn.text)} for turn in masked),
        sources=(
            *(t.text for t in masked if not t.sensitive),
            reason,
            note,
            *context.values(),
            earlier,
            *known,
        ),
        hostile=hostile,
        placeholders=placeholders,
        boundary=chance.token_hex(12),
        language=facts.language or language_of([turn.text for turn in masked]) or clear.locale[:20],
        cut=cut,
    )


def _scanned(turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    """Of a very long chat the beginning and the end."""
    half = MAX_SCANNED // 2
    return turns if len(turns) <= MAX_SCANNED else (*turns[:half], *turns[-half:])


def _masked(turn: Turn, hidden: frozenset[str]) -> Turn:
    return replace(turn, text=HIDDEN if turn.sensitive else _shortened(mask(turn.text, hidden)))


def _shortened(text: str) -> str:
    """The beginning and the end of a long message."""
    text = "\n".join(line for raw in text[: MAX_MESSAGE * 50].splitlines() if (line := clean_text(raw)))
    if len(text) <= MAX_MESSAGE:
        return text
    half = MAX_MESSAGE // 2
    return f"{text[:half].rsplit(' ', 1)[0]} … {text[-half:].split(' ', 1)[-1]}"


def _plain(text: str, hidden: frozenset[str], most: int) -> str:
    return clean_text(mask(text, hidden), most)


def _context(request: SummaryRequest, hidden: frozenset[str]) -> dict[str, str]:
    return {
        clean_text(key, 60): HIDDEN if is_secret_name(key) else _plain(value, hidden, MAX_VARIABLE)
        for key, value in request.context.items()
    }


def _newest(turns: tuple[Turn, ...], options: Options, spent: int) -> tuple[tuple[Turn, ...], bool]:
    """As many of the newest turns as the budget holds, at least the last; whether that is not all of them."""
    left = (options.max_input_tokens - PROMPT_TOKENS) * CHARS_PER_TOKEN - spent
    kept: list[Turn] = []
    for turn in reversed(turns):
        left -= min(len(turn.text), MAX_MESSAGE) + TURN_CHARS
        if left < 0 and kept:
            break
        kept.append(turn)
    return tuple(reversed(kept)), len(kept) < len(turns)


def _spent(request: SummaryRequest, facts: Summary) -> int:
    """Characters of what is sent beside the turns."""
    told = [request.reason[:1_000], request.note[:1_000], facts.issue]
    told += [value[:MAX_VARIABLE] for value in request.context.values()]
    return sum(map(len, told)) + sum(len(fact.name) + len(fact.value) + 6 for fact in facts.facts)


def _other_names(request: SummaryRequest, facts: Summary) -> Iterator[str]:
    """Names that are known without a cue: the customer's public name, facts and variables that are called so."""
    yield from {turn.name for turn in request.turns if turn.role == "customer" and len(turn.name) > 1}
    named = [(fact.name, fact.value) for fact in facts.facts] + list(request.context.items())
    for name, value in named:
        if _NAME_KEY.search(name.replace("_", " ")) and not _NOT_A_PERSON.search(name) and len(value) <= 60:
            yield value
