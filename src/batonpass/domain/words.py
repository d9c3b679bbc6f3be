"""The words customers read at every transition (DESIGN law 8): defaults, or the operator's own.

A word is plain text with placeholders in braces, `{agent}`; a doubled brace is a brace. Placeholders stand
for public names and are filled in one pass, so a name with braces in it stays what it is. An empty word
mutes.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

DEFAULT_LOCALE = "en"
MAX_WORD = 500

PARAMS: dict[str, frozenset[str]] = {
    "welcome_bot": frozenset({"agent"}),
    "joined": frozenset({"agent"}),
    "joined_bot": frozenset({"agent"}),
    "passing_to_person": frozenset({"giver"}),
    "passing_to_bot": frozenset({"giver"}),
    "passed_to_bot": frozenset({"giver", "agent"}),
    "lost_person": frozenset({"agent"}),
    "lost_bot": frozenset({"agent"}),
    "waiting": frozenset(),
    "transfer_started": frozenset({"giver"}),
    "transfer_started_bot": frozenset({"giver"}),
    "transfer_ended": frozenset({"giver"}),
    "helper_joined": frozenset({"agent"}),
    "helper_left": frozenset({"agent"}),
    "left": frozenset({"agent"}),
    "returned": frozenset({"giver"}),
    "went_back": frozenset({"agent"}),
    "passed_back_waiting": frozenset(),
    "passed_back_closed": frozenset(),
    "waiting_closed": frozenset({"opens"}),
    "took_over": frozenset({"agent"}),
    "on_hold": frozenset({"agent"}),
    "on_hold_silent": frozenset({"agent"}),
    "hold_over": frozenset({"agent"}),
    "resumed": frozenset({"agent"}),
    "reopened": frozenset(),
    "idle_warning": frozenset(),
    "no_reply": frozenset({"agent"}),
    "closed_by_supervisor": frozenset(),
    "closed_by_customer": frozenset(),
    "closed_resolved": frozenset({"agent"}),
    "closed_unanswered": frozenset(),
    "contact_left": frozenset(),
    "closed_idle": frozenset(),
    "closed_abandoned": frozenset(),
    "closed_hours": frozenset(),
}
"""Every notice code, and the placeholders its words may use. `agent` comes or is meant, `giver` passes on;
both are public names. `opens` is when a closed queue opens, by the clock of its place."""

DEFAULTS: dict[str, dict[str, str]] = {
    "en": {
        "welcome_bot": "You are talking to {agent}. Ask for a person at any time.",
        "joined": "{agent} has joined and has read the chat so far.",
        "joined_bot": "{agent} has joined. Ask for a person at any time.",
        "passing_to_person": "{giver} is passing you to a person. They will see what you wrote here.",
        "passing_to_bot": "{giver} is passing you to a bot. Ask for a person at any time.",
        "passed_to_bot": "{giver} has passed you to {agent}. Ask for a person at any time.",
        "lost_person": "{agent} lost connection. We are finding someone else; your messages are kept.",
        "lost_bot": "{agent} is not answering. We are finding someone else; your messages are kept.",
        "waiting": "We are finding a person for you. You can go on writing; your messages are kept.",
        "transfer_started": "{giver} is finding the right person for you, and stays until they are here.",
        "transfer_started_bot": "{giver} is passing you to a bot, and stays until it is here.",
        "transfer_ended": "{giver} goes on with you.",
        "helper_joined": "{agent} has joined to help.",
        "helper_left": "{agent} has left the chat.",
        "left": "{agent} has left. We are finding someone else; your messages are kept.",
        "returned": "Nobody else is free right now. We are asking {giver} again; your messages are kept.",
        "went_back": "You are back with {agent}. Ask for a person at any time.",
        "passed_back_waiting": "Nobody is free right now. A bot goes on with you; ask for a person at any time.",
        "passed_back_closed": "We are closed now. A bot goes on with you; ask for a person when we are open.",
        "waiting_closed": "We are closed until {opens}. You can wait here and go on writing; your messages are kept.",
        "took_over": "{agent} has taken over and has read the chat so far.",
        "on_hold": "{agent} has put this chat on hold. You can write at any time; your messages are kept.",
        "on_hold_silent": "It has been quiet, so the chat is on hold. Write, and {agent} is asked to go on.",
        "hold_over": "We are asking {agent} to go on with you; your messages are kept.",
        "resumed": "{agent} goes on with you.",
        "idle_warning": "Are you still there? If not, this chat rests or ends soon.",
        "no_reply": "{agent} has not answered yet. We are finding someone else; your messages are kept.",
        "reopened": "The chat is open again. We are finding someone; your messages are kept.",
        "closed_by_supervisor": "The chat was closed. You can start a new one at any time.",
        "closed_by_customer": "You ended the chat.",
        "closed_resolved": "{agent} has marked this as solved. The chat is closed.",
        "closed_unanswered": "Nobody could answer in time. The chat is closed; you can start a new one.",
        "contact_left": "Thank you. We have your message and will get back to you. The chat is closed.",
        "closed_abandoned": "You had left before anyone could answer, so the chat is closed.",
        "closed_idle": "It has been quiet for long, so the chat is closed. You can start a new one at any time.",
        "closed_hours": "We are closed now. The chat is closed; you can start a new one when we are open.",
    },
    "de": {
        "welcome_bot": "Sie sprechen mit {agent}. Sie können jederzeit nach einem Menschen fragen.",
        "joined": "{agent} ist jetzt hier und hat den bisherigen Chat gelesen.",
        "joined_bot": "{agent} ist jetzt hier. Sie können jederzeit nach einem Menschen fragen.",
        "passing_to_person": "{giver} gibt Sie an einen Menschen weiter. Was Sie hier geschrieben haben, "
        "ist dort zu sehen.",
        "passing_to_bot": "{giver} gibt Sie an einen Bot weiter. Sie können jederzeit nach einem Menschen "
        "fragen.",
        "passed_to_bot": "{giver} hat Sie an {agent} weitergegeben. Sie können jederzeit nach einem "
        "Menschen fragen.",
        "lost_person": "Die Verbindung zu {agent} ist abgerissen. Wir suchen jemand anderen; Ihre "
        "Nachrichten bleiben erhalten.",
        "lost_bot": "{agent} antwortet nicht. Wir suchen jemand anderen; Ihre Nachrichten bleiben erhalten.",
        "waiting": "Wir suchen einen Menschen für Sie. Sie können weiterschreiben; Ihre Nachrichten "
        "bleiben erhalten.",
        "transfer_started": "{giver} sucht den richtigen Menschen für Sie und bleibt, bis er hier ist.",
        "transfer_started_bot": "{giver} gibt Sie an einen Bot weiter und bleibt, bis er hier ist.",
        "transfer_ended": "{giver} ist weiter für Sie da.",
        "helper_joined": "{agent} ist zur Hilfe dazugekommen.",
        "helper_left": "{agent} hat den Chat verlassen.",
        "left": "{agent} hat den Chat verlassen. Wir suchen jemand anderen; Ihre Nachrichten bleiben "
        "erhalten.",
        "returned": "Gerade ist niemand anderes frei. Wir fragen {giver} noch einmal; Ihre Nachrichten "
        "bleiben erhalten.",
        "went_back": "{agent} ist wieder für Sie da. Sie können jederzeit nach einem Menschen fragen.",
        "passed_back_waiting": "Gerade ist niemand frei. Ein Bot macht weiter; Sie können jederzeit nach einem "
        "Menschen fragen.",
        "passed_back_closed": "Wir haben gerade geschlossen. Ein Bot macht weiter; fragen Sie nach einem "
        "Menschen, wenn wir geöffnet haben.",
        "waiting_closed": "Wir haben bis {opens} geschlossen. Sie können hier warten und weiterschreiben; Ihre "
        "Nachrichten bleiben erhalten.",
        "took_over": "{agent} hat übernommen und hat den bisherigen Chat gelesen.",
        "on_hold": "{agent} hat den Chat angehalten. Sie können jederzeit schreiben; Ihre Nachrichten bleiben "
        "erhalten.",
        "on_hold_silent": "Es war eine Weile still, deshalb ruht der Chat. Wenn Sie schreiben, fragen wir {agent}.",
        "hold_over": "Wir bitten {agent}, mit Ihnen weiterzumachen; Ihre Nachrichten bleiben erhalten.",
        "resumed": "{agent} macht mit Ihnen weiter.",
        "idle_warning": "Sind Sie noch da? Sonst ruht oder endet dieser Chat bald.",
        "no_reply": "{agent} hat noch nicht geantwortet. Wir suchen jemand anderen; Ihre Nachrichten bleiben "
        "erhalten.",
        "reopened": "Der Chat ist wieder offen. Wir suchen jemanden für Sie; Ihre Nachrichten bleiben erhalten.",
        "closed_by_supervisor": "Der Chat wurde geschlossen. Sie können jederzeit einen neuen beginnen.",
        "closed_by_customer": "Sie haben den Chat beendet.",
        "closed_resolved": "{agent} hat Ihr Anliegen als gelöst markiert. Der Chat ist geschlossen.",
        "closed_unanswered": "Niemand konnte rechtzeitig antworten. Der Chat ist geschlossen; Sie können "
        "einen neuen beginnen.",
        "contact_left": "Danke. Ihre Nachricht ist bei uns, wir melden uns. Der Chat ist geschlossen.",
        "closed_abandoned": "Sie waren gegangen, bevor jemand antworten konnte; der Chat ist geschlossen.",
        "closed_idle": "Es war lange still, deshalb ist der Chat geschlossen. Sie können jederzeit einen neuen "
        "beginnen.",
        "closed_hours": "Wir haben gerade geschlossen. Der Chat ist beendet; Sie können einen neuen beginnen, "
        "wenn wir geöffnet haben.",
    },
}
"""The words of the house, by locale and code. Every code has an English one."""

_PART = re.compile(r"\{\{|\}\}|\{([a-z_]+)\}|[{}]")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff]")


def problem(code: str, text: str) -> str | None:
    """Say what is wrong with a word of the operator's, as "found, expected"; None when it may be used."""
    if code not in PARAMS:
        return f"no notice has the code {code!r}, expected one of {', '.join(sorted(PARAMS))}"
    if len(text) > MAX_WORD:
        return f"has {len(text)} characters, expected at most {MAX_WORD}"
    if _CONTROL.search(text):
        return "has a control character, expected plain text"
    known = ", ".join(f"{{{name}}}" for name in sorted(PARAMS[code])) or "none"
    for found in _PART.finditer(text):
        if found[0] in {"{", "}"}:
            return f"has a single {found[0]!r}, expected a placeholder such as {{agent}}, or it doubled"
        if found[1] is not None and found[1] not in PARAMS[code]:
            return f"has the unknown placeholder {found[0]}, expected {known}"
    return None


