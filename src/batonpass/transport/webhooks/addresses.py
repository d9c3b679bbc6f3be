"""Where a webhook may go: to public addresses, and to what the operator allows by name. Checked when it is resolved,
and then that very address is connected to, so a name that answers differently the second time gains nothing."""

import asyncio
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from aiohttp.abc import AbstractResolver, ResolveResult

_NAT64 = IPv6Network("64:ff9b::/96")
_NEVER = [
    ip_network(text)
    for text in (
        *("192.0.0.0/24", "192.88.99.0/24", "100.64.0.0/10", "168.63.129.16/32"),
        *("64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fec0::/10"),
    )
]
"""What some version of the standard library calls public and is not, and a cloud's own at a public number."""

Address = IPv4Address | IPv6Address


class AddressRefused(OSError):
    """The endpoint stands where a webhook may not go. Its text names no address."""


def allowed(text: str, allow: Iterable[str]) -> bool:
    """Whether this address may be connected to. `allow` are networks that need not be public."""
    try:
        address = _inner(ip_address(text.partition("%")[0]))
    except ValueError:
        return False
    if any(address in ip_network(network) for network in allow):
        return True
    odd = address.is_multicast or address.is_reserved or address.is_unspecified
    return address.is_global and not odd and not any(address in network for network in _NEVER)


def _inner(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for: mapped, 6to4, Teredo or NAT64."""
    if isinstance(address, IPv4Address):
        return address
    teredo = address.teredo
    inner = address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)
    if inner is None and address in _NAT64:
        inner = IPv4Address(int(address) & 0xFFFFFFFF)
    return inner or address


class CheckedResolver(AbstractResolver):
    """Resolves as the system does, and leaves out what may not be connected to."""

    def __init__(self, allow: Iterable[str]) -> None:
        self._allow = tuple(allow)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Raises AddressRefused when nothing is left, OSError for an unknown name."""
        found = await asyncio.get_running_loop().getaddrinfo(
            host, port, type=socket.SOCK_STREAM, family=family, flags=socket.AI_ADDRCONFIG
        )
        good = [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=int(address[1]),
                family=kind,
                proto=proto,
                flags=socket.AI_NUMERICHOST,
            )
            for kind, _, proto, _, address in found
            if allowed(str(address[0]), self._allow)
        ]
        if not good:
            raise AddressRefused("the endpoint stands at an address where no webhook may go")
        return good

    async def close(self) -> None:
        """Nothing is kept."""
