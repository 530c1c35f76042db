"""``firth serve VECTORS``"""

from __future__ import annotations

import click

from firth.cli.files import Input, VectorsInput, Verb
from firth.cli.output import echo
from firth.vectors import WordVectors


@click.command(cls=Verb)
@click.argument("vectors", type=VectorsInput())
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port to listen on; 0 chooses a free one.",
)
@click.option(
    "--allow-host",
    "allowed_hosts",
    multiple=True,
    metavar="NAME",
    help="Answer requests for this host name, too, such as that of a proxy in front of the server; *.example.com "
    "allows all names below example.com, and * any name. May be given several times.",
)
@click.option("--index", type=Input(), help="Search approximately with this index, written by `firth index`.")
@click.option(
    "--rate",
    type=click.FloatRange(min=0.01),
    show_default="any number",
    help="Maximum number of requests per second from one client address.",
)
@click.option(
    "--max-body",
    default=1 << 20,
    show_default=True,
    type=click.IntRange(min=1),
    help="Maximum size of a request body in bytes.",
)
@click.option(
    "--max-topn",
    default=1000,
    show_default=True,
    type=click.IntRange(min=1),
    help="Maximum number of words in one answer.",
)
@click.option(
    "--max-batch",
    default=256,
    show_default=True,
    type=click.IntRange(min=1),
    help="Maximum number of questions in one batch.",
)
@click.option(
    "--max-connections",
    default=512,
    show_default=True,
    type=click.IntRange(min=1),
    help="Maximum number of connections at the same time.",
)
def command(
    vectors: str,
    host: str,
    port: int,
    allowed_hosts: tuple[str, ...],
    index: str | None,
    rate: float | None,
    max_body: int,
    max_topn: int,
    max_batch: int,
    max_connections: int,
) -> None:
    """Answer questions about the words in VECTORS over HTTP, with JSON.

    Without --host, only programs on this machine can connect. Ctrl-C or SIGTERM stops the server, after it has answered
    the requests it is working on.

    A request must be for localhost, an IP address, or a name given by --host or --allow-host, so that no web page can
    read the answers under a name of its own.
    """
    from firth.serving import Limits, serve
    from firth.serving.server import is_loopback

    opened = WordVectors.load(vectors)
    if index is not None:
        from firth.vectors.index import open_index

        opened = open_index(opened, index)

    def ready(address: str) -> None:
        size = f"{len(opened):,} words, {opened.vector_size} dimensions"
        echo(f"firth: serving {size} at {address} (Ctrl-C stops the server)", err=True)
        if not is_loopback(host):
            echo("firth: note: other machines can connect; there is no password and no encryption", err=True)

    serve(
        opened,
        host=host,
        port=port,
        limits=Limits(body=max_body, topn=max_topn, batch=max_batch, rate=rate),
        connections=max_connections,
        allowed_hosts=allowed_hosts,
        on_ready=ready,
    )
