"""Identifiers in exchange for placeholders such as ``[EMAIL_1]``, and back. Standard library only.

For text that leaves the house: what comes back is restored, so that nothing is lost by it. ``Placeholders`` belongs to
one request: one value has one placeholder in all its texts, and nobody else's.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from batonpass.plugin_text.clean import clean_text
from batonpass.plugin_text.fold import fold, seen
from batonpass.plugin_text.names import name_forms

Span = tuple[int, int]

_MONTH = (
    r"(?:jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|mar(?:ch|s)?|märz|apr(?:il)?|may|mai|june?|juni|july?|juli"
    r"|aug(?:ust)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)"
)
_STREET = r"(?:street|st|road|rd|lane|ln|avenue|ave|drive|dr|court|ct|boulevard|blvd|way|place|square|terrace|close)"
_STRASSE = r"(?:straße|strasse|str\.|weg|platz|gasse|allee|ring|damm|ufer)"

# In order: what an earlier one took is not looked at again. The last two leave no digit in clear.
_KINDS: tuple[tuple[str, str], ...] = (
    ("EMAIL", r"[\w.+\-]{1,64}@[a-z0-9\-]{1,63}(?:\.[a-z0-9\-]{1,63}){1,4}"),
    (
        "EMAIL",
        r"[\w.+\-]{1,64} ?(?:\(at\)|\[at\]| at ) ?[a-z0-9\-]{1,63} ?(?:\(dot\)|\[dot\]| dot ) ?[a-z]{2,12}\b",
    ),
    ("LINK", r"\b(?:[a-z][a-z0-9+.\-]{1,15}://|www\.)[^\s<>\"]{1,500}"),
    ("USER", r"(?<![\w.])@[a-z_]\w{2,30}"),
    ("USER", r"(?<=username is )[\w.\-]{3,40}|(?<=username: )[\w.\-]{3,40}|(?<=user id is )[\w.\-]{3,40}"),
    ("IBAN", r"\b[a-z]{2}\d{2}(?: ?[0-9a-z]{4}){2,7}(?: ?[0-9a-z]{1,4})?\b"),
    ("ADDRESS", rf"\b\d{{1,5}}[a-z]? (?:[a-z][\w'’.\-]{{0,30}} ){{1,3}}{_STREET}\b\.?"),
    ("ADDRESS", rf"\b[a-zäöü][\wäöüß\-]{{1,40}} ?{_STRASSE} ?\d{{1,4}} ?[a-z]?\b"),
    ("DATE", r"\b(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.]\d{1,2}[/.]\d{2,4})\b"),
    (
        "DATE",
        (
            rf"\b(?:{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?"
            rf"|\d{{1,2}}(?:st|nd|rd|th|\.)?(?: of)? {_MONTH}(?:,? \d{{4}})?)\b"
        ),
    ),
    (
        "TIME",
        r"\b(?:\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]\.?m\b\.?)?|\d{1,2} ?[ap]\.?m\b\.?|\d{1,2} (?:uhr|o.?clock)\b)",
    ),
    ("PHONE", r"(?<![\w\-])(?:\+|00)\d(?:[ ()./\-]{0,2}\d){6,16}(?!\w)"),
    ("PHONE", r"(?<![\w\-+])\(?\d{2,5}\)?(?:[ .\-/]\d{2,5}){2,4}(?![\w\-])"),
    (
        "AMOUNT",
        (
            r"[$€£¥₹] ?\d[\d.,]{0,15}|\b(?:usd|eur|gbp|chf) ?\d[\d.,]{0,15}"
            r"|\b\d[\d.,]{0,15} ?(?:[$€£¥₹]|(?:dollars?|euros?|pounds?|usd|eur|gbp|chf)\b)"
        ),
    ),
)
_PATTERNS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _KINDS)
_TOKEN = re.compile(r"[^\W_][\w\-./:#]*")
_DIGIT = re.compile(r"\d")
_EDGE = ".,:;/-#"
_WRITTEN = re.compile(
    r"\[\s*([A-Za-z][A-Za-z_]{1,19})[ _\-]?(\d{1,5})\s*\]|\b([A-Z][A-Z_]{1,19})_(\d{1,5})\b"
)
_LEFT = re.compile(r"\[\s*[A-Z][A-Z_]{2,19}(?:[ _\-][\w]{0,8})?\s*\]")
KIND_NAME = re.compile(r"[A-Z][A-Z_]{1,19}")
"""What a kind's name looks like."""


