"""Compressed files, in every reader: whatever bit is flipped and wherever they are cut, no other content comes out.

Each format has a checksum at its end, so a reader has to come to it. A flip that is not told may only be one that
changes nothing, such as that of the time in a header.
"""

import bz2
import gzip
import io
import lzma
import random
import sys
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet
import pytest

from firth import WordVectors, encode
from firth.corpus import Vocabulary
from firth.corpus.phrases_found import find_phrases
from firth.errors import FirthError, StorageError
from firth.evaluation import AnalogySet, CategorySet, OutlierSet, SessionSet, SimilaritySet
from firth.graphs import Graph
from firth.lm import NgramModel
from firth.lm.model_files import load_model
from firth.text.compressed import OPENERS
from firth.text.phrases import Phrase, Phrases
from firth.text.preparation import Preparation
from firth.text.sources import TextFiles

if sys.version_info >= (3, 14):
    from compression.zstd import CompressionParameter, ZstdCompressor

    def zst(raw):
        return ZstdCompressor(options={CompressionParameter.checksum_flag: 1}).compress(raw, ZstdCompressor.FLUSH_FRAME)
else:
    from zstandard import ZstdCompressor

    def zst(raw):
        return ZstdCompressor(write_checksum=True).compress(raw)  # as the program does


PACK = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress, ".zst": zst}
DAMAGED = 25  # files for each reader and compression

WORDS = [f"w{number}" for number in range(60)]
LINES = [" ".join(random.Random(number).choices(WORDS, k=9)) for number in range(40)]
TEXT = "\n".join(LINES).encode()
VECTORS = WordVectors(WORDS, np.random.default_rng(0).normal(size=(60, 4)))


def saved(save, name):
    def make(folder):
        save(folder / name)
        return (folder / name).read_bytes()

    return make


def table_of(writer):
    def make(folder):
        written = io.BytesIO()
        writer(pa.table({"text": LINES}), written)
        return written.getvalue()

    return make


def arrow_stream(table, written):
    with pa.ipc.new_stream(written, table.schema) as writer:
        writer.write_table(table, max_chunksize=10)


def vectors(name):
    return f"v{'.tsv' if name == 'projector' else '.txt'}", saved(lambda path: VECTORS.save(path, name), "v")


def shown(vectors):
    return vectors.index_to_key, vectors.vectors.tobytes()


def corpus_of(path, field=None):
    with encode(path, field=field, min_count=1, workers=1) as corpus:
        return corpus.digest()


def blocks_of(path):
    return b"".join(block.text[: block.size].tobytes() for block in TextFiles([path], whole_lines=True).blocks(64))


def vectors_reader(name):
    return (
        f"v{name}",
        saved(lambda path: VECTORS.save(path, name), "v"),
        lambda path: shown(WordVectors.load(path, name)),
    )


def of(content):
    return lambda _: content if isinstance(content, bytes) else content.encode()


def entries(content, reader):
    return "set.txt", of(content), lambda path: repr(vars(reader.read(path)))


