"""Lines, sentences, words and language of a message. Pure; everything that is looked at twice is cached."""

import re
import textwrap
from functools import lru_cache

from batonpass.plugin_api import clean_text

MAX_TEXT = 4_000  # of one message; the rest is a paste nobody summarises by rules
MAX_LANGUAGE_TEXT = 300
MAX_LANGUAGE_TEXTS = 12
MAX_SENTENCE = 400  # longer ones are taken in pieces, so that no pattern ever meets more

_MARKS = re.compile(r"\*\*|__|`+|^\s*(?:#{1,6}|>)\s+|^\s*[-*•]\s+", re.MULTILINE)
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"')]*\s+(?=[\"'(]?[A-Z0-9À-Þ])|(?<=[!?])\s+|(?<=[。！？])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:dr|mr|mrs|ms|st|no|nr|prof|approx|vs|e\.g|i\.e|[a-z])\.|^\d{1,2}\.)$", re.IGNORECASE
)
_DAY_OF = re.compile(r"\b\d{1,2}\. (?:Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)")
WORD = re.compile(r"[^\W_](?:[\w'’\-]*[^\W_])?")

_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
)
_COMMON = {
    "en": "the and you i to is it my for have not can please what with that this are was your need want"
    " of do",
    "de": "der die das und ich nicht ist ein eine mein meine zu mit habe bitte kann wie auf den sie für"
    " wir es",
    "fr": "le la les et je ne pas est un une mon ma pour avec ai vous bonjour dans que qui des du ce"
    " sur merci",
    "es": "el la los y no es un una mi para con por que hola quiero necesito de en tengo mis se lo gracias",
    "it": "il la e non è un una mio mia per con che ciao vorrei di in ho sono grazie del mi come posso lo",
    "pt": "o a os e não é um uma meu minha para com que olá quero preciso de em tenho obrigado do da por eu",
    "nl": "de het een en ik niet is mijn voor met kan hoe wat van op heb aan dat maar dank graag wil er ook",
}
_LANGUAGES = {language: frozenset(words.split()) for language, words in _COMMON.items()}


@lru_cache(maxsize=4096)
def lines_of(text: str) -> tuple[str, ...]:
    """The message's lines, clean and without markdown's marks; empty ones left out."""
    plain = _MARKS.sub(" ", text[:MAX_TEXT])
    return tuple(line for raw in plain.splitlines() if (line := clean_text(raw)))


@lru_cache(maxsize=4096)
def sentences_of(text: str) -> tuple[str, ...]:
    """The message's sentences, each with its end mark."""
    return tuple(piece for line in lines_of(text) for whole in _split(line) for piece in _pieces(whole))


def _pieces(sentence: str) -> list[str]:
    if len(sentence) <= MAX_SENTENCE:
        return [sentence]
    words = " ".join(word for word in sentence.split() if len(word) <= MAX_SENTENCE)
    return textwrap.wrap(words, MAX_SENTENCE, break_on_hyphens=False)


def _split(line: str) -> list[str]:
    parts: list[str] = []
    for part in _SENTENCE_END.split(line):
        if parts and (
            _ABBREVIATION.search(parts[-1][-12:]) or _DAY_OF.search(f"{parts[-1][-4:]} {part[:4]}")
        ):
            parts[-1] = f"{parts[-1]} {part}"
        elif part.strip():
            parts.append(part.strip())
    return parts


def words_of(text: str) -> list[str]:
    """Lower-case words, apostrophes inside kept."""
    return [word.lower().replace("’", "'") for word in WORD.findall(text)]


def cut_words(text: str, words: int, chars: int) -> str:
    """The beginning of ``text``, at most so many words and characters, cut between words only, so that no
    number is ever halved; empty when the first word is too long already."""
    kept: list[str] = []
    length = 0
    tokens = text.split()
    for token in tokens:
        length += len(token) + 1
        if len(kept) >= words or length > chars:
            break
        kept.append(token)
    if len(kept) == len(tokens):
        return text
    return " ".join(kept).rstrip(" ,;:-(\"'") + "…" if kept else ""


def language_of(texts: list[str]) -> str:
    """A BCP 47 tag by script, or by common words when one language clearly leads; empty when unsure."""
    letters = words = 0
    scripts = [0] * len(_SCRIPTS)
    common = [0] * len(_LANGUAGES)
    for text in texts[:MAX_LANGUAGE_TEXTS]:
        counted = _counted(text)
        letters, words = letters + counted[0], words + counted[1]
        scripts = [old + new for old, new in zip(scripts, counted[2], strict=True)]
        common = [old + new for old, new in zip(common, counted[3], strict=True)]
    for (language, _), count in zip(_SCRIPTS, scripts, strict=True):
        if letters and count * 3 > letters:
            return language
    hits = sorted(zip(common, _LANGUAGES, strict=True), reverse=True)
    (most, best), (second, _) = hits[0], hits[1]
    return best if most >= 3 and most >= 1.5 * second and most * 8 >= words else ""


@lru_cache(maxsize=4096)
def _counted(text: str) -> tuple[int, int, tuple[int, ...], tuple[int, ...]]:
    """Letters, words, letters of each script, common words of each language in one message."""
    text = text[:MAX_LANGUAGE_TEXT]
    words = words_of(text)
    by_script = (
        (0,) * len(_SCRIPTS) if text.isascii() else tuple(len(one.findall(text)) for _, one in _SCRIPTS)
    )
    common = tuple(sum(map(known.__contains__, words)) for known in _LANGUAGES.values())
    return sum(map(str.isalpha, text)), len(words), by_script, common
