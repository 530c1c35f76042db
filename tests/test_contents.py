"""What a file holds is told by its content, in every reader: with its name and with what to do."""

import bz2
import gzip
import io
import lzma
import pickle
import re
import tarfile
import warnings
import zipfile
import zlib

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from firth import Word2Vec
from firth.contents import HEAD, TEXTS, recognize
from firth.corpus import EncodedCorpus, Vocabulary, encode
from firth.errors import FirthError, SourceError
from firth.evaluation import AnalogySet, CategorySet, OutlierSet, SessionSet, SimilaritySet
from firth.graphs import Graph
from firth.lm import NeuralModel, NgramModel
from firth.lm.model_files import load_mixture, load_model
from firth.text.compressed import open_stream
from firth.text.phrases import Phrases
from firth.text.preparation import Preparation
from firth.vectors import WordVectors
from firth.vectors.formats import FORMATS, write
from firth.vectors.index import open_index

VECTORS = WordVectors(["the", "naïve", "日本"], [[1, 0.5], [-2.25, 3], [1e-3, 4]])


def zipped(*names):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "the cat sat\n")
    return buffer.getvalue()


def tarred():
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("corpus.txt"))
    return buffer.getvalue()


def saved(write):
    buffer = io.BytesIO()
    write(buffer)
    return buffer.getvalue()


def vectors_in(name, folder):
    write(VECTORS.embeddings, folder / "v", name)
    return (folder / "v").read_bytes()


