"""Faults of a machine while firth works: the disk is full, it cannot be read, files change, memory is short.

Nothing half-written is left, what was good before stays, and the error names the file. Where the tests run as root the
disk is really full, a small one in memory; elsewhere the size of files is limited.
"""

import contextlib
import errno
import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from firth import Word2Vec, WordVectors, encode
from firth.corpus import EncodedCorpus, Vocabulary
from firth.errors import FileFormatError, SourceError, StorageError
from firth.graphs import write_walks
from firth.lm import NeuralModel, NeuralOptions, NgramModel
from firth.text import compressed
from firth.text.phrases import Phrase, Phrases
from firth.training.checkpoint import files, newest
from firth.training.log import RunLog

posix = pytest.mark.skipif(os.name == "nt", reason="no limit on the size of files, and no mount")

RANDOM = np.random.default_rng(0)
TEXT = [[f"w{word}" for word in RANDOM.zipf(1.3, 20) % 300] for _ in range(1500)]
OPTIONS = {"vector_size": 100, "min_count": 1, "epochs": 3, "workers": 1, "seed": 5}
WORDS = [f"word{number}" for number in range(2000)]
VECTORS = WordVectors(WORDS, RANDOM.normal(size=(2000, 50)))


def same_bits(a, b):
    return np.array_equal(a.input_vectors, b.input_vectors) and np.array_equal(a.output_vectors, b.output_vectors)


@pytest.fixture(scope="module")
def trained():
    return Word2Vec(**OPTIONS).fit(TEXT)


@pytest.fixture(scope="module")
def ngrams():
    return NgramModel.train(TEXT, 3, smoothing="witten-bell")


@pytest.fixture
def small_disk():
    """Makes a disk of so many kilobytes, in memory; it can be made larger."""
    folder = Path(tempfile.mkdtemp(prefix="firth-disk-"))

    def mount(*options):
        command = ["mount", "-t", "tmpfs", *options, "tmpfs", str(folder)]
        if sys.platform != "linux" or os.geteuid() or subprocess.run(command, capture_output=True).returncode:
            pytest.skip("a disk cannot be mounted here")

    def make(size, again=False):
        mount("-o", f"{'remount,' if again else ''}size={size}k")
        return folder

    yield make
    subprocess.run(["umount", str(folder)], capture_output=True)
    folder.rmdir()