MODEL = [line.split() for line in LINES]
JSON = "".join(f'{{"text": "{line}"}}\n' for line in LINES)
READERS = {  # the name without that of the compression, what is packed, and a reader that shows what it found
    "text": ("t.txt", of(TEXT), corpus_of),
    "blocks": ("t.txt", of(TEXT), blocks_of),
    "phrases in a text": ("t.txt", of(TEXT), lambda path: find_phrases(path, min_count=1, threshold=0.1).passes),
    "text of a language model": ("t.txt", of(TEXT), lambda path: NgramModel.train(path, 2, smoothing="add-k").words),
    "JSON Lines": ("t.jsonl", of(JSON), lambda path: corpus_of(path, "text")),
    "CSV": ("t.csv", of("text\n" + TEXT.decode()), lambda path: corpus_of(path, "text")),
    "Parquet": ("t.parquet", table_of(pa.parquet.write_table), lambda path: corpus_of(path, "text")),
    "Arrow": ("t.arrow", table_of(pa.feather.write_feather), lambda path: corpus_of(path, "text")),
    "Arrow stream": ("t.arrow", table_of(arrow_stream), lambda path: corpus_of(path, "text")),
    **{name: vectors_reader(name) for name in ("word2vec-text", "word2vec-binary", "glove", "fasttext-vec", "spacy")},
    "vectors, by their content": (
        "v.txt", saved(lambda path: VECTORS.save(path, "glove"), "v"), lambda path: shown(WordVectors.load(path))),
    "ARPA": ("m.arpa", saved(lambda path: NgramModel.train(MODEL, 2).write_arpa(path), "m.arpa"),
             lambda path: load_model(path).log10_probabilities.tobytes()),
    "words and counts": ("v.tsv", of("the\t5\ncat\t3\nsat\t1\n"), lambda path: Vocabulary.load(path).words),
    "phrases": ("p.txt", saved(Phrases(((Phrase(("new", "york"), 3, 1.5),),)).save, "p"),
                lambda path: Phrases.load(path).passes),
    "graph": ("g.txt", of("a b\nb c 2.5\nc a\n"), lambda path: repr(vars(Graph.read(path)))),
    "stop words": ("s.txt", of("\n".join(WORDS)), lambda path: Preparation(stop_words=path).as_dict()),
    "similarity": entries("a\tb\t7.5\nc\td\t1\n" * 9, SimilaritySet),
    "analogies": entries(": family\nking queen man woman\na b c d\n", AnalogySet),
    "categories": entries("dog\tanimal\ncar\tthing\n", CategorySet),
    "outliers": entries("dog\ncat\ncow\n\ncar\nbus\n", OutlierSet),
    "sessions": entries("a b c\nb c d\n", SessionSet),
}  # fmt: skip


def test_every_compression_is_among_them():
    assert PACK.keys() == OPENERS.keys()


def damaged(raw, suffix):
    """Files that were cut, the first of them by one byte only, and files with a flipped bit."""
    draw = random.Random(len(raw))
    yield from (raw[:size] for size in [len(raw) - 1, 0, *draw.sample(range(1, len(raw)), DAMAGED // 2)])
    last = len(raw) * 8 - (8 if suffix == ".bz2" else 0)  # the last bits of .bz2 are padding
    for bit in [last - 8, *draw.sample(range(last), DAMAGED // 2)]:
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        yield bytes(flipped)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("suffix", PACK)
@pytest.mark.parametrize("reader", READERS)
def test_damage_is_told_by_every_reader(tmp_path, reader, suffix):
    name, make, use = READERS[reader]
    raw = make(tmp_path)
    path = tmp_path / (name + suffix)
    path.write_bytes(PACK[suffix](raw))
    expected, packed = use(path), path.read_bytes()
    refused = 0
    for number, content in enumerate(damaged(packed, suffix)):
        path.write_bytes(content)
        try:
            found = use(path)
        except FirthError:
            refused += 1
        else:
            assert len(content) == len(packed), f"file {number} was cut to {len(content)} of {len(packed)} bytes"
            assert found == expected, f"file {number}"
    assert refused >= DAMAGED * 0.8


@pytest.mark.parametrize("suffix", ["", *PACK])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_damage_in_an_archive_is_told(tmp_path, suffix, method):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr(f"t.txt{suffix}", PACK.get(suffix, bytes)(TEXT))
    expected, packed = corpus_of(path), path.read_bytes()
    refused = 0
    for number, content in enumerate(damaged(packed, "")):
        path.write_bytes(content)
        try:
            assert corpus_of(path) == expected, f"file {number}"
        except FirthError:
            refused += 1
    assert refused >= DAMAGED * 0.6  # a name, times and attributes stand in it twice


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_while_a_table_is_unpacked_is_no_fault_of_the_table(tmp_path, monkeypatch):
    path = tmp_path / "t.parquet.gz"
    path.write_bytes(gzip.compress(table_of(pa.parquet.write_table)(tmp_path)))
    monkeypatch.setattr("firth.text.arrow_columns.temporary_folder", lambda: Path("/dev/full"))
    monkeypatch.setattr("tempfile.TemporaryFile", lambda **_: Path("/dev/full").open("wb", buffering=0))  # noqa: SIM115
    with pytest.raises(StorageError, match=r"cannot write temporary files in .*: No space left on device"):
        corpus_of(path, "text")
