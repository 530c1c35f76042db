"""The server: an application behind a socket, until it receives a signal to stop."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket
from collections.abc import Callable, Iterable

from firth.errors import FirthError, MissingExtra
from firth.serving.application import application
from firth.serving.hosts import Hosts
from firth.serving.limits import Limits
from firth.vectors.wordvectors import WordVectors

_GRACE = 10  # seconds for requests under way to be answered
_BACKLOG = 1024  # connections that wait to be taken
_HEADERS = 1 << 16  # bytes of a request line and its headers


def serve(
    vectors: WordVectors,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    limits: Limits | None = None,
    connections: int = 512,
    allowed_hosts: Iterable[str] = (),
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Answer questions over HTTP until SIGINT (Ctrl-C) or SIGTERM, and then those under way.

    Args:
        vectors: the vectors that are served.
        host: the address to listen on; by default only programs on this machine reach it.
        port: 0 for one that is free.
        limits: limits of requests.
        connections: maximum number at once; further ones get the answer that the server is busy (503).
        allowed_hosts: host names under which it may be asked, besides ``host``, ``localhost`` and IP addresses:
            names, ``*.example.com`` for all below one, or ``*`` for any. Requests for others are refused (403), which
            protects against DNS rebinding.
        on_ready: called with the address once connections are taken.

    Raises:
        MissingExtra: Starlette or uvicorn is not installed.
        OptionError: an allowed host is no host name.
        FirthError: the address cannot be used.
    """
    named = [allowed_hosts] if isinstance(allowed_hosts, str) else allowed_hosts
    app = application(vectors, limits, Hosts([host, *named]))
    try:
        import uvicorn
    except ImportError as error:
        raise MissingExtra("firth serve", "serve") from error
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        limit_concurrency=connections,
        timeout_graceful_shutdown=_GRACE,
        h11_max_incomplete_event_size=_HEADERS,
    )
    with _listening(host, port) as listener, contextlib.suppress(KeyboardInterrupt):
        if on_ready is not None:
            name = f"[{host}]" if ":" in host else host
            on_ready(f"http://{name}:{listener.getsockname()[1]}")
        uvicorn.Server(config).run(sockets=[listener])  # uvicorn raises the signal that stopped it again


def is_loopback(host: str) -> bool:
    """Whether only programs on this machine reach an address."""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def _listening(host: str, port: int) -> socket.socket:
    """A socket that takes connections.

    Raises:
        FirthError: the address is in use, or does not belong to this machine.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        # If the protocol is named, asyncio sends an answer at once; else the body waits 40 ms for an acknowledgement.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            if os.name == "posix":  # on Windows this would share the port with whoever else listens
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
            listener.listen(_BACKLOG)
        except BaseException:
            listener.close()
            raise
    except OSError as error:
        reason = error.strerror or error
        raise FirthError(
            f"cannot listen on {host} port {port} ({reason})", hint="port=0 takes any free port"
        ) from error
    return listener
