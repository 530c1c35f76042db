"""The host names under which the server may be asked, as a protection against DNS rebinding.

A web page may make its own host name resolve to 127.0.0.1, and then read from a server on its visitor's machine. Such
requests still carry the page's name in the header ``Host``. A page that was loaded from an IP address cannot do this,
so addresses are always allowed, as are ``localhost`` and the names below it.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

from firth.errors import OptionError
from firth.serving.limits import Refusal

_PATTERN = re.compile(r"\*|(\*\.)?[\w-]+(\.[\w-]+)*\.?")
_LOCAL = ("localhost", "*.localhost")


class Hosts:
    """Checks the header ``Host`` of requests.

    Args:
        allowed: host names that are allowed besides ``localhost``, ``*.localhost`` and IP addresses: a name, a pattern
            such as ``*.example.com`` for all names below one, or ``*`` for any name.

    Raises:
        OptionError: one is no host name, such as an address with ``https://`` or a port.
    """

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        given = list(allowed)
        for name in given:
            if not isinstance(name, str) or not (_PATTERN.fullmatch(name) or _is_address(name)):
                raise OptionError(
                    f"{name!r:.80} is not a host name, expected one without https:// and port",
                    hint="words.example.com, *.example.com for all names below it, or * for any name",
                )
        self._patterns = [_normal(name) for name in (*_LOCAL, *given)]

    def check(self, header: str | None) -> None:
        """Find out whether a request may be answered.

        Args:
            header: its ``Host``; None if it has none, which no browser omits.

        Raises:
            Refusal: the name is not allowed.
        """
        if header is None:
            return
        bracketed = re.fullmatch(r"\[([^\]]*)\](:\d*)?", header)
        host = bracketed[1] if bracketed else _normal(header.partition(":")[0])
        if not _is_address(host) and not any(_matches(host, pattern) for pattern in self._patterns):
            raise Refusal(
                403, f"the host {host!r:.80} is not allowed", "start the server with this name among the allowed hosts"
            )


def _normal(name: str) -> str:
    return name.lower().removesuffix(".")


def _matches(host: str, pattern: str) -> bool:
    return host == pattern or pattern == "*" or (pattern.startswith("*.") and host.endswith(pattern[1:]))


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
