"""How often connections were closed, and packets, events and connects refused, and why."""


class Counters:
    """Counts by dotted name, such as `closed.slow_reader`. Written on one event loop, read anywhere.

    Families: `closed.<reason>` ended connections, `refused.<code>` connects and HTTP requests turned away,
    `error.<code>` events answered with an error, `malformed` packets that are none.
    """

    __slots__ = ("_counts",)

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def add(self, name: str, amount: int = 1) -> None:
        """Count `amount` more of `name`."""
        self._counts[name] = self._counts.get(name, 0) + amount

    def __getitem__(self, name: str) -> int:
        return self._counts.get(name, 0)

    def snapshot(self) -> dict[str, int]:
        """Return a copy of all counts so far; a name never counted is absent."""
        return dict(self._counts)
