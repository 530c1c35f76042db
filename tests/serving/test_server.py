"""The server as a process: it answers, and stops when it is told to, with the requests under way answered."""

import contextlib
import http.client
import json
import re
import signal
import socket
import subprocess
import sys

import numpy as np
import pytest

from firth.errors import FirthError
from firth.serving.server import _listening, is_loopback
from firth.vectors import WordVectors

pytest.importorskip("uvicorn")


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    rng = np.random.default_rng(1)
    path = tmp_path_factory.mktemp("serving") / "v.safetensors"
    WordVectors([f"w{row}" for row in range(300)], rng.standard_normal((300, 8))).save(path)
    return path


@pytest.fixture
def server(file):
    """A running server, and its port."""
    command = [sys.executable, "-m", "firth", "serve", str(file), "--port", "0", "--max-connections", "3"]
    command += ["--allow-host", "words.example", "--allow-host", "*.words.example"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        line = process.stderr.readline()
        found = re.fullmatch(
            r"firth: serving 300 words, 8 dimensions at http://127\.0\.0\.1:(\d+) \(Ctrl-C stops the server\)\n", line
        )
        assert found, line + process.stderr.read()
        yield process, int(found[1])
        process.kill()


@pytest.fixture
def connect(server):
    """A function that makes a connection, which is closed at the end."""
    with contextlib.ExitStack() as stack:
        yield lambda: stack.enter_context(socket.create_connection(("127.0.0.1", server[1]), timeout=10))


def get(port, address, host="127.0.0.1"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", address, headers={"Host": host})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def is_refused(connect):
    try:
        connect().close()
    except ConnectionError:
        return True
    return False


def test_it_answers_and_stops(server, connect, file):
    process, port = server
    status, body = get(port, "/neighbors?word=w1&topn=2")
    expected = WordVectors.load(file).most_similar("w1", topn=2)
    assert status == 200
    assert [near["word"] for near in json.loads(body)["neighbors"]] == [word for word, _ in expected]

    answers = [get(port, "/vector?word=w1", host)[0] for host in ("evil.example", "words.example", "a.words.example")]
    assert answers == [403, 200, 200]

    several = [connect() for _ in range(3)]
    assert get(port, "/health")[0] == 503
    for connection in several:
        connection.close()

    # A request of which the body is still to come when the signal arrives.
    under_way = connect()
    body = b'{"a": "w1", "b": "w1"}'
    under_way.sendall(b"POST /similarity HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(body))
    assert get(port, "/health")[0] == 200  # answered behind it
    process.send_signal(signal.SIGTERM)
    while not is_refused(connect):
        pass
    under_way.sendall(body)
    with under_way.makefile("rb") as answer:
        assert answer.read().endswith(b'{"similarity":1.0}\n')
    assert process.wait(10) == 0
    assert (process.stdout.read(), process.stderr.read()) == ("", "Exceeded concurrency limit.\n")


def test_an_address_that_is_taken():
    with _listening("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(FirthError, match=rf"cannot listen on 127\.0\.0\.1 port {port} \(Address already in use\)"):
            _listening("127.0.0.1", port)
    with pytest.raises(FirthError, match=r"cannot listen on no\.such\.host\.invalid"):
        _listening("no.such.host.invalid", 0)


def test_loopback():
    assert all(map(is_loopback, ("127.0.0.1", "::1", "localhost")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "192.168.1.2", "host")))
