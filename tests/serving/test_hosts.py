"""Host names under which the server answers."""

import pytest

from firth.errors import OptionError
from firth.serving import Hosts
from firth.serving.limits import Refusal

LOCAL = [
    "localhost",
    "LOCALHOST:8000",
    "localhost.",
    "words.localhost",
    "127.0.0.1",
    "127.0.0.1:8000",
    "192.168.1.5:80",
    "[::1]:8000",
    "[fe80::1%eth0]",
]
OTHERS = [
    "evil.example",
    "evil.example:8000",
    ":8000",
    "localhost.evil.example",
    "evillocalhost",
    "127.0.0.1.evil.example",
    "::1",
    "[evil.example]",
    "[::1].evil.example",
    "[::1",
    "127.0.0.1@evil.example",
    "*",
]


def is_allowed(header, *names):
    try:
        Hosts(names).check(header)
    except Refusal:
        return False
    return True


@pytest.mark.parametrize("header", [*LOCAL, None])
def test_local_names_and_addresses_are_allowed(header):
    assert is_allowed(header)


@pytest.mark.parametrize("header", [*OTHERS, "", "localhost evil.example"])
def test_other_names_are_refused(header):
    assert not is_allowed(header)
    assert not is_allowed(header, "good.example", "*.words.example")


def test_names_that_are_added():
    names = ("Words.Example", "*.example.com", "server_1")
    assert all(
        is_allowed(name, *names) for name in ("words.example:1", "a.b.example.com", "A.example.com.", "server_1")
    )
    assert not any(is_allowed(name, *names) for name in ("example.com", "a.words.example", "badexample.com"))
    assert is_allowed("evil.example", "*")


@pytest.mark.parametrize("name", ["https://a.example", "a.example:80", "", "a b", "a.*", "*.*", "**", "*a.example", 3])
def test_what_is_no_host_name(name):
    with pytest.raises(OptionError, match="is not a host name, expected one without https:// and port"):
        Hosts([name])
