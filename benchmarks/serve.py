"""Requests a second that `firth serve` answers, and how long they take, by number of connections.

The server and its clients share the machine, each in a process of its own: with two cores, the clients take about one.
A request is one GET on a connection that stays open; the words asked for are drawn at random. The processor time
of the server for each question (Linux only) depends less than the others on what else the machine does.

    python benchmarks/serve.py vectors.safetensors
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import click
import numpy as np

from firth import WordVectors

KINDS = {
    "similarity": lambda words: f"/similarity?a={words[0]}&b={words[1]}",
    "neighbors": lambda words: f"/neighbors?word={words[0]}",
}


@click.command()
@click.argument("file", metavar="VECTORS")
@click.option("--connections", default="1,8,64", show_default=True, help="Numbers of connections, separated by commas.")
@click.option("--seconds", default=5.0, show_default=True, help="How long to ask with each number of connections.")
@click.option("--batch", default=100, show_default=True, help="Questions in a batch.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object for each row.")
def main(file: str, connections: str, seconds: float, batch: int, as_json: bool) -> None:
    """Load a server of VECTORS."""
    vectors = WordVectors.load(file)
    words = [word for word in vectors.index_to_key[:20_000] if re.fullmatch(r"\w+", word, re.ASCII)]
    draw = np.random.default_rng(1)
    command = [sys.executable, "-m", "firth", "serve", file, "--port", "0", "--max-connections", "1000"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        port = int(re.search(r"http://\S+:(\d+)", server.stderr.readline())[1])  # type: ignore[index]
        try:
            print(f"{len(vectors):,} words, {vectors.vector_size} dimensions")
            for kind in (*KINDS, "batch"):
                requests = [_request(kind, draw.choice(words, batch).tolist()) for _ in range(1000)]
                for count in map(int, connections.split(",")):
                    before = _processor_seconds(server.pid)
                    times = asyncio.run(_load(port, requests, count, seconds))
                    questions = len(times) * (batch if kind == "batch" else 1)
                    taken = _processor_seconds(server.pid) - before
                    _tell(kind, count, times, questions, seconds, 1000 * taken / questions, as_json)
        finally:
            server.terminate()


def _request(kind: str, words: list[str]) -> bytes:
    if kind != "batch":
        return f"GET {KINDS[kind](words)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    body = json.dumps({"questions": [{"ask": "neighbors", "word": word} for word in words]}).encode()
    return b"POST /batch HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(body) + body


async def _load(port: int, requests: list[bytes], connections: int, seconds: float) -> list[float]:
    """The seconds that each request took."""
    times: list[float] = []
    end = time.perf_counter() + seconds

    async def client(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for turn in range(1 << 60):
            begin = time.perf_counter()
            if begin >= end:
                break
            writer.write(requests[(number * 37 + turn) % len(requests)])
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            await reader.readexactly(int(re.search(rb"(?i)content-length: (\d+)", head)[1]))  # type: ignore[index]
            times.append(time.perf_counter() - begin)
        writer.close()

    await asyncio.gather(*map(client, range(connections)))
    return times


def _processor_seconds(process: int) -> float:
    """The time that all threads of a process have run; NaN where it is not known."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _tell(
    kind: str, connections: int, times: list[float], questions: int, seconds: float, processor_ms: float, as_json: bool
) -> None:
    median, high = (1000 * float(np.quantile(times, share)) for share in (0.5, 0.99))
    row = {
        "ask": kind,
        "connections": connections,
        "questions_per_second": round(questions / seconds),
        "median_ms": round(median, 2),
        "p99_ms": round(high, 2),
        "processor_ms_per_question": round(processor_ms, 3),
    }
    if as_json:
        print(json.dumps(row), flush=True)
    else:
        print(
            f"{kind:<10} {connections:>4} connections {row['questions_per_second']:>8,} questions/s "
            f"median {median:8.2f} ms, 99 % within {high:8.2f} ms, {processor_ms:.2f} ms of processors a question",
            flush=True,
        )


if __name__ == "__main__":
    main()
