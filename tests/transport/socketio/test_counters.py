from batonpass.transport.socketio.counters import Counters


def test_counts_by_name_and_hands_out_copies() -> None:
    counters = Counters()
    counters.add("closed.too_large")
    counters.add("closed.too_large", 2)
    snapshot = counters.snapshot()
    counters.add("malformed")
    assert snapshot == {"closed.too_large": 3}
    assert (counters["malformed"], counters["never"]) == (1, 0)
