"""Plain words of a customer that may be what they chose: runs between function words and verbs of asking."""

import re
from collections.abc import Iterator

from batonpass_summarizer_rules.lexicon import CALENDAR, FUNCTION, HEADS, VAGUE, VERBS
from batonpass_summarizer_rules.shapes import Found

_TOKEN = re.compile(r"([^\W\d_](?:['’\-]?[^\W\d_])*)(?!\w)|\w+|[^\w\s]")  # a word, or what parts words
_BREAKS = FUNCTION | VERBS | CALENDAR
_MOST = 4
CLASSES = frozenset(
    "airlines airways airport station hotel hostel inn apartments restaurant cafe club museum university hospital bank store"
    " speaker speakers park theater theatre street road avenue drive lane boulevard market mall church school clinic".split()
)


_ING = re.compile(rf"\b(?:my|your|the|an?|his|her|their|of|from|to) (\w+ing) ({'|'.join(sorted(HEADS))})\b")


def terms(sentence: str) -> Iterator[Found]:
    """One to three words in a row that are no function words; "jazz events" also as "jazz"."""
    if "ing " in sentence:
        for match in _ING.finditer(sentence):
            yield Found("modifier", match[2], match[1])
    run: list[str] = []
    for word in (*_TOKEN.findall(sentence), ""):
        if word and word.lower().replace("’", "'") not in _BREAKS:
            run.append(word)
        elif run:
            yield from _of(run)
            run = []


def _of(run: list[str]) -> Iterator[Found]:
    while run and run[0].lower() in VAGUE:
        run = run[1:]
    while run and run[-1].lower() in VAGUE - HEADS:
        run = run[:-1]
    if not run or len(run) > _MOST:
        return
    last = run[-1].lower()
    if len(run) > 1 and last in CLASSES:
        yield Found("classed", last, " ".join(run))
    if len(run) > 1 and last in HEADS:
        body = run[:-1]
        while body and body[-1].lower() in HEADS and len(body) > 1:
            body = body[:-1]
        if body[-1].lower() not in VAGUE and not (
            len(body) == 1 and body[0].lower() in HEADS - {"music", "home", "movie"}
        ):
            yield Found("modifier", last, " ".join(body))
        return
    if last not in HEADS and len(run) < 4:
        yield Found("term", "mentioned", " ".join(run))
    elif len(run) == 1:
        yield Found("head", "mentioned", run[0])
