"""Files from strangers: whatever the bytes, every reader gives a result or an error of firth.

For each reader a sound file is written and damaged again and again, by seeded mutations: of its bytes, and of what
stands in it (a value of its JSON, a tensor, an array), so that the container stays whole and the reader gets beyond
its first check. What a reader gives is then used, for it may trust a number that nobody checked.

``pytest tests/test_strangers.py --fuzz 10000`` does so 10,000 times a reader, and prints a table.
"""

import bz2
import copy
import faulthandler
import gzip
import io
import itertools
import json
import lzma
import random
import resource
import struct
import tarfile
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest

from firth import Word2Vec, WordVectors, encode
from firth.contents import recognize
from firth.corpus import EncodedCorpus, Vocabulary
from firth.errors import FirthError
from firth.evaluation import AnalogySet, CategorySet, OutlierSet, SessionSet, SimilaritySet
from firth.graphs import Graph, walks
from firth.lm import LinearMixture, NeuralModel, NeuralOptions, NgramModel
from firth.lm.model_files import load_model, save_mixture
from firth.storage import map_tensors, write_tensors
from firth.text.compressed import OPENERS
from firth.text.phrases import Phrase, Phrases
from firth.text.preparation import Preparation
from firth.text.records import READERS
from firth.text.sources import TextFiles
from firth.text.tokenizers import huggingface
from firth.training.checkpoint import Checkpoint
from firth.training.checkpoint import files as newest_files
from firth.tuning.studies import finished, open_study
from firth.vectors.formats import FORMATS, write
from firth.vectors.index import build_index, open_index

MEMORY = 6 << 30  # bytes that a reader may ask for beyond what is there
HANGS = 120  # seconds after which a reader counts as one that hangs
WORDS = ["the", "naïve", "日本", "well-being", "3.14", "UPPER"]
MATRIX = np.arange(18, dtype=np.float32).reshape(6, 3) / 7 - 1
VECTORS = WordVectors(WORDS, MATRIX, [60, 50, 40, 30, 20, 10], {"preparation": Preparation(casefold=True).as_dict()})
SENTENCES = [line.split() for line in ("a b c a b", "a b", "c a b c", "b a", "d a c") * 8]

# Mutations of bytes.

NUMBERS = [b"0", b"-1", b"1", b"2147483648", b"-2147483648", b"99999999999999999999", b"1e400", b"nan", b"1e-400", b""]
INTEGERS = [0, 1, -1, 127, 255, -(1 << 31), (1 << 31) - 1, 1 << 32, -(1 << 63), (1 << 63) - 1, 1 << 40]
BYTES = b"\x00\xff\x7f\x80\n\r\t \"'\\{}[],:;<>/-.019aA\x1b\xef\xbb\xbf"


def flipped(raw, place, draw):
    return raw[:place] + bytes([raw[place] ^ 1 << draw.randrange(8)]) + raw[place + 1 :]


def replaced(raw, place, draw):
    return raw[:place] + bytes([draw.choice(BYTES)]) + raw[place + 1 :]


def cut(raw, place, draw):
    return raw[:place]


def inserted(raw, place, draw):
    return raw[:place] + bytes(draw.choices(BYTES, k=draw.choice([1, 2, 8, 300]))) + raw[place:]


def deleted(raw, place, draw):
    return raw[:place] + raw[place + draw.choice([1, 2, 4, 8, 100]) :]


def doubled(raw, place, draw):
    size = draw.choice([1, 4, 16, 200])
    return raw[:place] + raw[place : place + size] * draw.choice([2, 3, 50]) + raw[place + size :]


def renumbered(raw, place, draw):
    """Another number for the first behind a place that is written in digits."""
    digits = b"0123456789"
    start = next((at for at in range(place, len(raw)) if raw[at] in digits), len(raw))
    stop = next((at for at in range(start, len(raw)) if raw[at] not in digits), len(raw))
    return raw[:start] + draw.choice(NUMBERS) + raw[stop:]


def overwritten(raw, place, draw):
    """Another number for one that is written in bytes."""
    size = draw.choice([1, 2, 4, 8])
    place -= place % draw.choice([1, size])
    number = draw.choice(INTEGERS) % (1 << 8 * size)
    return raw[:place] + number.to_bytes(size, draw.choice(["little", "big"])) + raw[place + size :]


EDITS = [flipped, flipped, replaced, cut, inserted, deleted, doubled, renumbered, renumbered, overwritten, overwritten]