TABLE = pa.table({"text": ["the cat sat"]})
ARPA = b"\\data\\\nngram 1=3\n\n\\1-grams:\n-1\t<unk>\n-99\t<s>\n-0.5\t</s>\n\n\\end\\\n"
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
HELD = {  # kind: bytes, and what the message calls them
    "gzip": (gzip.compress(b"the cat sat\n"), "gzip-compressed data"),
    "bzip2": (bz2.compress(b"the cat sat\n"), "bzip2-compressed data"),
    "xz": (lzma.compress(b"the cat sat\n"), "xz-compressed data"),
    "zstd": (b"\x28\xb5\x2f\xfd\x04\x00\x61\x00\x00", "Zstandard-compressed data"),
    "lz4": (b"\x04\x22\x4d\x18\x64\x40", "LZ4-compressed data"),
    "compress": (b"\x1f\x9d\x90the", "compressed data (.Z)"),
    "zlib": (zlib.compress(b"the cat sat\n"), "zlib-compressed data"),
    "7z": (b"7z\xbc\xaf\x27\x1c\x00\x04", "a 7-Zip archive"),
    "rar": (b"Rar!\x1a\x07\x01\x00", "a RAR archive"),
    "zip": (zipped("corpus.txt"), "a zip archive"),
    "tar": (tarred(), "a tar archive"),
    "lfs": (POINTER, "a Git LFS pointer in place of the file"),
    "html": (b"\n<!DOCTYPE html>\n<html><head><title>404</title>", "a web page"),
    "xml": (b'<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>', "an XML document"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF document"),
    "office": (zipped("[Content_Types].xml", "word/document.xml"), "an Office document"),
    "mobi": (bytes(60) + b"BOOKMOBI", "a Kindle e-book"),
    "rtf": (b"{\\rtf1\\ansi the cat}", "an RTF document"),
    "npy": (saved(lambda file: np.save(file, np.ones(3))), "a NumPy array (.npy)"),
    "hdf5": (b"\x89HDF\r\n\x1a\n\x00", "an HDF5 file"),
    "sqlite": (b"SQLite format 3\x00\x10\x00", "an SQLite database"),
    "gguf": (b"GGUF\x03\x00\x00\x00", "a GGUF model"),
    "finalfusion": (b"FiFu\x00\x00\x00\x00\x02\x00", "finalfusion vectors"),
    "pickle": (pickle.dumps({"the": [1.0]}), "a Python pickle"),
    "pytorch": (zipped("archive/data.pkl", "archive/data/0"), "a PyTorch file"),
    "kenlm": (b"mmap lm http://kheafield.com/code format version 5\n\x00", "a binary language model of KenLM"),
    "srilm": (b"SRILM_BINARY_NGRAM_002\n", "a binary language model of SRILM"),
    "irstlm": (b"blmt 3 100 200 300\n", "a binary language model of IRSTLM"),
    "image": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "an image"),
    "program": (b"\x7fELF\x02\x01\x01\x00", "a program"),
    "utf-16": ("the cat sat\n".encode("utf-16"), "text in UTF-16"),
    "utf-32": ("the cat sat\n".encode("utf-32"), "text in UTF-32"),
    "feather": (b"FEA1\x00\x00\x00\x00", "a Feather file of the first version"),
    "parquet": (saved(lambda file: pa.parquet.write_table(TABLE, file)), "a Parquet file"),
    "arrow": (saved(lambda file: pa.feather.write_feather(TABLE, file, compression="uncompressed")), "an Arrow file"),
    "pgcopy": (b"PGCOPY\n\xff\r\n\0" + bytes(8), "rows for PostgreSQL's COPY"),
    "fasttext-binary": ((793712314).to_bytes(4, "little") + bytes(80), "a fastText model"),
    "arpa": (ARPA, "an ARPA language model"),
}
READ_AS_TEXT = ("arpa", "html", "xml", "utf-16", "utf-32")  # what is a text, or is decoded
READERS = {  # a reader of files by these names, and the kinds that it makes something of
    "vectors": ("v.txt", WordVectors.load, ("parquet", "arrow", "fasttext-binary")),
    "compressed vectors": ("v.txt.gz", WordVectors.load, ("parquet", "arrow", "fasttext-binary")),
    **{
        f"{name} vectors": (f"v.{name}", lambda path, name=name: WordVectors.load(path, name), (name,))
        for name, format in FORMATS.items()
        if format.read and name != "model2vec"
    },
    "model": ("m.safetensors", Word2Vec.load, ("fasttext-binary",)),
    "index": ("i.safetensors", lambda path: open_index(VECTORS, path), ()),
    "text": ("t.txt", lambda path: encode(path, min_count=1), READ_AS_TEXT),
    "compressed text": ("t.txt.gz", lambda path: encode(path, min_count=1), READ_AS_TEXT),
    "records": ("t.jsonl", lambda path: encode(path, field="text", min_count=1), READ_AS_TEXT),
    "Parquet": ("t.parquet", lambda path: encode(path, field="text", min_count=1), ("parquet",)),
    "text of a model": ("t.txt", lambda path: NgramModel.train(path, 1), READ_AS_TEXT),
    "corpus": ("c.corpus", EncodedCorpus.load, ()),
    "vocabulary": ("v.txt", Vocabulary.load, READ_AS_TEXT),
    "phrases": ("p.tsv", Phrases.load, READ_AS_TEXT),
    "stop words": ("s.txt", lambda path: Preparation(stop_words=path), READ_AS_TEXT),
    "tokenizer": ("t.json", lambda path: Preparation(tokenizer=str(path)).cut, ()),
    "language model": ("m.lm", load_model, ("arpa",)),
    "ARPA": ("m.arpa", NgramModel.read_arpa, ("arpa",)),
    "compressed ARPA": ("m.arpa.bz2", NgramModel.read_arpa, ("arpa",)),
    "n-grams": ("m.safetensors", NgramModel.load, ()),
    "neural model": ("m.safetensors", NeuralModel.load, ()),
    "mixture": ("m.json", load_mixture, ()),
    **{
        kind.__name__: ("s.txt", kind.read, READ_AS_TEXT)
        for kind in (SimilaritySet, AnalogySet, CategorySet, OutlierSet, SessionSet, Graph)
    },
}
PACK = {".gz": gzip.compress, ".bz2": bz2.compress}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", HELD)
def test_every_reader_names_what_a_file_holds(tmp_path, kind):
    content, name = HELD[kind]
    for reader, (file, opened, taken) in READERS.items():
        path = tmp_path / file
        path.write_bytes(PACK.get(path.suffix, bytes)(content))
        if kind not in taken:
            with pytest.raises(FirthError, match=re.escape(f"{file} holds {name}")) as refused:
                opened(path)
            assert refused.value.hint, reader


def test_a_packed_archive_is_to_be_unpacked(tmp_path):
    for name in ("texts.tgz", "texts.tar.gz"):
        (tmp_path / name).write_bytes(gzip.compress(HELD["tar"][0]))
        with pytest.raises(SourceError, match=f"{name} holds .*hint: unpack it, and use the file in it"):
            encode(tmp_path / name)


@pytest.mark.parametrize("path", ["-", "a.txt.gz", "a.tgz", "https://example.org/a.txt"])
def test_no_other_name_is_asked_for_where_it_is_no_help(path):
    assert recognize(HELD["gzip"][0], path).hint == "unpack it, and use the file in it"
    assert recognize(HELD["gzip"][0], "a.txt").hint.startswith("rename it to a.txt.gz")


@pytest.mark.parametrize("level", [1, 5, 9])
def test_bzip2_of_any_level(level):
    assert recognize(bz2.compress(b"the cat sat\n", level)).kind == "bzip2"