class Words:
    """The words in use: the operator's over the defaults."""

    def __init__(
        self,
        overrides: Mapping[str, Mapping[str, str]] | None = None,
        queues: Mapping[str, Mapping[str, Mapping[str, str]]] | None = None,
    ) -> None:
        """Take the operator's words by locale and code; those of the default locale also stand in for
        locales without words. A word muted there is muted everywhere, unless a locale has its own. `queues` has
        the words of single queues, which come before those of the house.

        Raises:
            ValueError: a word cannot be used; the message names locale and code.
        """
        given = _checked(overrides or {})
        self._words = {
            locale: DEFAULTS.get(locale, {}) | _muted(given) | given.get(locale, {})
            for locale in {**DEFAULTS, **given}
        }
        self._queues = {queue_id: _of_queue(_checked(words)) for queue_id, words in (queues or {}).items()}

    def notice(
        self, code: str, params: Mapping[str, str], locale: str = "", queue_id: str = ""
    ) -> dict[str, Any]:
        """Return a notice as `{code, params, text, locale, muted}` for a customer of this locale.

        `params` may hold more than the code's words can use; the notice keeps only those of the code, muted
        ones too, for clients with words of their own. `locale` in the answer is that of the text.

        Raises:
            KeyError: no such code, or a name its words may use is missing. Both are faults of the caller.
        """
        used = {name: params[name] for name in sorted(PARAMS[code])}
        found, word = self._word(code, locale, queue_id)
        text = _PART.sub(lambda part: _fill(part, used), word)
        return {"code": code, "params": used, "text": text, "locale": found, "muted": not text}

    def table(self, locale: str = DEFAULT_LOCALE) -> dict[str, str]:
        """Return every code with its unfilled word for this locale."""
        return {code: self._word(code, locale)[1] for code in PARAMS}

    def _word(self, code: str, locale: str, queue_id: str = "") -> tuple[str, str]:
        for key in _chain(locale):
            for words in (self._queues.get(queue_id, {}), self._words):
                word = words.get(key, {}).get(code)
                if word is not None:
                    return key, word
        raise KeyError(code)


