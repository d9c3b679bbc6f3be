"""Where a webhook may go."""

import pytest

from batonpass.transport.webhooks.addresses import AddressRefused, CheckedResolver, allowed


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("100.100.100.200", "168.63.129.16", "192.0.0.192", "224.0.0.1", "255.255.255.255", "198.18.0.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fd00:ec2::254", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
        *("no address", "", "127.1"),
    ],
)
def test_what_is_not_public_is_refused(address: str) -> None:
    assert not allowed(address, ())


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111", "::ffff:93.184.216.34"])
def test_what_is_public_is_good(address: str) -> None:
    assert allowed(address, ())


def test_the_operator_allows_by_network() -> None:
    assert allowed("10.1.2.3", ["192.168.0.0/16", "10.1.0.0/16"])
    assert not allowed("10.2.2.3", ["10.1.0.0/16"])
    assert allowed("::1", ["::1/128"])


async def test_a_name_that_leads_inside_is_refused_and_one_that_is_allowed_is_not() -> None:
    with pytest.raises(AddressRefused):
        await CheckedResolver(()).resolve("localhost", 80)
    found = await CheckedResolver(["127.0.0.0/8", "::1/128"]).resolve("localhost", 80)
    assert {one["port"] for one in found} == {80}