def of_bytes(raw, draw):
    for _ in range(draw.choice([1, 1, 2, 5])):
        if raw:
            place = draw.randrange(draw.choice([len(raw), min(len(raw), 400)]))
            raw = draw.choice(EDITS)(raw, place, draw)
    return raw


# Mutations of what stands in a container; those that cannot write what came out give up, as ValueError.

ODD = [None, True, -1, 0, 1, 3, 1 << 31, 1 << 63, 1 << 70, -(1 << 31), 1e308, -0.5, float("nan"), float("inf")]
ODD += ["", "x", "\0", "/dev/zero", [], {}, [[]], [1, "a"], [None], {"x": 1}]


def tree(value, draw):
    """A value of JSON in which something is something else."""
    if isinstance(value, dict) and value and draw.random() < 0.9:
        key = draw.choice(sorted(value))
        what = draw.random()
        if what < 0.1:
            return {name: part for name, part in value.items() if name != key}
        if what < 0.15:
            return {**value, draw.choice(["x", "", "\0", key + "x"]): value[key]}
        return {**value, key: tree(value[key], draw)}
    if isinstance(value, list) and value and draw.random() < 0.9:
        place = draw.randrange(len(value))
        what = draw.random()
        if what < 0.1:
            return value[:place] + value[place + 1 :]
        if what < 0.2:
            return value[: place + 1] + value[place:]
        return [*value[:place], tree(value[place], draw), *value[place + 1 :]]
    if draw.random() < 0.03:  # as deep as no parser goes
        return "DEEP"
    return copy.deepcopy(draw.choice(ODD))


def dumped(value):
    return json.dumps(value).replace('"DEEP"', "[" * 100_000 + "]" * 100_000).encode()


def of_json(raw, draw):
    return dumped(tree(json.loads(raw), draw))


def of_json_lines(raw, draw):
    lines = raw.splitlines(keepends=True)
    place = draw.randrange(len(lines))
    return b"".join([*lines[:place], dumped(tree(json.loads(lines[place]), draw)) + b"\n", *lines[place + 1 :]])


def array(values, draw):
    """An array of which something is otherwise."""
    what = draw.randrange(7)
    if what == 0:
        return values.astype(draw.choice([np.int8, np.uint8, np.int32, np.int64, np.float16, np.float32, np.float64]))
    if what == 1:
        return values[: draw.randrange(len(values) + 1)]
    if what == 2:
        return np.concatenate([values, values])
    if what == 3:
        return values.reshape(draw.choice([(-1,), (-1, 1), (1, *values.shape), (*values.shape, 1)]))
    values = values.copy()
    if what == 4 and len(values):  # a run of one value, so that what grows goes on growing
        first, last = sorted(draw.choices(range(len(values)), k=2))
        values[first : last + 1] = values[draw.choice([first, last])]
    elif values.size:
        odd = draw.choice([0, -1, 1, 127, 1 << 20, (1 << 31) - 1, -(1 << 31), (1 << 62), float("nan"), float("inf")])
        with np.errstate(all="ignore"):
            values.reshape(-1)[draw.randrange(values.size)] = np.array(odd).astype(values.dtype)
    return values


def of_tensors(raw, draw, folder):
    """A file of firth with other metadata or tensors, or whose header speaks of others."""
    path = folder / "mutated"
    path.write_bytes(raw)
    if draw.random() < 0.2:  # the header as it is written
        size = int.from_bytes(raw[:8], "little")
        header = dumped(tree(json.loads(raw[8 : 8 + size]), draw))
        return len(header).to_bytes(8, "little") + header + raw[8 + size :]
    header = json.loads(raw[8 : 8 + int.from_bytes(raw[:8], "little")])
    kind = json.loads(header["__metadata__"]["firth"])["kind"]
    tensors, metadata = map_tensors(path, kind)
    tensors = {name: values.copy() for name, values in tensors.items()}
    if draw.random() < 0.5 and metadata:
        metadata = tree(metadata, draw)
        if not isinstance(metadata, dict) or "DEEP" in json.dumps(metadata):
            raise ValueError
    else:
        name = draw.choice(sorted(tensors))
        if draw.random() < 0.1:
            del tensors[name]
        else:
            tensors[name] = array(tensors[name], draw)
    if kind == "index" and "graph" in tensors and tensors["graph"].dtype != np.uint8:
        raise ValueError
    write_tensors(path, kind, tensors, metadata)
    return path.read_bytes()


