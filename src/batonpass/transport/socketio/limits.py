"""Token buckets: how fast one connection may send, and one address may connect."""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a second on average, and so many at once after a rest."""

    per_second: float
    burst: float


class Bucket:
    """A bucket of tokens that fills with time. Times are seconds of any one clock."""

    __slots__ = ("_at", "_tokens")

    def __init__(self, rate: Rate, now: float) -> None:
        self._tokens = rate.burst
        self._at = now

    def take(self, rate: Rate, now: float) -> int:
        """Take one token: 0 when there was one, else the milliseconds until there is."""
        tokens = min(rate.burst, self._tokens + (now - self._at) * rate.per_second)
        self._at = now
        if tokens >= 1:
            self._tokens = tokens - 1
            return 0
        self._tokens = tokens
        return 1 + int((1 - tokens) / rate.per_second * 1000)

    def full(self, rate: Rate, now: float) -> bool:
        """Whether it has filled up again, so that forgetting it changes nothing."""
        return self._tokens + (now - self._at) * rate.per_second >= rate.burst


class ConnectLimit:
    """A bucket per remote address, for at most `max_known` addresses; IPv6 is counted by its /64."""

    def __init__(self, rate: Rate | None, *, max_known: int = 50_000) -> None:
        self._rate = rate
        self._max_known = max_known
        self._buckets: dict[str, Bucket] = {}

    def take(self, address: str, now: float) -> int:
        """Count one connect: 0 when it may go on, else the milliseconds to wait."""
        if self._rate is None:
            return 0
        key = _network(address)
        bucket = self._buckets.get(key)
        if bucket is None:
            if len(self._buckets) >= self._max_known:
                self._forget(self._rate, now)
            bucket = self._buckets[key] = Bucket(self._rate, now)
        return bucket.take(self._rate, now)

    def _forget(self, rate: Rate, now: float) -> None:
        """Drop the buckets that are full again, or, under attack from everywhere, the older half."""
        kept = [(key, bucket) for key, bucket in self._buckets.items() if not bucket.full(rate, now)]
        if len(kept) >= self._max_known:
            kept = kept[len(kept) // 2 :]
        self._buckets = dict(kept)


def _network(address: str) -> str:
    """One customer of a provider has one IPv4 address, or a whole IPv6 /64."""
    if ":" not in address:
        return address
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    # All of IPv4 is one /64 in this form, which a server that listens to both, or a proxy, says.
    return str(parsed.ipv4_mapped or parsed.exploded[:19])
