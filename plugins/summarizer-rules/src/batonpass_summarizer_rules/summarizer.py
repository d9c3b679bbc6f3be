"""Puts the parts together."""

import string
from dataclasses import replace

from batonpass.plugin_api import MAX_CHARS, Maker, Summary, SummaryRequest, Turn, clean_text
from batonpass_summarizer_rules.choose import choose_facts
from batonpass_summarizer_rules.hostile import trusted_sentences
from batonpass_summarizer_rules.issue import intent_of, issue_turn, later_wish
from batonpass_summarizer_rules.mood import sentiment_of
from batonpass_summarizer_rules.prose import fit, said_by, told
from batonpass_summarizer_rules.secrets import Guard, guard_for
from batonpass_summarizer_rules.steps import (
    asks_for_person,
    last_word,
    open_question,
    outcome_of,
    speaks_of_person,
    steps_of,
)
from batonpass_summarizer_rules.text import MAX_TEXT, cut_words, language_of, sentences_of

# Of a very long chat the beginning (what it is about) and the end (how it stands) are read.
FIRST_TURNS = 60
LAST_TURNS = 240

_IN_WORDS = string.ascii_letters + string.digits + ".,-/:@_"


class RulesSummarizer:
    """The default summarizer: no model, no download, the same summary for the same request."""

    name = "rules"
    version = "1"
    immediate = True

    def summarize(self, request: SummaryRequest) -> Summary:
        """Pure; reads each message once, later calls find its facts in a cache keyed by its words."""
        maker = Maker(self.name, self.version)
        whole = _ends(request.turns)
        turns = tuple(turn for turn in _read(whole) if _believed(turn))
        found = issue_turn(turns)
        if found is None:
            return _too_short(maker, request)
        guard = guard_for(whole, request.reason)  # a secret may be told after what is read
        sentence = guard.words(found[0])  # before it is cut: half a secret would not be known for one
        issue = clean_text(told(cut_words(sentence, 40, 240)))[: MAX_CHARS["issue"]] if sentence else ""
        steps = steps_of(turns, guard)
        next_step = _next_step(turns, guard)
        sentences = (
            issue,
            _later(turns, guard, found),
            _last_word(turns, guard, found[1]),
            _wish(turns, request, next_step),
            next_step,
        )
        return Summary(
            maker=maker,
            status="ok" if issue else "too_short",
            status_reason="" if issue else "the customer's words may not be shown",
            transfer_reason=cut_words(guard.words(clean_text(request.reason)), 50, 280),
            issue=issue,
            intent=guard.words(cut_words(clean_text(intent_of(sentence)), 6, 58)),
            facts=choose_facts(turns, guard, request.budget.facts),
            steps=steps,
            outcome=outcome_of(turns),
            sentiment=sentiment_of(turns),
            next_step=next_step,
            language=language_of([turn.text for turn in turns if turn.role == "customer"]),
            prose=fit(sentences, request.budget.words),
            first_seq=request.turns[0].seq,
            last_seq=request.turns[-1].seq,
        )


def _ends(turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    return turns if len(turns) <= FIRST_TURNS + LAST_TURNS else (*turns[:FIRST_TURNS], *turns[-LAST_TURNS:])


def _read(turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    """Each turn as far as it is read: what is remembered of a message is bounded by that."""
    if all(len(turn.text) <= MAX_TEXT for turn in turns):
        return turns
    return tuple(replace(turn, text=_beginning(turn.text)) for turn in turns)


def _believed(turn: Turn) -> bool:
    """A customer's message of which nothing is believed would stand between a question and its answer."""
    if turn.role != "customer" or turn.sensitive:
        return True
    return bool(trusted_sentences(turn.text)) or not sentences_of(turn.text)


def _beginning(text: str) -> str:
    """Cut where no word or number is halved."""
    return text if len(text) <= MAX_TEXT else text[:MAX_TEXT].rstrip(_IN_WORDS)


def _too_short(maker: Maker, request: SummaryRequest) -> Summary:
    covered = (request.turns[0].seq, request.turns[-1].seq) if request.turns else (0, 0)
    reason = "the customer has said nothing that could be summarised"
    return Summary(
        maker, "too_short", reason, clean_text(request.reason, 200), first_seq=covered[0], last_seq=covered[1]
    )


def _later(turns: tuple[Turn, ...], guard: Guard, issue: tuple[str, Turn]) -> str:
    said = cut_words(guard.words(later_wish(turns, *issue)), 30, 200)
    wish = clean_text(told(said)) if said else ""
    return (
        f"Later the customer {wish.removeprefix('The customer ')}" if wish.startswith("The customer ") else ""
    )


def _last_word(turns: tuple[Turn, ...], guard: Guard, issue: Turn) -> str:
    """What the agent side did or said last about it."""
    found = last_word(turns, issue.seq)
    if found is None:
        return ""
    words = cut_words(guard.words(found[0]), 28, 200)
    return clean_text(said_by(found[1].role, words)) if words else ""


def _wish(turns: tuple[Turn, ...], request: SummaryRequest, next_step: str) -> str:
    asked = request.purpose == "transfer" and asks_for_person(turns) and not speaks_of_person(next_step)
    return "The customer asked for a person." if asked else ""


def _next_step(turns: tuple[Turn, ...], guard: Guard) -> str:
    found = open_question(turns)
    if found is None:
        return ""
    sentence, turn = found
    words = cut_words(guard.words(sentence), 30, 220)
    who = (
        "Open question from the customer"
        if turn.role == "customer"
        else "Waiting for the customer's answer to"
    )
    return clean_text(f'{who}: "{words}"') if words else ""