def of_arrays(raw, draw, folder):
    del folder
    with np.load(io.BytesIO(raw)) as arrays:
        held = dict(arrays)
    name = draw.choice(sorted(held))
    held[name] = held[name][:2] if held[name].dtype.kind == "U" and draw.random() < 0.5 else array(held[name], draw)
    written = io.BytesIO()
    np.savez(written, **held)
    return written.getvalue()


def of_table(raw, draw, folder):
    """A table with a column of another type, for Parquet and Arrow alike."""
    del folder
    parquet = raw[:4] == b"PAR1"
    table = pa.parquet.read_table(io.BytesIO(raw)) if parquet else pa.feather.read_table(io.BytesIO(raw))
    name = draw.choice(table.column_names)
    rows = table.num_rows
    if draw.random() < 0.2:
        parts = [None, pa.py_buffer(struct.pack("<ii", 0, 2)), pa.py_buffer(b"a\xff")]
        column = pa.Array.from_buffers(pa.string(), 1, parts).take([0] * rows)  # text that is not UTF-8
    else:
        column = pa.array([draw.choice([b"a\xff", 1, None, "x", 0.5, [1.0], {"a": 1}, [[1.0]]])] * rows)
    table = table.set_column(table.column_names.index(name), draw.choice([name, "x"]), column)
    written = io.BytesIO()
    if parquet:
        pa.parquet.write_table(table, written)
    else:
        pa.feather.write_feather(table, written, compression="uncompressed")
    return written.getvalue()


def packed(pack, unpack, inner=of_bytes):
    """Mutations of what is packed, packed again."""
    return lambda raw, draw: pack(inner(unpack(raw), draw))


# Readers: a function that writes a sound file into a folder, one that reads and uses it, and mutations beside bytes.


def use_vectors(vectors):
    words = vectors.index_to_key
    assert len(words) == len(vectors) == len(vectors.vectors)
    for word in words[:2]:
        vectors.most_similar(word, topn=3)
        vectors.similarity(word, words[-1])
    if words:
        vectors.similar_by_vector(vectors.vectors[0])
    if vectors.subwords is not None:
        vectors["unseen"]
    if vectors.counts is not None:
        vectors.counts.sum()
    word = "The"
    if word not in vectors and isinstance(vectors.metadata, dict):
        from firth.text.queries import word_of_query

        word_of_query(word, vectors.metadata.get("preparation"), vectors)
    repr(vectors)


def open_vectors(path, name, **options):
    use_vectors(WordVectors.load(path, name, **options))


def vectors_reader(name, suffix="", *others):
    def make(folder):
        path = folder / ("v.tsv" if name == "projector" else f"v{suffix}")
        write(VECTORS.embeddings, path, name)
        return path / "model.safetensors" if name == "model2vec" else path

    def use(path):
        open_vectors(path.parent if name == "model2vec" else path, name)
        open_vectors(path.parent if name == "model2vec" else path, name, limit=2)

    return make, use, others


def detected(name, suffix, *others):
    make, _, _ = vectors_reader(name, suffix)
    return make, lambda path: use_vectors(WordVectors.load(path)), others


def of_file(content, use, *others, name="file"):
    def make(folder):
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make, use, others


def saved(save, use, *others, name="file"):
    def make(folder):
        save(folder / name)
        return folder / name

    return make, use, others


def fasttext(minn=2, maxn=4):
    """A model as fastText saves it: header, dictionary, input matrix."""
    buckets = 7
    settings = (3, 5, 1, 1, 5, 1, 2, 2, buckets, minn, maxn, 100)
    raw = struct.pack("<ii12id", 793712314, 12, *settings, 1e-4) + struct.pack("<iiiqq", 6, 6, 0, 210, -1)
    for word in WORDS:
        raw += word.encode() + b"\0" + struct.pack("<qb", 35, 0)
    raw += struct.pack("<?qq", False, len(WORDS) + buckets, 3)
    return raw + np.arange(3 * (len(WORDS) + buckets), dtype="<f4").tobytes() + struct.pack("<?qq", False, 6, 3)


def beside(name, use, *others):
    """A reader for the file beside the one that is named."""
    make, _, _ = vectors_reader(name)
    names = {"model2vec": "tokenizer.json", "projector": "v_metadata.tsv"}

    def made(folder):
        return make(folder).with_name(names[name])

    return made, use, others


def use_model(model):
    model.score(["a", "b", "c"])
    model.log_probability("a", ["b", "c"]) if hasattr(model, "log_probability") else None
    model.perplexity(SENTENCES[:3])
    model.score(["unseen"])
    repr(model)
    if isinstance(model, NgramModel) and model.info.get("form") not in ("uniform", "stupid"):
        model.prune_by_entropy(1e-3)


