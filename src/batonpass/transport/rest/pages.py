"""Lists and timelines as REST answers them."""

from collections.abc import Iterable

from batonpass.protocol.rest import Timeline
from batonpass.transport.socketio.shapes import Named


def timeline(named: Iterable[Named], head: int, upto: int) -> Timeline:
    """A page of a timeline: each entry is its event's name and envelope, as the sockets have them."""
    entries = [{"event": name, **body} for name, body in named]
    return Timeline(entries=entries, head=head, upto=upto, more=upto < head)