@pytest.mark.parametrize("suffix", PACK)
@pytest.mark.parametrize("kind", ["zip", "lfs", "html", "xz"])
def test_what_is_not_compressed_as_its_name_says(tmp_path, kind, suffix):
    path = tmp_path / f"t.txt{suffix}"
    path.write_bytes(HELD[kind][0])
    for opened in (WordVectors.load, lambda path: encode(path, min_count=1), Graph.read):
        with pytest.raises(
            SourceError, match=re.escape(f"t.txt{suffix} holds {HELD[kind][1]}, expected a {suffix} file")
        ):
            opened(path)


def test_markup_is_told_once(tmp_path):
    for number in range(3):
        (tmp_path / f"{number}.txt").write_bytes(HELD["html"][0])
    with pytest.warns(UserWarning, match=r"0\.txt holds a web page, and all of it is read as words") as told:
        encode(tmp_path, min_count=1).close()
    assert len(told) == 1


BINARY = ("native", "npz", "parquet", "arrow", "word2vec-binary", "word2vec-text")


@pytest.mark.parametrize("suffix", ["", ".model", ".txt", ".bin", ".safetensors", ".vec", ".npz"])
@pytest.mark.parametrize("name", BINARY)
def test_vectors_are_read_as_what_they_are(tmp_path, name, suffix):
    path = tmp_path / f"v{suffix}"
    write(VECTORS.embeddings, path, name)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        vectors = WordVectors.load(path)
    assert vectors.index_to_key == VECTORS.index_to_key
    np.testing.assert_array_equal(vectors.vectors, VECTORS.vectors)
    says = {".txt": "word2vec-text", ".vec": "word2vec-text", ".bin": "word2vec-binary", ".safetensors": "native"}
    told = bool(suffix not in ("", ".model") and says.get(suffix, "npz") != name)
    assert [bool(re.search("and is read as such", str(warning.message))) for warning in seen] == [True] * told


def test_a_large_file_in_binary(tmp_path):
    rng = np.random.default_rng(1)
    vectors = WordVectors([f"w{number}" for number in range(300)], rng.standard_normal((300, 400)))
    for name in ("word2vec-binary", "word2vec-text"):
        write(vectors.embeddings, tmp_path / "v", name)
        assert len((tmp_path / "v").read_bytes()) > HEAD
        assert WordVectors.load(tmp_path / "v").index_to_key == vectors.index_to_key


def test_text_where_binary_was_asked_for(tmp_path):
    write(VECTORS.embeddings, tmp_path / "v.txt")
    with pytest.raises(FirthError, match="holds vectors as text, expected a file of the format word2vec-binary"):
        WordVectors.load(tmp_path / "v.txt", "word2vec-binary")
    write(VECTORS.embeddings, tmp_path / "v.bin")
    with pytest.raises(
        FirthError, match="holds vectors in word2vec's binary format, expected a file of the format glove"
    ):
        WordVectors.load(tmp_path / "v.bin", "glove")


@pytest.mark.parametrize("name", ["m.arpa", "m.ARPA", "M.Arpa.GZ", "m.arpa.xz", "m.arpa.bz2", "m.lm", "m.model", "m"])
def test_arpa_under_any_name(tmp_path, name):
    model = NgramModel.train([["a", "b"], ["b"]], 2, smoothing="witten-bell")
    model.write_arpa(tmp_path / name)
    with open_stream(tmp_path / name) as (stream, _):
        assert stream.read(6) == b"\\data\\"
    assert load_model(tmp_path / name).words == model.words
    with pytest.raises(
        FirthError, match=r"holds (an ARPA language model|.*-compressed data), expected a file of the kind 'ngram'"
    ):
        NgramModel.load(tmp_path / name)


@pytest.mark.parametrize(
    "head",
    [
        b"\\data\\\n" + b"\n" * HEAD,
        b"\\data\\\n" + b" \n" * HEAD,
        b"1 1\na " + b"1" * (HEAD - 9) + b"x\n",
        b"3 2\n" + b" " * HEAD,
        b"blmt" + b" 1" * HEAD,
        b"c" + b"a." * HEAD,
        b"\x80\x04" + b"(l." * HEAD,
        b" \n\t" * HEAD,
    ],
)
def test_nothing_takes_long_to_recognise(head):
    assert recognize(head[:HEAD]) in (None, recognize(b"\x80\x04"))  # with backtracking it would take hours


@given(st.one_of(st.text(), st.text("BZh91AY&SYblmt \n"), st.lists(st.text(min_size=1)).map(" ".join)))
def test_a_text_is_a_text(text):
    content = recognize(text.encode("utf-8", "surrogatepass"))
    assume(
        not text.startswith(("%PDF-", "{\\rtf1", "version https://git-lfs", "mmap lm http://k", "SRILM_BINARY_NGRAM"))
    )
    assert content is None or content.kind in TEXTS