def use_corpus(path):
    with EncodedCorpus.load(path) as corpus:
        corpus.coverage(2)
        repr(corpus)
        for start, stop in itertools.pairwise(corpus.bounds):
            assert all(isinstance(corpus.vocabulary.words[word], str) for word in corpus.ids[start:stop])
        Preparation.from_dict({**corpus.options, "tokenizer": None})
        for objective in ("negative", "hierarchical", "softmax"):
            Word2Vec(vector_size=3, min_count=1, epochs=1, workers=1, objective=objective).fit(corpus)


def use_word2vec(path):
    model = Word2Vec.load(path, workers=1)
    use_vectors(model.vectors)
    WordVectors.load_output(path)
    repr(model)
    model.fit(SENTENCES)


def use_study(path):
    study = open_study(path, True, {"metric": "loss"})
    for trial in finished(study):
        assert trial.params is not None


def save_study(path):
    study = open_study(path, True, {"metric": "loss"})
    for value in (0.1, 0.2):
        trial = study.ask()
        trial.suggest_float("learning_rate", 0.001, 0.1)
        trial.suggest_int("window", 1, 10)
        study.tell(trial, value)


def save_mixed(path):
    NgramModel.train(SENTENCES, 2, smoothing="witten-bell").save(path.with_name("a.safetensors"))
    NgramModel.train(SENTENCES, 1, smoothing="add-k").save(path.with_name("b.safetensors"))
    names = ["a.safetensors", "b.safetensors"]
    models = [load_model(path.with_name(name)) for name in names]
    save_mixture(path, LinearMixture(models), [str(path.with_name(name)) for name in names])


def use_text(path, field=None):
    from firth.text.records import Records

    files = TextFiles([path], records=Records(field))
    files.facts()
    for block in files.blocks():
        block.text[: block.size].tobytes()
    with encode(path, field=field, min_count=1, workers=1, errors="replace") as corpus:
        repr(corpus)


def use_tokenizer(path):
    huggingface(path)("the cat sat\non the mat")


def save_arpa(path):
    NgramModel.train(SENTENCES, 3).write_arpa(path)


def save_ngrams(path):
    NgramModel.train(SENTENCES, 3).save(path)


def save_neural(path):
    options = NeuralOptions(context=2, vector_size=3, hidden_size=2, epochs=1)
    NeuralModel.train(SENTENCES, options, held_out=SENTENCES[:3], workers=1).save(path)


def save_word2vec(path):
    Word2Vec(vector_size=3, min_count=1, epochs=1, workers=1, negative=2, sample=0).fit(SENTENCES).save(path)


def save_checkpoint(path):
    folder = path.with_name("checkpoints")
    model = Word2Vec(vector_size=3, min_count=1, epochs=2, workers=1, negative=2, sample=0)
    model.fit(SENTENCES, checkpoint=folder, checkpoint_every="50%")
    newest_files(folder)[-1].rename(path)


def use_checkpoint(path):
    found = Checkpoint.read(path)
    assert found.is_finished in (True, False)
    assert len(found.vocabulary) == len(found.weights.input_vectors)
    model = Word2Vec.from_checkpoint(found)
    use_vectors(model.vectors)
    model.fit(SENTENCES)


TEXT = "The naïve king, 日本 and 3.14.\n" * 20
RECORDS = [{"id": number, "text": line} for number, line in enumerate(TEXT.splitlines())]
CSV = 'id,text\n1,"a, ""b"" c"\n2,d e f\n' + "3,g h\n" * 5
TOKENIZER = {
    "version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
    "pre_tokenizer": {"type": "Whitespace"}, "post_processor": None, "decoder": None,
    "model": {"type": "WordLevel", "vocab": {"the": 0, "cat": 1, "?": 2}, "unk_token": "?"},
}  # fmt: skip


def parquet_of(writer):
    written = io.BytesIO()
    writer(pa.table({"id": list(range(20)), "text": TEXT.splitlines()}), written)
    return written.getvalue()


def zipped(raw):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", raw)
        archive.writestr("b/b.jsonl.gz", gzip.compress(raw))
    return written.getvalue()


