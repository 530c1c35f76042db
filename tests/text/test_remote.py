"""Addresses: a server of our own on this machine, and fsspec's memory."""

import gzip
import http.server
import io
import sys
import threading
import zipfile

import pytest

from firth.corpus import encode
from firth.errors import MissingExtra, SourceError
from firth.text.paths import expanded, located
from firth.text.remote import Remote, is_remote
from firth.text.sources import TextFiles

fsspec = pytest.importorskip("fsspec")
pytest.importorskip("aiohttp")

FILES = {
    "/a.txt": b"the cat\n",
    "/b.txt.gz": gzip.compress(b"the mat\n"),
    "/c.jsonl": b'{"text": "the end"}\n',
    "/cut.txt.gz": gzip.compress(b"the mat\n" * 999)[:-9],
}


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        body = FILES.get(self.path.partition("?")[0])
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(len(body or b"") + ("short" in self.path)))
        self.end_headers()
        if body is not None and self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


@pytest.fixture
def memory():
    system = fsspec.filesystem("memory")
    for name, text in {
        "/texts/b.txt": b"two",
        "/texts/a.txt": b"one",
        "/texts/.hidden": b"x",
        "/one.txt": b"1",
    }.items():
        system.pipe_file(name, text)
    yield "memory://"
    system.store.clear()


def text_of(*paths):
    return b" ".join(block.text[: block.size].tobytes() for block in TextFiles(paths).blocks(4)).split()


@pytest.mark.parametrize(
    ("path", "remote"),
    [
        ("https://example.org/a.txt", True),
        ("s3://bucket/a.txt", True),
        ("zip://a.txt::https://example.org/a.zip", True),
        ("simplecache::https://example.org/a.txt", True),
        ("a.txt", False),
        ("folder/a.txt", False),
        ("C://a.txt", False),  # a drive
        ("https://example.org is a site", False),  # a text
    ],
)
def test_what_is_an_address(path, remote):
    assert is_remote(path) == isinstance(located(path), Remote) == remote


@pytest.mark.parametrize(
    ("url", "stem", "suffix"),
    [
        ("https://example.org/a.b/c.txt.gz?download=1.zip", "c.txt", ".gz"),
        ("memory://a.parquet", "a", ".parquet"),
        ("zip://a.csv::https://example.org/b.zip", "a", ".csv"),
        ("simplecache::s3://bucket/a.jsonl", "a", ".jsonl"),
    ],
)
def test_the_name_of_a_file(url, stem, suffix):
    assert (Remote(url).stem, Remote(url).suffix, str(Remote(url))) == (stem, suffix, url)


def test_files_over_http(server):
    with encode([f"{server}/a.txt", f"{server}/b.txt.gz?x=*"], min_count=1) as corpus:
        assert corpus.vocabulary.words == ["the", "cat", "mat"]
        assert corpus.sources is None  # nothing tells whether they have changed
    with encode(f"{server}/c.jsonl", field="text", min_count=1) as corpus:
        assert corpus.vocabulary.words == ["the", "end"]


def test_what_a_server_does_not_have_or_breaks_off(server):
    for name, said in (("nowhere", "404"), ("cut.txt.gz", "read to its end"), ("a.txt?short", "to its end")):
        with pytest.raises(SourceError, match=said):
            encode(f"{server}/{name}", min_count=1)
    with pytest.raises(SourceError, match="remote archive") as caught:
        encode(f"{server}/a.zip")
    assert caught.value.hint == f"zip://NAME::{server}/a.zip"
    with pytest.raises(SourceError, match=r"cannot be read .*connect"):
        encode("http://127.0.0.1:9/a.txt")
    with pytest.raises(SourceError, match="nonsense"):
        encode("nonsense://a.txt")


def test_patterns_and_folders(memory):
    assert text_of(memory + "texts") == text_of(memory + "texts/*.txt") == [b"one", b"two"]
    assert text_of(memory + "one.txt", memory + "texts/b.txt") == [b"1", b"two"]
    assert [str(path) for path in expanded([memory + "texts/a*"])] == ["memory:///texts/a.txt"]
    with pytest.raises(SourceError, match=r"memory://nowhere/\*: .*no such file"):
        expanded([memory + "nowhere/*"])


def test_parquet_elsewhere(memory):
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    with fsspec.open(memory + "a.parquet", "wb") as file:
        parquet.write_table(pyarrow.table({"text": ["one two", "two"]}), file)
    with encode(memory + "a.parquet", field="text", min_count=1) as corpus:
        assert corpus.vocabulary.words == ["two", "one"]


@pytest.mark.parametrize(
    ("module", "path", "extra"), [("fsspec.core", "memory://a", "remote"), ("s3fs", "s3://b/a", "s3")]
)
def test_a_package_that_is_not_installed(monkeypatch, module, path, extra):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtra, match=rf"firth\[{extra}\]"):
        expanded([path])


@pytest.fixture
def s3(monkeypatch, tmp_path):
    """Points s3:// to a server, with a key that fits any."""
    s3fs = pytest.importorskip("s3fs")

    def point(address, **environment):
        s3fs.S3FileSystem.clear_instance_cache()
        known = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_ENDPOINT_URL": address}
        for name, value in {**known, **environment}.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)

    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    yield point
    s3fs.S3FileSystem.clear_instance_cache()


class _Refusing(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        self.send_response(403)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def test_s3_that_refuses(s3):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Refusing) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        for environment, hint in (
            ({}, "do your credentials allow"),
            ({"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}, "set AWS_ACCESS_KEY_ID"),
            ({"AWS_PROFILE": "nowhere"}, "or AWS_PROFILE"),
        ):
            s3(f"http://127.0.0.1:{running.server_port}", **environment)
            with pytest.raises(SourceError, match=r"s3://texts/a\.txt: cannot be read") as caught:
                encode("s3://texts/a.txt")
            assert hint in caught.value.hint
        running.shutdown()


def test_s3(s3):
    moto = pytest.importorskip("moto.server")
    running = moto.ThreadedMotoServer(port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    s3(f"http://{host}:{port}")
    try:
        system = fsspec.filesystem("s3")
        system.mkdir("texts")
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("in.txt", "four")
        for name, content in {
            "a.txt": b"one",
            "folder/b.txt": b"two",
            "folder/c.txt.gz": gzip.compress(b"three"),
            "folder/.hidden": b"x",
            "z.zip": archive.getvalue(),
        }.items():
            system.pipe_file(f"texts/{name}", content)
        for address, words in (
            ("s3://texts/a.txt", [b"one"]),
            ("s3://texts/folder", [b"two", b"three"]),
            ("s3://texts/folder/*.txt", [b"two"]),
            ("s3://texts/**/*.gz", [b"three"]),
            ("zip://in.txt::s3://texts/z.zip", [b"four"]),
        ):
            assert text_of(*expanded([address])) == words
        for nowhere in ("s3://texts/nowhere.txt", "s3://nowhere/a.txt", "s3://nowhere/*.txt"):
            with pytest.raises(SourceError, match="no such file"):
                expanded([nowhere])
    finally:
        running.stop()