def _checked(overrides: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    given = {_key(locale): dict(words) for locale, words in overrides.items()}
    for locale, words in given.items():
        for code, text in words.items():
            if wrong := problem(code, text):
                raise ValueError(f"words.{locale}.{code}: {wrong}")
    return given


def _muted(given: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """What is muted in the default locale is muted in all, but for those with their own words."""
    return {code: "" for code, text in given.get(DEFAULT_LOCALE, {}).items() if not text}


def _of_queue(given: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """A queue's own words; what it mutes in the default locale is muted in all that it has no words of."""
    spoken = {locale: _muted(given) | words for locale, words in given.items() if locale != DEFAULT_LOCALE}
    silent = {locale: _muted(given) for locale in DEFAULTS if locale not in given}
    return {**silent, **spoken, DEFAULT_LOCALE: given.get(DEFAULT_LOCALE, {})}


def _key(locale: str) -> str:
    return locale.replace("_", "-").lower()


def chain(locale: str) -> Iterator[str]:
    """Yield `de-at`, then `de`."""
    parts = _key(locale).split("-")
    for length in range(len(parts), 0, -1):
        yield "-".join(parts[:length])


def _chain(locale: str) -> Iterator[str]:
    """Yield `de-at`, `de`, then the default."""
    yield from chain(locale)
    yield DEFAULT_LOCALE


def _fill(part: re.Match[str], params: Mapping[str, str]) -> str:
    return params[part[1]] if part[1] else part[0][0]