PAGE = (
    '<html><head><meta charset="utf-8"><title>a</title></head><body><p>the &amp; <b>cat</b><table><tr><td>sat</table>'
)
BOOK = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": '<c xmlns="urn:c"><rootfile full-path="b.opf"/></c>',
    "b.opf": '<p xmlns="b"><manifest><item id="c" href="c.html"/></manifest><spine><itemref idref="c"/></spine></p>',
    "c.html": PAGE,
}
WORD_DOCUMENT = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    "word/document.xml": '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p>'
    "<w:r><w:t>the cat</w:t><w:tab/></w:r></w:p><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl></w:body></w:document>",
}


def archived(files):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return written.getvalue()


def tarred(raw):
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.txt"), io.BytesIO(raw))
    return written.getvalue()


def use_index(path):
    use_vectors(open_index(VECTORS, path))


SETS = {
    "similarity": ("a\tb\t7.5\nc\td\t1\n", SimilaritySet.read),
    "similarity, commas": ('word1,word2,score\n"a",b,7.5\nc,d,1\n', SimilaritySet.read),
    "analogies": (": family\nking queen man woman\na b c d\n", AnalogySet.read),
    "categories": ("dog\tanimal\ncar\tthing\n", CategorySet.read),
    "outliers": ("dog\ncat\ncow\n\ncar\nbus\n", OutlierSet.read),
    "sessions": ("a b c\nb c d\n", SessionSet.read),
}
CASES = {
    "native": vectors_reader("native", ".safetensors", of_tensors),
    "native, by its content": detected("native", ".safetensors", of_tensors),
    **{
        name: vectors_reader(name)
        for name in ("word2vec-text", "word2vec-binary", "glove", "fasttext-vec", "spacy", "projector", "model2vec")
    },
    "npz": vectors_reader("npz", ".npz", of_arrays),
    "parquet": vectors_reader("parquet", ".parquet", of_table),
    "arrow": vectors_reader("arrow", ".arrow", of_table),
    "word2vec-text, by its content": detected("word2vec-text", ".txt"),
    "model2vec, tokenizer": beside("model2vec", lambda path: open_vectors(path.parent, "model2vec"), of_json),
    "projector, words": beside("projector", lambda path: open_vectors(path.with_name("v.tsv"), "projector")),
    "fasttext-binary": of_file(fasttext(), lambda path: open_vectors(path, "fasttext-binary"), name="v.bin"),
    "gensim": of_file(b"\x80\x04\x8c\x15gensim.models.word2vec\x94\x8c\x08Word2Vec\x94\x93\x94)\x81\x94.",
                      lambda path: WordVectors.load(path, "gensim")),
    **{
        f"text, {suffix}": of_file(pack(TEXT.encode()), use_text, packed(pack, unpack), name=f"text.txt{suffix}")
        for suffix, pack, unpack in [
            ("", bytes, bytes), (".gz", gzip.compress, gzip.decompress), (".bz2", bz2.compress, bz2.decompress),
            (".xz", lzma.compress, lzma.decompress),
        ]
    },
    "vectors, .gz": of_file(gzip.compress(b"2 3\na 1 2 3\nb 4 5 6\n"), lambda path: use_vectors(WordVectors.load(path)),
                            packed(gzip.compress, gzip.decompress), name="v.txt.gz"),
    "archive, .zip": of_file(zipped(TEXT.encode()), use_text, name="a.zip"),
    "text, UTF-16": of_file(TEXT.encode("utf-16"), use_text, name="text.txt"),
    "web page": of_file(PAGE, use_text, name="page.html"),
    "e-book": of_file(archived(BOOK), use_text, name="book.epub"),
    "Word document": of_file(archived(WORD_DOCUMENT), use_text, name="letter.docx"),
    "subtitles, .srt": of_file("1\n00:00:01,000 --> 00:00:02,500\n<i>the</i> cat\n\n2\n00:00:03,000 --> 0:0:4,0\nsat\n",
                               use_text, name="film.srt"),
    "subtitles, .vtt": of_file("WEBVTT\n\n00:01.000 --> 00:04.000\n<v A>the cat\n", use_text, name="film.vtt"),
    "archive, .tar": of_file(tarred(TEXT.encode()), use_text, name="a.tar"),
    "records, .jsonl": of_file("".join(json.dumps(row) + "\n" for row in RECORDS),
                               lambda path: use_text(path, "text"), of_json_lines, name="r.jsonl"),
    "records, .csv": of_file(CSV, lambda path: use_text(path, "text"), name="r.csv"),
    "records, .tsv": of_file(CSV.replace(",", "\t"), lambda path: use_text(path, "text"), name="r.tsv"),
    "records, .parquet": of_file(parquet_of(pa.parquet.write_table), lambda path: use_text(path, "text"), of_table,
                                 name="r.parquet"),
    "records, .arrow": of_file(parquet_of(pa.feather.write_feather), lambda path: use_text(path, "text"), of_table,
                               name="r.arrow"),
    "ARPA": saved(save_arpa, lambda path: use_model(load_model(path)), name="m.arpa"),
    "ARPA, .gz": saved(save_arpa, lambda path: use_model(load_model(path)), packed(gzip.compress, gzip.decompress),
                       name="m.arpa.gz"),
    "n-gram model": saved(save_ngrams, lambda path: use_model(load_model(path)), of_tensors, name="m.safetensors"),
    "neural model": saved(save_neural, lambda path: use_model(load_model(path)), of_tensors, name="m.safetensors"),
    "mixture": saved(save_mixed, lambda path: use_model(load_model(path)), of_json, name="m.json"),
    "Word2Vec model": saved(save_word2vec, use_word2vec, of_tensors, name="m.safetensors"),
    "checkpoint": saved(save_checkpoint, use_checkpoint, of_tensors),
    "encoded corpus": saved(lambda path: encode(SENTENCES, min_count=1, cache=path).close(), use_corpus, of_tensors,
                            name="c.safetensors"),
    "vocabulary": of_file("the\t5\ncat\t3\nsat\t1\n", lambda path: Vocabulary.load(path).prune(2)),
    "phrases": saved(Phrases(((Phrase(("new", "york"), 3, 1.5),), (Phrase(("new_york", "times")),))).save,
                     lambda path: Phrases.load(path).join(["new", "york", "times"])),
    "study": saved(save_study, use_study, of_json_lines),
    "graph": of_file("a b\nb c 2.5\nc a\n", lambda path: list(walks(Graph.read(path), number=1, length=4))),
    "tokenizer": of_file(json.dumps(TOKENIZER), use_tokenizer, of_json, name="tokenizer.json"),
    "index": saved(lambda path: build_index(VECTORS).save_index(path), use_index, of_tensors),
    "stop words": of_file("a\nthe\n", lambda path: Preparation(stop_words=path).word("the")),
    **{f"test set, {name}": of_file(content, use, name="set.txt") for name, (content, use) in SETS.items()},
    "content": of_file(zipped(b"text"), lambda path: recognize(path.read_bytes(), path)),
}  # fmt: skip