@contextlib.contextmanager
def longest_file(size):
    """No file may be longer, so that writing beyond fails."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def save_corpus(path, _trained, _ngrams):
    encode([WORDS] * 20, min_count=1, cache=path).close()


def save_neural(path, _trained, _ngrams):
    NeuralModel.train(TEXT[:50], NeuralOptions(epochs=1, vector_size=30, hidden_size=30), workers=1).save(path)


WRITERS = {
    "model.safetensors": lambda path, trained, _: trained.save(path),
    "corpus": save_corpus,
    "ngrams.safetensors": lambda path, _, ngrams: ngrams.save(path),
    "ngrams.arpa": lambda path, _, ngrams: ngrams.write_arpa(path),
    "ngrams.arpa.gz": lambda path, _, ngrams: ngrams.write_arpa(path),
    "neural.safetensors": save_neural,
    **{
        f"vectors{suffix}": lambda path, *_: VECTORS.save(path)
        for suffix in (".safetensors", ".txt", ".vec", ".bin", ".npz", ".parquet", ".arrow")
    },
    "vocabulary.tsv": lambda path, *_: Vocabulary(WORDS, [5] * 2000).save(path),
    "phrases.txt": lambda path, *_: Phrases((tuple(Phrase((word, "x"), 3, 1.5) for word in WORDS),)).save(path),
    "walks.txt": lambda path, *_: write_walks([WORDS] * 20, path),
}


@posix
@pytest.mark.parametrize("name", WRITERS)
def test_a_file_that_cannot_be_written_to_its_end(tmp_path, name, trained, ngrams):
    """By every writer: what was there stays, byte for byte, and nothing else is left."""
    write, path = WRITERS[name], tmp_path / name
    write(path, trained, ngrams)
    size = path.stat().st_size
    path.write_bytes(b"earlier")
    if name == "corpus":
        path.unlink()
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    for room in (size // 2, size - 1):
        with longest_file(room), pytest.raises(StorageError, match=r"cannot write .*File too large; hint: ") as told:
            write(path, trained, ngrams)
        assert str(tmp_path) in told.value.message
        assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk(small_disk, name, trained, ngrams):
    write = WRITERS[name]
    disk = small_disk(8000)
    write(disk / name, trained, ngrams)
    good, size = (disk / name).read_bytes(), (disk / name).stat().st_size
    if name == "corpus":
        (disk / name).unlink()
        good = None
    (disk / "other").write_bytes(bytes(shutil.disk_usage(disk).free - size // 2))
    with pytest.raises(StorageError, match=r"No space left on device; hint: (make room|free some disk space)") as told:
        write(disk / name, trained, ngrams)
    assert str(disk) in told.value.message
    assert {file.name for file in disk.iterdir()} == {"other", *([name] if good else [])}
    assert good is None or (disk / name).read_bytes() == good
    (disk / "other").unlink()
    write(disk / name, trained, ngrams)


def test_a_disk_that_fills_up_with_checkpoints(small_disk, trained):
    """Two fit, the third one does not: the two stay, and when there is room training goes on from them."""
    disk = small_disk(700)
    with pytest.raises(
        StorageError, match=r"cannot write .*checkpoint-.*: No space left on device; hint: free some disk space"
    ):
        Word2Vec(**OPTIONS).fit(TEXT, checkpoint=disk / "kept", checkpoint_every="5K-words")
    assert len(files(disk / "kept")) == 2
    assert len(list((disk / "kept").iterdir())) == 2
    assert newest(disk / "kept").state.tokens_done < 3 * 30_000
    small_disk(8000, again=True)
    resumed = Word2Vec.resume(disk / "kept").fit(TEXT, checkpoint=disk / "kept")
    assert same_bits(resumed, trained)


@posix
def test_a_checkpoint_that_cannot_be_written_ends_the_training_between_two_jobs(tmp_path, trained):
    kept = {"checkpoint": tmp_path, "checkpoint_every": "5K-words"}
    model, good = Word2Vec(**OPTIONS), []

    def fill(progress):
        if progress.tokens_done > 40_000 and not good:
            import resource

            good.extend(path.read_bytes() for path in files(tmp_path))
            limit.enter_context(longest_file(10_000))
            assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == 10_000

    with contextlib.ExitStack() as limit, pytest.raises(StorageError, match=r"checkpoint-.*File too large"):
        model.fit(TEXT, on_progress=fill, **kept)
    assert [path.read_bytes() for path in files(tmp_path)] == good
    assert len(list(tmp_path.iterdir())) == len(good) == 2
    assert same_bits(Word2Vec.resume(tmp_path).fit(TEXT), trained)
    assert same_bits(model.fit(TEXT), trained), "nor is what was learned lost in this process"


def test_a_disk_that_fails_when_it_is_asked_to_have_it_all(tmp_path, trained, monkeypatch):
    """The last step of a checkpoint: the data is forced to the disk, which has no room or is broken."""
    Word2Vec(**OPTIONS).fit(TEXT, checkpoint=tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def fail(_):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StorageError, match=r"cannot write .*checkpoint-.*: Input/output error"):
        newest(tmp_path).write(files(tmp_path)[0])
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_the_record_of_a_run_does_not_end_it(small_disk):
    disk = small_disk(100)
    with RunLog(disk / "log.jsonl") as log:
        (disk / "other").write_bytes(bytes(shutil.disk_usage(disk).free))
        for number in range(200):
            log.write("progress", number=number, text="x" * 100)
    assert (disk / "log.jsonl").exists()


# Reading.


class Broken:
    """A raw file that fails behind so many bytes."""

    def __init__(self, file, good):
        self._file, self._good = file, good

    def __getattr__(self, name):
        return getattr(self._file, name)

    def __enter__(self):
        return self

    def __exit__(self, *how):
        self._file.close()

    def _check(self):
        if self._file.tell() >= self._good:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    def read(self, *size):
        self._check()
        return self._file.read(*size)

    def readinto(self, buffer):
        self._check()
        return self._file.readinto(memoryview(buffer)[: self._good])


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_a_text_that_cannot_be_read_to_its_end(tmp_path, monkeypatch, suffix):
    path, opened = tmp_path / f"text.txt{suffix}", Path.open
    text = "\n".join(map(" ".join, TEXT)).encode()
    path.write_bytes(gzip.compress(text) if suffix else text)

    def broken(self, mode="r", *rest, **options):
        file = opened(self, mode, *rest, **options)
        return Broken(file, 10_000) if self == path and mode == "rb" and options.get("buffering") == 0 else file

    monkeypatch.setattr(compressed.Path, "open", broken)
    for read in (
        lambda: encode(path, min_count=1),
        lambda: encode(path, min_count=1, cache=tmp_path / "c.corpus"),
        lambda: Word2Vec(**OPTIONS).fit(path),
        lambda: NgramModel.train(path, 2, smoothing="add-k"),
        lambda: WordVectors.load(path) if suffix else encode(path),
    ):
        with pytest.raises(SourceError, match=rf"text\.txt{suffix}: cannot be read to its end \(Input/output error\)"):
            read()
        assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="there is no file here that cannot be read")
def test_a_file_that_really_cannot_be_read(tmp_path):
    """No memory is at the beginning of this file, and the system says what it says of a broken disk."""
    path = tmp_path / "text.txt"
    path.symlink_to("/proc/self/mem")
    with pytest.raises(
        SourceError, match=r"text\.txt: cannot be read to its end \(Input/output error\); hint: check the"
    ):
        encode(path)


def damage(kind, path):
    if kind == "shrinks":
        os.truncate(path, path.stat().st_size // 2)
    elif kind == "is emptied":
        os.truncate(path, 0)
    elif kind == "grows":
        with path.open("ab") as file:
            file.write(b"more")
    else:
        before = path.stat()
        with path.open("r+b") as file:
            file.seek(-40, os.SEEK_END)
            file.write(b"\xff" * 8)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))  # the clock of files is coarse


@posix
@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("kind", ["shrinks", "is emptied", "grows", "is written over"])
def test_a_corpus_that_changes_while_it_is_learned_from(tmp_path, kind, workers):
    """Told, and not read past its end, which would end the process; what was saved before is good."""
    cache, kept = tmp_path / "c.corpus", tmp_path / "kept"
    encode(TEXT, min_count=1, cache=cache).close()
    whole = cache.read_bytes()
    # With several workers the thread that hears of their progress may have its turn late.
    epochs, saved = (3, 30_000) if workers == 1 else (9, 5_000)
    options = {**OPTIONS, "workers": workers, "epochs": epochs}

    def change(progress):
        if progress.tokens_done > 35_000 and cache.read_bytes() == whole:
            damage(kind, cache)

    with (
        EncodedCorpus.load(cache) as corpus,
        pytest.raises(FileFormatError, match=r"c\.corpus was changed while it was used; hint: encode the text again"),
    ):
        Word2Vec(**options).fit(corpus, checkpoint=kept, checkpoint_every="5K-words", on_progress=change)
    assert newest(kept).state.tokens_done >= saved
    cache.write_bytes(whole)
    with EncodedCorpus.load(cache) as corpus:
        resumed = Word2Vec.resume(kept).fit(corpus)
    if workers == 1:
        with EncodedCorpus.load(cache) as corpus:
            assert same_bits(resumed, Word2Vec(**options).fit(corpus))


@posix
def test_a_disk_that_fails_while_it_is_learned_from(tmp_path, monkeypatch):
    """One read error: the checkpoint before it is good, and so is the model, which goes on when the disk does."""
    kept, read, reads = tmp_path / "kept", os.pread, []

    def fail(*place):
        reads.append(place)
        if len(reads) == 120:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return read(*place)

    with encode(TEXT, min_count=1, cache=tmp_path / "c.corpus") as corpus:
        expected = Word2Vec(**OPTIONS).fit(corpus)
        monkeypatch.setattr(os, "pread", fail)
        model = Word2Vec(**OPTIONS)
        with pytest.raises(FileFormatError, match=r"c\.corpus: cannot be read \(Input/output error\)"):
            model.fit(corpus, checkpoint=kept, checkpoint_every="5K-words")
        assert same_bits(Word2Vec.resume(kept).fit(corpus), expected)
        assert same_bits(model.fit(corpus), expected)


# Memory.

SHORT = """
import resource, sys, warnings
import firth
from firth import cli
from firth.word2vec import Word2Vec
taken = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (taken + (1 << 30), resource.RLIM_INFINITY))
cli.main(["train", sys.argv[1], "-o", sys.argv[2], "--min-count", "1", "--vector-size", "2000", "--workers", "1", "-q"])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="no limit on memory")
def test_memory_is_short(tmp_path):
    """A process that gets one more gigabyte, and a model of twice as much: refused before it is made."""
    (tmp_path / "text.txt").write_text("\n".join(f"w{number} w{number // 2}" for number in range(150_000)))
    program = [sys.executable, "-Wignore", "-c", SHORT, str(tmp_path / "text.txt"), str(tmp_path / "v.safetensors")]
    done = subprocess.run(program, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stdout) == (2, "")
    told = r"firth: error: 150,000 words of 2000 dimensions need 2\.\d GiB for both matrices, but only 0\.\d GiB of "
    assert re.match(told + r"memory are available; hint: --max-words \d+, or a smaller vector_size\n", done.stderr), (
        done.stderr
    )
    assert [path.name for path in tmp_path.iterdir()] == ["text.txt"]
