from hypothesis import given
from hypothesis import strategies as st

from batonpass.transport.socketio.limits import Bucket, ConnectLimit, Rate


def test_a_burst_then_the_rate() -> None:
    rate = Rate(per_second=10, burst=3)
    bucket = Bucket(rate, 0.0)
    assert [bucket.take(rate, 0.0) for _ in range(4)] == [0, 0, 0, 101]
    assert bucket.take(rate, 0.05) > 0
    assert bucket.take(rate, 0.1) == 0
    assert bucket.take(rate, 0.1) > 0


@given(st.lists(st.floats(0, 2), max_size=200))
def test_never_more_than_the_burst_and_the_rate(gaps: list[float]) -> None:
    rate = Rate(per_second=5, burst=4)
    bucket, now, taken = Bucket(rate, 0.0), 0.0, 0
    for gap in gaps:
        now += gap
        taken += bucket.take(rate, now) == 0
    assert taken <= 4 + 5 * now + 1e-6


def test_addresses_do_not_pay_for_each_other() -> None:
    limit = ConnectLimit(Rate(per_second=1, burst=1))
    assert limit.take("10.0.0.1", 0.0) == 0
    assert limit.take("10.0.0.1", 0.0) > 0
    assert limit.take("10.0.0.2", 0.0) == 0


def test_a_whole_ipv6_network_is_one_client() -> None:
    limit = ConnectLimit(Rate(per_second=1, burst=1))
    assert limit.take("2001:db8::1", 0.0) == 0
    assert limit.take("2001:db8::ffff:2", 0.0) > 0
    assert limit.take("2001:db8:0:1::1", 0.0) == 0
    assert limit.take("not:an:address", 0.0) == 0


def test_remembers_a_bounded_number_and_the_guilty_first() -> None:
    limit = ConnectLimit(Rate(per_second=1, burst=2), max_known=10)
    limit.take("guilty", 0.0)
    limit.take("guilty", 9.9)
    for number in range(100):
        assert limit.take(f"10.0.0.{number}", 0.1 * number) == 0
    assert len(limit._buckets) <= 10


def test_no_rate_is_no_limit() -> None:
    limit = ConnectLimit(None)
    assert [limit.take("x", 0.0) for _ in range(1000)] == [0] * 1000


def test_ipv4_in_the_form_of_ipv6_is_no_single_network() -> None:
    """Else one caller takes the turns of all who come by IPv4."""
    limit = ConnectLimit(Rate(per_second=1, burst=1))
    assert [limit.take(f"::ffff:192.0.2.{n}", 0) for n in (1, 2)] == [0, 0]
    assert limit.take("192.0.2.1", 0) > 0
