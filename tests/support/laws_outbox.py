"""Laws of webhooks: what is told outside is told once, dense and in the order of the timeline (FIELD 18)."""

from collections import defaultdict
from collections.abc import Iterator

from batonpass.domain.conversation import Entry
from tests.support.laws import Breach, Check, Database, Told

TOPICS = {
    "message": "message.created",
    "added": "conversation.agent_added",
    "removed": "conversation.agent_removed",
    "notice": "notice.posted",
    "closed": "conversation.closed",
}


def told_outside(db: Database) -> Iterator[Breach]:
    """Law 2: each entry that an endpoint asked for has one delivery; numbers are dense, and rise with the timeline."""
    streams: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for told in db.told:
        streams[told.endpoint, told.conversation_id].append(told)
    for (endpoint, cid), found in streams.items():
        numbers = [told.number for told in found]
        if numbers != list(range(1, len(numbers) + 1)):
            yield Breach(2, f"{cid}: the webhook {endpoint} has the numbers {numbers}")
        seqs = [told.seq for told in found if told.seq is not None]
        if seqs != sorted(set(seqs)):
            yield Breach(2, f"{cid}: the webhook {endpoint} is told of the entries {seqs}")
    if db.rules is not None:
        yield from _all_told(db, streams)


def _all_told(db: Database, streams: dict[tuple[str, str], list[Told]]) -> Iterator[Breach]:
    """Where the rules held all the time, and the endpoint was on."""
    assert db.rules is not None
    for hook in db.rules.webhooks.values():
        topics = {str(topic) for topic in hook.topics}
        for talk in db.talks:
            wanted = {entry.seq for entry in talk.entries if _topic(entry) in topics}
            told = {one.seq for one in streams.get((hook.name, talk.id), ()) if one.seq is not None}
            if wanted != told:
                yield Breach(
                    2, f"{talk.id}: the webhook {hook.name} misses {wanted - told}, has {told - wanted}"
                )


def _topic(entry: Entry) -> str:
    """What it is outside; nothing for what is nobody's business there."""
    private = entry.public_seq is None and entry.kind in ("message", "notice")
    return "" if private else TOPICS.get(str(entry.kind), "")


CHECKS: list[Check] = [told_outside]
