"""Regular expressions that an operator writes: accepted only when they cannot run for ever.

Python cannot interrupt a pattern that backtracks. So repetitions carry bounds, a group is not repeated, and the ways
to match at one place, counted from the bounds, stay few.
"""

import re

MAX_LENGTH = 200
MAX_REPEAT = 100
MAX_WAYS = 2_000

_BOUNDS = re.compile(r"\{(\d{0,6})(,?)(\d{0,6})\}")


def bounded_pattern(text: str) -> re.Pattern[str]:
    """The compiled pattern. ValueError, in one plain phrase, when it does not compile or could run for ever.

    Refused: more than 200 characters, ``*`` and ``+`` (write ``{0,40}``), ``{3,}``, bounds above 100, a repeated group
    (``?`` is fine), patterns that match nothing at all, and those with more than 2,000 ways to match at one place.
    """
    if not text or len(text) > MAX_LENGTH:
        raise ValueError(f"has {len(text)} characters, expected 1 to {MAX_LENGTH}")
    try:
        pattern = re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"is no regular expression: {error}") from None
    if (ways := _ways(text)) > MAX_WAYS:
        raise ValueError(f"has about {ways} ways to match at one place, at most {MAX_WAYS} are allowed")
    if pattern.match("") is not None:
        raise ValueError("matches an empty text")
    return pattern


def _ways(text: str) -> int:
    """At most so many ways lead through the pattern at one place. ValueError for what has no bound."""
    ways = 1
    place = 0
    before = ""
    while place < len(text):
        char = text[place]
        if char == "\\":
            before, place = "x", place + 2
        elif char == "[":
            before, place = "x", _class_end(text, place)
        elif char in "*+":
            raise ValueError(f'repeats without a bound ("{char}"): write {{0,40}} or {{1,40}}')
        elif char == "?" and before != "(":
            ways, place = ways * 2, place + 1
        elif char == "{" and (found := _BOUNDS.match(text, place)) and found[0] not in ("{}", "{,}"):
            if before == ")":
                raise ValueError("repeats a group: write the group out")
            ways, place = ways * _count(found), found.end()
        else:
            ways += ways if char == "|" else 0
            before, place = char, place + 1
    return ways


def _count(bounds: re.Match[str]) -> int:
    """How many numbers of repetitions the bounds allow."""
    least = int(bounds[1] or 0)
    most = int(bounds[3] or MAX_REPEAT + 1) if bounds[2] else least
    if most > MAX_REPEAT:
        raise ValueError(
            f"repeats up to {bounds[3] or 'any number of'} times, at most {MAX_REPEAT} are allowed"
        )
    return max(most - least + 1, 1)


def _class_end(text: str, place: int) -> int:
    """The place after a character class that begins at ``place``."""
    end = place + 1
    end += text[end : end + 1] == "^"
    end += text[end : end + 1] == "]"
    while end < len(text) and text[end] != "]":
        end += 2 if text[end] == "\\" else 1
    return end + 1
