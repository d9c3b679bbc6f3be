"""What the shapes cannot say of the customer's part: names, texts, codes that are there to be required."""

from collections.abc import Iterator

from batonpass.config.customer import LOCALE, wrong_texts
from batonpass.config.problems import Path, Problem, one_of, shown
from batonpass.config.view import View


def canned(view: View) -> Iterator[Problem]:
    """Queues that exist, one shortcut each in a queue, texts whose braces fit."""
    shortcuts: dict[str, str] = {}
    for name, reply in view.settings.canned.items():
        at: Path = ("canned", name)
        for place, queue_id in enumerate(reply.queues):
            if queue_id not in view.queues:
                expected = f"the id of a queue: {one_of(view.queues, queue_id)}"
                yield view.say((*at, "queues", place), shown(queue_id), expected)
        for key in reply.translations:
            if not LOCALE.fullmatch(key):
                expected = 'a locale such as "de" or "pt-BR"'
                yield view.say((*at, "translations", key), f"the key {shown(key)}", expected)
        for where, wrong in wrong_texts(reply):
            found, _, expected = wrong.partition(", expected ")
            yield view.say((*at, *where), f"text that {found}", expected)
        shortcut = reply.shortcut or name
        if (first := shortcuts.setdefault(shortcut, name)) != name:
            yield view.say((*at, "shortcut"), f"{shown(shortcut)} again", f"it once (see canned.{first})")


def dispositions(view: View) -> Iterator[Problem]:
    """A code can only be required where there are some."""
    for queue_id, queue in view.settings.queues.items():
        at: Path = ("queues", queue_id, "dispositions")
        if queue.disposition_required and not queue.dispositions and view.whole(at):
            yield view.say(at, "no code", "at least one, because disposition_required is true")


CHECKS = (canned, dispositions)
