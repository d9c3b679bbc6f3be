"""What the endpoints work with."""

from dataclasses import dataclass, field

from batonpass.app.administering import Configuration
from batonpass.app.late_summaries import LateSummaries
from batonpass.app.summaries import Storyteller
from batonpass.app.switchboard import Switchboard
from batonpass.transport.identity import Sites
from batonpass.transport.passwords import Passwords
from batonpass.transport.socketio.engine import Server
from batonpass.transport.socketio.limits import Rate
from batonpass.transport.socketio.publisher import SocketPublisher


@dataclass(frozen=True, slots=True)
class Limits:
    """How fast one address, and one who is known, may ask; and one address for new customers, for signing in and
    for reports."""

    address: Rate = field(default_factory=lambda: Rate(per_second=200, burst=2_000))
    known: Rate = field(default_factory=lambda: Rate(per_second=100, burst=1_000))
    customers: Rate = field(default_factory=lambda: Rate(per_second=20, burst=500))
    reports: Rate = field(default_factory=lambda: Rate(per_second=1, burst=20))
    sign_ins: Rate = field(default_factory=lambda: Rate(per_second=0.5, burst=30))


@dataclass(frozen=True, slots=True)
class Options:
    """`origins` may call from pages elsewhere. `trusted_proxies` stand before the server: a client's address is what
    the outermost of them has seen."""

    origins: tuple[str, ...] = ()
    trusted_proxies: int = 0
    limits: Limits = field(default_factory=Limits)


@dataclass(slots=True)
class House:
    """The use cases' way into the store, and the parts beside it. A part is None where a test needs none.

    `set_up_code` makes the first admin; there is one when the server started without an admin.
    `sites` sign for their customers.
    """

    board: Switchboard
    storyteller: Storyteller | None = None
    late: LateSummaries | None = None
    publisher: SocketPublisher | None = None
    sockets: Server | None = None
    passwords: Passwords = field(default_factory=Passwords)
    set_up_code: str | None = None
    sites: Sites = field(default_factory=dict)
    configuration: Configuration | None = None