@pytest.fixture
def watched():
    """Ends the program where a reader hangs, with a trace, and bounds the memory that it gets."""
    faulthandler.dump_traceback_later(HANGS, exit=True)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY, hard))
    yield lambda: faulthandler.dump_traceback_later(HANGS, exit=True)
    faulthandler.cancel_dump_traceback_later()
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@pytest.mark.parametrize("name", CASES)
def test_a_damaged_file_is_read_or_refused(name, tmp_path, watched, fuzzed):
    make, use, mutations = CASES[name]
    mutate = [of_bytes, *mutations, *mutations]
    (tmp_path / "scratch").mkdir()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of so small a text
        path = make(tmp_path)
    raw = path.read_bytes()
    outcomes = {"read": 0, "refused": 0}
    for number in range(fuzzed[0]):
        if number % 200 == 0:
            watched()
        draw = random.Random(f"{name} {number}")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            mutation = draw.choice(mutate)
            try:
                found = mutation(raw, draw, tmp_path / "scratch") if mutation in _IN_FOLDER else mutation(raw, draw)
            except (ValueError, TypeError, KeyError, OverflowError, FirthError, pa.ArrowException):
                continue  # what came out cannot be written
            path.write_bytes(found)
            try:
                use(path)
            except FirthError:
                outcomes["refused"] += 1
            except BaseException as error:
                error.add_note(f"{name}, mutation {number} ({getattr(mutation, '__name__', mutation)})")
                raise
            else:
                outcomes["read"] += 1
    assert sum(outcomes.values())
    fuzzed[1][name] = outcomes


_IN_FOLDER = (of_tensors, of_arrays, of_table)


def test_every_reader_is_among_them():
    kinds = {name.partition(",")[0] for name in CASES}
    assert {name for name, format in FORMATS.items() if format.read} <= kinds
    suffixes = {name.partition(", ")[2] for name in CASES}
    assert set(OPENERS) - {".zst"} <= suffixes
    assert set(READERS) - {".ndjson", ".json", ".feather"} <= suffixes  # these are others by another name
