"""Text helpers that summarizer plugins and the host share. Standard library only.

``clean_text`` is the one definition of text that may be shown (no control or bidirectional characters, no
HTML, no links, no lone surrogates); a summary is clean when every text in it equals its own ``clean_text``.
``normal`` and ``compact`` are the two forms in which "this value stands in that text" is decided.
"""

import re
import unicodedata
from functools import lru_cache

from batonpass.plugin_text.fold import seen

# Joiners shape Persian, Hindi and emoji; every other invisible format character is dropped.
_KEPT_FORMAT = "\u200c\u200d"
_ODD = re.compile("[^\x20-\x7e]")
_TAG = re.compile(r"<!--.*?(?:-->|$)|<[A-Za-z/!?][^<>]*>", re.DOTALL)
_OPEN_TAG = re.compile(r"(?<!<)<+(?=[A-Za-z/!?])")
_LINK = re.compile(
    r"\b[a-z][a-z0-9+.\-]{1,15}:/{2,}[^\s<>]*"  # any scheme with an authority
    r"|\b(?:javascript|vbscript|data|mailto|tel|file|blob):[^\s<>]+"  # schemes that act without one
    r"|\bwww\.[^\s<>]+"
    r"|(?<![\w@.\-])(?:[a-z0-9\-]{1,63}\.){1,4}[a-z]{2,12}/[^\s<>]*",  # domain with a path
    re.IGNORECASE,
)
_RUNS = re.compile(r"[^0-9a-z]+")
_DIGIT = re.compile("[0-9]")
_SPACES = re.compile(r"\s+")
_LINK_HINT = re.compile(r"[:/]|www\.", re.IGNORECASE)


def clean_text(text: str, limit: int | None = None) -> str:
    """One line without anything that acts when shown; at most ``limit`` characters, cut at a word.

    Idempotent: ``clean_text(clean_text(x)) == clean_text(x)``. Links become a space, tags vanish, white space
    (newlines too) becomes single spaces.
    """
    for _ in range(4):  # removing one thing can join the halves of another; more rounds are an attack
        cleaned = _clean_once(text)
        if cleaned == text:
            break
        text = cleaned
    else:
        text = _SPACES.sub(" ", re.sub(r"[<>:/]|www\.", " ", text, flags=re.IGNORECASE)).strip()
    return text if limit is None or len(text) <= limit else clean_text(_cut(text, limit))


def _clean_once(text: str) -> str:
    if _ODD.search(text):
        text = _ODD.sub(lambda found: _visible(found[0]), text)
    if "<" in text:
        text = _OPEN_TAG.sub("", _TAG.sub("", text))
    if _LINK_HINT.search(text):
        text = _LINK.sub(" ", text)
    return _SPACES.sub(" ", text).strip()


@lru_cache(maxsize=4096)
def _visible(char: str) -> str:
    if char.isspace():
        return " "
    category = unicodedata.category(char)
    if category == "Cf":
        return char if char in _KEPT_FORMAT else ""
    return " " if category in ("Cc", "Cs", "Cn") else char


def _cut(text: str, limit: int) -> str:
    head = text[: max(limit - 1, 0)]
    space = head.rfind(" ")
    return (head[:space] if space > limit // 2 else head).rstrip(" ,;:-(") + "…" if limit > 0 else ""


def normal(text: str) -> str:
    """Lower-case words: each run outside ``[0-9a-z]`` is one space (``N`` of the summary measure)."""
    return _RUNS.sub(" ", text.lower()).strip()


def compact(text: str) -> str:
    """``normal`` without the spaces (``C`` of the summary measure)."""
    return _RUNS.sub("", text.lower())


def digit_tokens(text: str) -> set[str]:
    """The words of ``normal(text)`` that hold a digit: numbers, amounts, dates, references."""
    return {word for word in normal(seen(text)).split() if _DIGIT.search(word)}


def stands_in(value: str, text: str) -> bool:
    """True when ``value`` stands in ``text``: as whole words, or, for a value of at least five characters
    with a digit, in any spacing. A value in another script is compared as it is, without regard to case."""
    words = normal(value)
    if not words:
        return bool(value) and value.casefold() in text.casefold()
    if f" {words} " in f" {normal(text)} ":
        return True
    solid = compact(value)
    return len(solid) >= 5 and bool(_DIGIT.search(solid)) and solid in compact(text)
