"""``firth serve``: mistakes are told before anything is served."""

import socket

import pytest

from firth import cli
from firth.vectors import WordVectors


@pytest.fixture
def serve(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    WordVectors(["a", "b"], [[1, 0], [1, 1]]).save("v.safetensors")

    def run(*arguments):
        with pytest.raises(SystemExit) as left:
            cli.main(["serve", *arguments])
        return left.value.code, capsys.readouterr().err

    return run


def test_a_port_that_is_taken(serve):
    pytest.importorskip("uvicorn")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert serve("v.safetensors", "--port", str(port)) == (
            1,
            f"firth: error: cannot listen on 127.0.0.1 port {port} (Address already in use); "
            "hint: --port 0 takes any free port\n",
        )


def test_vectors_that_are_missing(serve):
    code, told = serve("none.safetensors")
    assert code != 0
    assert "none.safetensors: no such file" in told


def test_a_host_name_that_is_an_address(serve):
    assert serve("v.safetensors", "--allow-host", "https://a.example") == (
        2,
        "firth: error: 'https://a.example' is not a host name, expected one without https:// and port; "
        "hint: words.example.com, *.example.com for all names below it, or * for any name\n",
    )


def test_options_reach_the_server(serve, monkeypatch):
    given = {}

    def keep(vectors, **options):
        given.update(options)
        options["on_ready"]("http://0.0.0.0:1")

    monkeypatch.setattr("firth.serving.serve", keep)
    options = ("--rate", "5", "--max-body", "9", "--max-topn", "8", "--max-batch", "7", "--max-connections", "6")
    options += ("--allow-host", "a.example", "--allow-host", "*.b.example")
    code, told = serve("v.safetensors", "--host", "0.0.0.0", "--port", "1", *options)
    assert code == 0
    assert told == (
        "firth: serving 2 words, 2 dimensions at http://0.0.0.0:1 (Ctrl-C stops the server)\n"
        "firth: note: other machines can connect; there is no password and no encryption\n"
    )
    limits = given["limits"]
    assert (limits.rate, limits.body, limits.topn, limits.batch) == (5, 9, 8, 7)
    assert given["allowed_hosts"] == ("a.example", "*.b.example")
    assert (given["host"], given["port"], given["connections"]) == ("0.0.0.0", 1, 6)
