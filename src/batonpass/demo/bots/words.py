"""What a customer means, by plain words: enough for a sample, and the same for both bots."""

import re
from dataclasses import dataclass

_PERSON = re.compile(r"\b(human|person|somebody real|someone real|representative|agent|colleague|operator)\b")
_THANKS = re.compile(r"\b(thanks|thank you|cheers|bye|goodbye|that is all|that's all)\b")
_YES = re.compile(r"^(yes|yep|yeah|sure|it did|it was)\b")
_NO = re.compile(r"^(no|nope|not really|it did not|it was not)\b")
_ORDER = re.compile(r"(?<![\w-])(?:(?:[a-z]{1,3}-?)?\d{5,10}|\d{2}-\d{4})\b", re.IGNORECASE)

_TOPICS: dict[str, re.Pattern[str]] = {
    "return": re.compile(r"\b(return|send (it|this|them) back|refund|exchange|size|broken|damaged)"),
    "bill": re.compile(r"\b(bill|invoice|charged|payment|paid|money)"),
    "parcel": re.compile(r"\b(parcel|package|order|deliver|shipping|shipped|arrive|where is|late)"),
    "hours": re.compile(r"\b(opening hours|open today|when are you open|close today)"),
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What was found in a message; empty where nothing was."""

    topic: str = ""
    order: str = ""
    person: bool = False
    thanks: bool = False
    yes: bool = False
    no: bool = False


def understand(text: str) -> Meaning:
    """Return what a text seems to say. Topics are tried in order: a late refund is about a return."""
    words = text.lower().strip()
    order = _ORDER.search(text)
    return Meaning(
        topic=next((topic for topic, pattern in _TOPICS.items() if pattern.search(words)), ""),
        order=order.group().upper() if order else "",
        person=bool(_PERSON.search(words)),
        thanks=bool(_THANKS.search(words)),
        yes=bool(_YES.search(words)),
        no=bool(_NO.search(words)),
    )
