"""Limits on the requests of clients: sizes, and requests per second."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, TypeAlias

from firth.arguments import real, whole

Scope: TypeAlias = dict[str, Any]  # of ASGI

_CLIENTS = 10_000  # whose requests are counted at the same time


@dataclass(frozen=True)
class Limits:
    """Limits of the server; a request beyond one is answered by an error.

    Args:
        body: maximum size of a request body, in bytes (1 MiB by default).
        topn: maximum number of words in an answer (1,000).
        batch: maximum number of questions in one batch (256).
        rate: maximum number of requests per second from one address, which may all come at once; ``None`` (default) for
            any number.
        body_seconds: maximum time for a body to arrive, in seconds (10).

    Raises:
        OptionError: a limit has another type, or is out of range.
    """

    body: int = 1 << 20
    topn: int = 1000
    batch: int = 256
    rate: float | None = None
    body_seconds: float = 10

    def __post_init__(self) -> None:
        for name in ("body", "topn", "batch"):
            whole(name, getattr(self, name), 1)
        if self.rate is not None:
            real("rate", self.rate, 0.01)
        real("body_seconds", self.body_seconds, 0.01)


class Refusal(Exception):
    """A request that is refused.

    Attributes:
        status: the HTTP status.
        hint: what to do.
        headers: headers of the answer.
    """

    def __init__(
        self, status: int, message: str, hint: str | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.hint, self.headers = status, message, hint, headers or {}


class Rate:
    """Limits the requests of each client with a token bucket, which holds one second of requests.

    Args:
        per_second: maximum number of requests per second.
    """

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._capacity = max(1.0, per_second)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # client -> what is left, and when

    def check(self, client: str, now: float | None = None) -> None:
        """Count a request.

        Raises:
            Refusal: the client has sent too many requests; a header says how long to wait.
        """
        now = time.monotonic() if now is None else now
        left, then = self._buckets.pop(client, (self._capacity, now))
        left = min(self._capacity, left + (now - then) * self._per_second)
        self._buckets[client] = (left if left < 1 else left - 1, now)
        if len(self._buckets) > _CLIENTS:
            self._buckets.popitem(last=False)
        if left < 1:
            wait = (1 - left) / self._per_second
            raise Refusal(
                429,
                f"more than {self._per_second:g} requests per second",
                "send fewer requests, or several questions in one POST /batch",
                {"Retry-After": str(max(1, round(wait + 0.5)))},
            )


async def body_of(request: Any, limits: Limits) -> bytes:
    """The body of a Starlette request, read up to the limit.

    Raises:
        Refusal: it is too large, or takes too long.
    """
    too_large = Refusal(413, f"a body of more than {limits.body:,} bytes", "send several smaller requests")
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > limits.body:
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(limits.body_seconds):
            async for part in request.stream():
                body += part
                if len(body) > limits.body:
                    raise too_large
    except TimeoutError as error:
        raise Refusal(408, f"the body did not arrive within {limits.body_seconds:g} seconds") from error
    return bytes(body)
