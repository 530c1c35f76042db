"""Every word that training accepts comes back the same from every file that firth writes, or is refused with its name.

The words are drawn from all of Unicode, lone surrogates included, and from those that formats trip over. The writers of
vectors come from their registry; a test at the end finds those that are missing here.
"""

import contextlib
import re
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from gensim.models import KeyedVectors
from hypothesis import example, given, settings
from hypothesis import strategies as st

import firth
from firth import Word2Vec, gensim
from firth.corpus import EncodedCorpus, Vocabulary, encode
from firth.corpus.phrases_found import find_phrases
from firth.errors import OptionError, SourceError, VectorsWarning
from firth.evaluation import AnalogySet, CategorySet, OutlierSet, SessionSet, SimilaritySet
from firth.gensim.word2vec_files import read_counts, write_counts
from firth.graphs import Graph, write_walks
from firth.lm import NeuralModel, NeuralOptions, NgramModel
from firth.lm.sentences import SPECIAL_WORDS
from firth.text.phrases import Phrase, Phrases
from firth.training.checkpoint import Checkpoint
from firth.training.state import TrainingState
from firth.training.weights import initial_weights
from firth.vectors import WordVectors
from firth.vectors.formats import FORMATS, SUFFIXES, write

ODD = [
    *map(chr, range(0x21)), "\x7f", "\x85", "\xa0", "\xad", "\u1680", "\u2003", "\u200b", "\u200c", "\u200d",
    "\u2028", "\u2029", "\u202e", "\u202f", "\u3000", "\ufeff", "\ufffd", "\uffff", "\ud800", "\udfff", "\udc80",
    "\U0010ffff", "", '"', "'", "\\", "\\n", ",", ";", "|", "#", "# word", "%", "//", "<s", "</s>", "<unk>", "<UNK>",
    "[UNK]", "[PAD]", "word", "word\tcount", "1", "2 3", "1e5", "-0.5", "nan", "Infinity", "-inf", "0x1f", "a 1",
    "a nan", "a  b", " a", "a ", "a\t", "\ta",
    "a\rb", "a\r", "\r\n", "a\u00a0b", "\ufeffa", "a\x00", "\x00a", "\\data\\",
    "\\1-grams:", "\\end\\", "ngram 1=3", ": capital", "{", "[]", "null", "true", "=1+1", "PK\x03\x04", "a_b", "_",
    "%s", "{0}",
]  # fmt: skip
CHARACTERS = st.characters(exclude_categories=())
WORD = st.one_of(
    st.sampled_from(ODD),
    st.text(CHARACTERS, max_size=6),
    st.tuples(st.sampled_from(ODD), st.text(CHARACTERS, max_size=2), st.sampled_from(ODD)).map("".join),
)
WORDS = st.lists(WORD, min_size=1, max_size=5, unique=True)


def comes_back(words, write, read):
    """Words come back from a file; or one of them is refused by its name, and nothing is left behind.

    Args:
        words: different words.
        write: takes a folder and the words, and writes a file in it.
        read: takes the folder, and gives the words that it finds.
    """
    with tempfile.TemporaryDirectory() as name, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        folder = Path(name)
        refusal = None
        try:
            write(folder, words)
        except (OptionError, SourceError) as error:
            refusal = str(error)
        if refusal is None:
            assert read(folder) == words
        else:
            assert any(repr(word) in refusal or word in ("", "<s>", "</s>") for word in words), refusal
            assert not [path for path in folder.rglob("*") if path.is_file()]


SUFFIX_OF = {name: suffix for suffix, name in reversed(SUFFIXES.items())} | {"spacy": ".txt", "model2vec": ""}


@pytest.mark.parametrize("name", [name for name, format in FORMATS.items() if format.read and format.write])
@given(words=WORDS, dims=st.integers(1, 3), counted=st.booleans())
@settings(max_examples=40)
@example(words=["3"], dims=1, counted=False)  # without a header, this is one
@example(words=["a", "[UNK]"], dims=2, counted=False)
@example(words=["a 1", "a b"], dims=2, counted=False)
def test_vectors(name, words, dims, counted):
    matrix = np.arange(len(words) * dims, 0.0, -1).reshape(len(words), dims).astype(np.float32)
    matrix[-1] = 0
    counts = np.arange(len(words), 0, -1) if counted else None
    file = f"v{SUFFIX_OF[name]}"

    def again(folder):
        found = [WordVectors.load(folder / file, format) for format in (name, None)]  # told what it is, or not
        for vectors in found:
            found_rows = [vectors.embeddings.words.row(word) for word in words]  # before they are decoded
            assert found_rows == list(range(len(words)))
            assert vectors.index_to_key == found[0].index_to_key
            np.testing.assert_array_equal(vectors.vectors, matrix)
            if counted and "counts" in FORMATS[name].holds:
                np.testing.assert_array_equal(vectors.counts, counts)
        return found[0].index_to_key

    comes_back(
        words, lambda folder, words: write(WordVectors(words, matrix, counts).embeddings, folder / file, name), again
    )