class Placeholders:
    """The identifiers of one conversation.

    ``names`` are people's names to hide wherever they stand, whole or in part (``names.names_in`` finds them);
    ``extra`` are further (kind, pattern) pairs, looked for before all others.
    """

    def __init__(self, names: Iterable[str] = (), extra: Sequence[tuple[str, re.Pattern[str]]] = ()) -> None:
        self._names = _any_of(names)
        self._extra = tuple(extra)
        self._values: dict[str, str] = {}
        self._known: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}

    @property
    def values(self) -> dict[str, str]:
        """Every placeholder given out, without brackets, and what it stands for."""
        return dict(self._values)

    def hide(self, text: str) -> str:
        """``text`` (a few thousand characters; cut longer ones first) with a placeholder for each identifier:
        e-mail, link, name, address, and every token with a digit. No digit stays in clear."""
        folded = fold(text)
        out: list[str] = []
        done = 0
        for start, end, kind in sorted(self._found(folded.text)):
            begin, finish = folded.span(start, end)
            begin = max(begin, done)
            if begin < finish:
                out += [text[done:begin], f"[{self._placeholder(kind, text[begin:finish])}]"]
                done = finish
        return "".join((*out, text[done:]))

    def _found(self, text: str) -> Iterator[tuple[int, int, str]]:
        taken: list[Span] = []
        named = (("NAME", self._names),) if self._names else ()
        for kind, pattern in (*self._extra, *_PATTERNS[:3], *named, *_PATTERNS[3:]):
            for found in pattern.finditer(text):
                span = found.start(), found.start() + len(found[0].rstrip(".,"))
                if span[0] < span[1] and all(span[1] <= start or end <= span[0] for start, end in taken):
                    taken.append(span)
                    yield (*span, kind)
        for start, end in _between(taken, len(text)):
            yield from _numbers(text, start, end)

    def _placeholder(self, kind: str, value: str) -> str:
        key = (kind, clean_text(seen(value)).casefold())
        if key not in self._known:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._known[key] = f"{kind}_{self._counts[kind]}"
            self._values[self._known[key]] = value
        return self._known[key]

    def used(self, text: str) -> list[str] | None:
        """The placeholders in ``text``, as they are in ``values``; None when one of them was never given out."""
        written = [_name(found) for found in _WRITTEN.finditer(text)]
        unknown = any(name not in self._values for name in written) or _LEFT.search(_WRITTEN.sub(" ", text))
        return None if unknown else written

    def restore(self, text: str) -> str | None:
        """``text`` with the values again; None when it holds a placeholder that was never given out."""
        if self.used(text) is None:
            return None
        return _WRITTEN.sub(lambda found: self._values[_name(found)], text)


def without_placeholders(text: str) -> str:
    """``text`` with a space for each placeholder."""
    return _WRITTEN.sub(" ", text)


def _name(found: re.Match[str]) -> str:
    kind, number = (found[1], found[2]) if found[1] else (found[3], found[4])
    return f"{kind.strip('_').upper()}_{int(number)}"


def _between(taken: list[Span], length: int) -> Iterator[Span]:
    done = 0
    for start, end in sorted(taken):
        if done < start:
            yield done, start
        done = max(done, end)
    if done < length:
        yield done, length


def _numbers(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Every token with a digit."""
    for found in _TOKEN.finditer(text, start, end):
        if _DIGIT.search(found[0]):
            token = found[0].rstrip(_EDGE)
            plain = all(char.isdigit() or char in _EDGE for char in token)
            yield found.start(), found.start() + len(token), "NUMBER" if plain else "REF"


def _any_of(names: Iterable[str]) -> re.Pattern[str] | None:
    forms = {form for name in names for form in name_forms(name)}
    if not forms:
        return None
    longest = sorted(forms, key=lambda form: (-len(form), form))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)")
