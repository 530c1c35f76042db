"""How many requests a client may send."""

import pytest

from firth.serving.limits import Rate, Refusal


def passed(rate, client, times):
    """Which of the requests of a client, at these seconds, are let through."""
    found = []
    for now in times:
        try:
            rate.check(client, now)
        except Refusal:
            found.append(False)
        else:
            found.append(True)
    return found


def test_a_burst_of_a_seconds_requests_and_then_the_rate():
    assert passed(Rate(3), "a", [0, 0, 0, 0, 0.2, 0.34, 0.35, 100, 100, 100, 100]) == [
        True, True, True, False, False, True, False, True, True, True, False,
    ]  # fmt: skip


def test_less_than_one_a_second():
    assert passed(Rate(0.1), "a", [0, 5, 9.9, 10, 19, 20]) == [True, False, False, True, False, True]
    rate = Rate(0.1)
    rate.check("a", 0)
    with pytest.raises(Refusal) as refused:
        rate.check("a", 2)
    assert (refused.value.status, refused.value.headers) == (429, {"Retry-After": "8"})


def test_each_client_has_its_own():
    rate = Rate(1)
    assert [passed(rate, client, [0]) for client in "aba"] == [[True], [True], [False]]


def test_clients_are_forgotten(monkeypatch):
    monkeypatch.setattr("firth.serving.limits._CLIENTS", 2)
    rate = Rate(1)
    for client in "abcd":
        rate.check(client, 0)
    assert len(rate._buckets) == 2