class Writer(NamedTuple):
    """A file that holds words, and its name."""

    file: str
    write: Callable[[Path, list[str]], None]
    read: Callable[[Path], list[str]]


def sentences_of(words):
    """The first word twice, so that words stand in their order however they are sorted; and each beside another."""
    return [[word] for word in words for _ in range(2)] + [words, words[::-1]]


def write_vocabulary(path, words):
    Vocabulary(words, range(len(words), 0, -1)).save(path)


def write_corpus(path, words):
    encode(sentences_of(words), min_count=1, cache=path, workers=1).close()


def read_corpus(path):
    with EncodedCorpus.load(path) as corpus:
        return corpus.vocabulary.words


def write_model(path, words):
    model = Word2Vec(vector_size=2, min_count=1, epochs=1, workers=1)
    model.fit(sentences_of(words))
    model.save(path)


def write_phrases(path, words):
    twice = [*words, *words]
    Phrases((tuple(Phrase((word, after)) for word, after in zip(words, twice[1:], strict=False)), ())).save(path)


def write_joined_text(path, words):
    find_phrases([words, words], text=path, min_count=5, workers=1)


def tokens_of(path):
    with encode(path, min_count=1, workers=1) as corpus:
        sentence = corpus.ids[: len(corpus.ids) // corpus.sentences]
        return [corpus.vocabulary.words[number] for number in sentence]


def write_ngrams(path, words):
    NgramModel.train(sentences_of(words), 2, smoothing="witten-bell", workers=1).save(path)


def write_arpa(path, words):
    NgramModel.train(sentences_of(words), 2, smoothing="witten-bell", workers=1).write_arpa(path)


def write_neural(path, words):
    NeuralModel.train(sentences_of(words), NeuralOptions(vector_size=2, hidden_size=2, epochs=1), workers=1).save(path)


def own_words(model):
    return model.words[len(SPECIAL_WORDS) :]


def write_checkpoint(path, words):
    weights = initial_weights(len(words), len(words), 2, 1)
    facts = {"configuration": {"epochs": 1, "vector_size": 2}, "preparation": None, "loss": [], "validation_loss": []}
    facts["digests"] = None
    Checkpoint(Vocabulary(words, [1] * len(words)), weights, TrainingState(), facts).write(path)


def write_word_counts(path, words):
    write_counts(dict.fromkeys(words, 1), path)


def write_phrase_counts(path, words):
    phrases = gensim.Phrases()
    phrases.vocab = dict.fromkeys(words, 1)
    phrases.save(path)


WRITERS = {
    "vocabulary": Writer("v.txt", write_vocabulary, lambda path: Vocabulary.load(path).words),
    "encoded corpus": Writer("v.corpus", write_corpus, read_corpus),
    "model": Writer("v.safetensors", write_model, lambda path: Word2Vec.load(path).vocabulary.words),
    "checkpoint": Writer("v.ckpt", write_checkpoint, lambda path: Checkpoint.read(path).vocabulary.words),
    "phrases": Writer("v.tsv", write_phrases, lambda path: [phrase.words[0] for phrase in Phrases.load(path)]),
    "text with phrases": Writer("v.txt", write_joined_text, tokens_of),
    "walks": Writer("v.txt", lambda path, words: write_walks([words], path), tokens_of),
    "n-grams": Writer("v.ngram", write_ngrams, lambda path: own_words(NgramModel.load(path))),
    "ARPA": Writer("v.arpa", write_arpa, lambda path: own_words(NgramModel.read_arpa(path))),
    "packed ARPA": Writer("v.arpa.gz", write_arpa, lambda path: own_words(NgramModel.read_arpa(path))),
    "words and counts": Writer("v.txt", write_word_counts, lambda path: list(read_counts(path))),
    "gensim's phrases": Writer("v.phrases", write_phrase_counts, lambda path: list(gensim.Phrases.load(path).vocab)),
    "neural model": Writer("v.nplm", write_neural, lambda path: own_words(NeuralModel.load(path))),
}


@pytest.mark.parametrize("name", WRITERS)
@given(words=WORDS)
@settings(max_examples=30)
def test_files(name, words):
    if "<unk>" in words and name in ("n-grams", "ARPA", "packed ARPA", "neural model"):
        words = [word for word in words if word != "<unk>"] or ["a"]  # every model has it
    file, write, read = WRITERS[name]
    comes_back(words, lambda folder, words: write(folder / file, words), lambda folder: read(folder / file))


@pytest.mark.parametrize("name", ["word2vec-text", "glove", "word2vec-binary"])
@given(words=WORDS)
@settings(max_examples=30)
def test_gensim_finds_the_same_words(name, words):
    def write_plainly(folder, words):
        with warnings.catch_warnings():
            warnings.filterwarnings("error", ".*words contain spaces")  # the user is warned of gensim
            write(WordVectors(words, np.ones((len(words), 2))).embeddings, folder / "v", name)

    def again(folder):
        options = {"binary": name == "word2vec-binary", "no_header": name == "glove"}
        return KeyedVectors.load_word2vec_format(folder / "v", **options).index_to_key

    with contextlib.suppress(VectorsWarning):
        comes_back(words, write_plainly, again)


@given(words=WORDS)
@settings(max_examples=20)
def test_kenlm_finds_the_same_words(words):
    kenlm = pytest.importorskip("kenlm")
    words = [word for word in words if word != "<unk>"] or ["a"]  # every model has it

    def again(folder):
        known = kenlm.LanguageModel(str(folder / "m.arpa"))
        return [word for word in words if word in known]

    comes_back(words, lambda folder, words: write_arpa(folder / "m.arpa", words), again)


# What writes files, and where its words are tested above; None: it writes no words to be read again.
WRITING = {
    "cli/evaluate.py": None,
    "cli/files.py": None,
    "corpus/phrases_applied.py": "text with phrases",
    "drawing/pictures.py": None,
    "corpus/vocabulary.py": "vocabulary",
    "corpus/second_pass.py": "encoded corpus",
    "gensim/models/phrases.py": "gensim's phrases",
    "gensim/word2vec_files.py": "words and counts",
    "graphs/walks.py": "walks",
    "lm/model_files.py": None,
    "lm/neural/neural_model.py": "neural model",
    "lm/ngram/arpa.py": "ARPA",
    "lm/ngram/ngram_model.py": "n-grams",
    "text/phrases.py": "phrases",
    "training/checkpoint.py": "checkpoint",
    "vectors/formats/fasttext_binary.py": "fasttext-binary",
    "vectors/formats/floret.py": None,
    "vectors/formats/npz.py": "npz",
    "vectors/formats/arrow.py": "arrow",
    "vectors/formats/model2vec.py": "model2vec",
    "vectors/formats/pgvector.py": "pgvector-text",
    "vectors/formats/projector.py": "projector",
    "vectors/formats/word2vec_text.py": "word2vec-text",
    "vectors/formats/word2vec_binary.py": "word2vec-binary",
    "vectors/index.py": None,  # a graph of rows
    "vectors/formats/native.py": "native",
    "training/model_file.py": "model",
    # pages and pictures
    "drawing/map_picture.py": None,
    "drawing/picture_files.py": None,
    "drawing/word_map.py": None,
    "drift/changes.py": None,
    "training/curves.py": None,
}


def test_no_writer_is_left_out():
    root = Path(firth.__file__).parent
    sources = {path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*.py")}
    calls = re.compile(r"\b(replacing|write_tensors|TensorWriter)\(")
    writing = {name for name, source in sources.items() if calls.search(source)}
    assert writing - {"storage.py", "targets.py"} == set(WRITING)
    assert {name for name in WRITING.values() if name} <= {*WRITERS, *FORMATS}


def test_what_json_holds_comes_back_too(tmp_path):
    words = [*ODD, "\ud83d"]
    WordVectors(["a"], [[1.0]], metadata={"stop_words": words}).save(tmp_path / "v.safetensors")
    assert WordVectors.load(tmp_path / "v.safetensors").metadata == {"stop_words": words}


SETS = {  # how a line of two words is written, and how it is read; what begins a comment or a section cannot come first
    "similarity": ("{0}\t{1}\t3", "\t", lambda path: SimilaritySet.read(path).pairs[0]),
    "similarity between spaces": ("{0} {1} 3", " \t", lambda path: SimilaritySet.read(path).pairs[0]),
    "questions": ("{0} {1} {0} {1}", " \t", lambda path: AnalogySet.read(path).sections[0].questions[0][:2]),
    "categories": (
        "{0}\t{1}",
        "\t",
        lambda path: [*CategorySet.read(path).words, *CategorySet.read(path).categories],
    ),
    "outliers": ("{0}\n{1}\n\nout", " \t", lambda path: OutlierSet.read(path).groups[0][0]),
    "sessions": ("{0} {1}", " \t", lambda path: SessionSet.read(path).sessions[0]),
    "edges": ("{0} {1}", " \t", lambda path: Graph.read(path).nodes),
}
ENDS = " \t\r\n\v\f"


@pytest.mark.parametrize("name", SETS)
@given(words=st.lists(WORD.filter(lambda word: word.strip(ENDS)), min_size=2, max_size=2, unique=True))
@settings(max_examples=40)
def test_words_of_test_sets_and_graphs(tmp_path_factory, name, words):
    line, marks, read = SETS[name]
    unfit = "[\n\ud800-\udfff" + marks + "]|^[#\ufeff]|^:$|^[ENDS]|[ENDS]$".replace("ENDS", ENDS)
    if any(re.search(unfit, word) for word in words):
        return
    path = tmp_path_factory.mktemp("sets") / "s.txt"
    path.write_text(line.format(*words) + "\n", encoding="utf-8", newline="")
    assert list(read(path)) == words
