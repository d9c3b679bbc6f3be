"""When two wordings tell the same day or time: "2:15 in the afternoon" and "2:15 pm", "March 4th" and "the 4th"."""

import re
from functools import lru_cache

from batonpass.plugin_api import normal

_NUMBERS = {
    word: n
    for n, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)
}
_IS_DATE = re.compile(
    r"\d(?:st|nd|rd|th)\b|[a-z]{3}.*\d|\d.*\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.I
)


@lru_cache(maxsize=2048)
def moment(kind: str, value: str) -> str:
    """A key that equal days (by their number) or times (on a clock of twelve hours) share; empty when there is none."""
    numbers = [int(word) for word in re.findall(r"\d+", value)]
    if kind == "date":
        return f"day {numbers[0]}" if len(numbers) == 1 and _IS_DATE.search(value) else ""
    words = normal(value).split()
    numbers = numbers or [_NUMBERS[word] for word in words if word in _NUMBERS]
    if not numbers:
        return ""
    hour, minute = numbers[0], numbers[1] if len(numbers) > 1 else 0
    if "half" in words:
        minute = 30
    elif "quarter" in words:
        hour, minute = (hour, 15) if "past" in words else (hour - 1, 45)
    return f"time {hour % 12}:{minute:02}"
