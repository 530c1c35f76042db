"""What gensim pickled is refused by the class that the pickle names, with a line that does convert it."""

import pickle
import re
import shlex
import subprocess
import sys

import numpy as np
import pytest
from gensim.corpora import Dictionary
from gensim.models import (
    Doc2Vec,
    FastText,
    HdpModel,
    KeyedVectors,
    LdaModel,
    LogEntropyModel,
    LsiModel,
    Nmf,
    Phrases,
    RpModel,
    TfidfModel,
    Word2Vec,
)
from gensim.models.doc2vec import TaggedDocument
from gensim.models.poincare import PoincareModel

import firth
from firth.corpus import Vocabulary
from firth.errors import FileFormatError
from firth.pickles import pickled_class
from firth.text import phrases
from firth.vectors import WordVectors

SENTENCES = [["new", "york", "is", "big"], ["new", "york"], ["is", "it", "big"]] * 20
TRAINED = {"vector_size": 3, "min_count": 1, "epochs": 1, "workers": 1}


def documents():
    return [TaggedDocument(words, [number]) for number, words in enumerate(SENTENCES)]


def bags():
    known = Dictionary(SENTENCES)
    return {"corpus": [known.doc2bow(words) for words in SENTENCES], "id2word": known}


def poincare():
    model = PoincareModel([("a", "b"), ("b", "c")], size=2, negative=1)
    model.train(epochs=1)
    return model


VECTORS = {  # a model, and its words with their vectors
    "Word2Vec": lambda: ((model := Word2Vec(SENTENCES, **TRAINED)), model.wv),
    "Word2Vec.wv": lambda: ((vectors := Word2Vec(SENTENCES, **TRAINED).wv), vectors),
    "FastText": lambda: ((model := FastText(SENTENCES, bucket=50, **TRAINED)), model.wv),
    "FastText.wv": lambda: ((vectors := FastText(SENTENCES, bucket=50, **TRAINED).wv), vectors),
    "Doc2Vec": lambda: ((model := Doc2Vec(documents(), **TRAINED)), model.wv),
    "Doc2Vec.dv": lambda: ((vectors := Doc2Vec(documents(), **TRAINED).dv), vectors),
    "PoincareModel": lambda: ((model := poincare()), model.kv),
    "PoincareModel.kv": lambda: ((vectors := poincare().kv), vectors),
}
OTHERS = {
    "LdaModel": lambda: LdaModel(**bags(), num_topics=2),
    "LsiModel": lambda: LsiModel(**bags(), num_topics=2),
    "HdpModel": lambda: HdpModel(**bags()),
    "Nmf": lambda: Nmf(**bags(), num_topics=2),
    "RpModel": lambda: RpModel(**bags(), num_topics=2),
    "TfidfModel": lambda: TfidfModel(**bags()),
    "LogEntropyModel": lambda: LogEntropyModel(bags()["corpus"]),
}


def refused(path, opened=WordVectors.load):
    with pytest.raises(FileFormatError, match="whose code is not run") as error:
        opened(path)
    return error.value


def code_of(error):
    command = shlex.split(error.hint.removeprefix("convert it with: "))
    assert command[:2] == ["python", "-c"]
    return command[2]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", VECTORS)
@pytest.mark.parametrize("suffix", [".model", ".bin"])
def test_the_hint_converts_vectors(tmp_path, monkeypatch, name, suffix):
    model, known = VECTORS[name]()
    monkeypatch.chdir(tmp_path)
    model.save(f"g{suffix}")
    error = refused(f"g{suffix}")
    assert f"g{suffix} holds a pickled {type(model).__name__} of gensim" in error.message
    exec(code_of(error), {})
    vectors = WordVectors.load("g.npz" if name != "FastText" else "g.bin.bin" if suffix == ".bin" else "g.bin")
    assert vectors.index_to_key == [str(word) for word in known.index_to_key]
    np.testing.assert_allclose(vectors.vectors, known.vectors, rtol=1e-6)


def test_the_hint_is_a_command(tmp_path):
    Word2Vec(SENTENCES, **TRAINED).save(str(tmp_path / "g.model"))
    subprocess.run([sys.executable, "-c", code_of(refused(tmp_path / "g.model"))], cwd=tmp_path, check=True)
    assert sorted(WordVectors.load(tmp_path / "g.npz")) == ["big", "is", "it", "new", "york"]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", OTHERS)
def test_models_that_hold_no_vectors(tmp_path, name):
    OTHERS[name]().save(str(tmp_path / "g.model"))
    error = refused(tmp_path / "g.model")
    assert f"holds a pickled {name} of gensim" in error.message
    assert "firth has no use for such a model" in error.hint


@pytest.mark.parametrize("frozen", [False, True])
def test_the_hint_converts_phrases(tmp_path, monkeypatch, frozen):
    found = Phrases(SENTENCES, min_count=1, threshold=0.1)
    monkeypatch.chdir(tmp_path)
    (found.freeze() if frozen else found).save("p.model")
    for opened in (phrases.Phrases.load, WordVectors.load):
        exec(code_of(refused("p.model", opened)), {})
        assert {phrase.joined for phrase in phrases.Phrases.load("p.txt")} == set(found.export_phrases())


def test_the_hint_converts_a_dictionary(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Dictionary(SENTENCES).save("d.model")
    for opened in (Vocabulary.load, WordVectors.load):
        exec(code_of(refused("d.model", opened)), {})
        found = Vocabulary.load("d.txt")
        counts = dict(zip(found.words, found.counts.tolist(), strict=True))
        assert counts == {"new": 40, "york": 40, "is": 40, "big": 40, "it": 20}


def test_word2vec_load_knows_them_too(tmp_path):
    Word2Vec(SENTENCES, **TRAINED).save(str(tmp_path / "g.model"))
    error = refused(tmp_path / "g.model", firth.Word2Vec.load)
    assert "holds a pickled Word2Vec of gensim" in error.message
    assert "Word2Vec.load('g.model').wv" in error.hint


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_any_protocol_is_read_and_nothing_is_run(tmp_path, protocol):
    known = KeyedVectors(3)
    known.add_vectors(["a", "b"], np.arange(6, dtype=np.float32).reshape(2, 3))
    raw = pickle.dumps(known, protocol)
    assert pickled_class(raw) == "gensim.models.keyedvectors KeyedVectors"
    for cut in range(0, len(raw), 7):
        assert pickled_class(raw[:cut]) in (None, "gensim.models.keyedvectors KeyedVectors", "copy_reg _reconstructor")
    (tmp_path / "g.kv").write_bytes(raw)
    assert re.search("a pickled KeyedVectors of gensim", refused(tmp_path / "g.kv").message)

    class Trap:
        def __reduce__(self):
            return exec, ("raise SystemExit('run')",)

    (tmp_path / "trap").write_bytes(pickle.dumps(Trap(), protocol))
    with pytest.raises(FileFormatError):
        WordVectors.load(tmp_path / "trap")


def test_no_name_of_a_stranger_gets_into_the_command(tmp_path):
    raw = b"\x80\x04\x8c\x16gensim.models.word2vec\x8c\x08Word2Vec\x93."
    for name in ("$(touch x).model", 'a"; touch x; ".model', "`touch x`"):
        (tmp_path / name).write_bytes(raw)
        assert "touch" not in str(refused(tmp_path / name).hint)
    (tmp_path / "g.model").write_bytes(raw.replace(b"\x08Word2Vec", b"\x08\x1b[2J\n$()"))
    assert "holds a pickled object of gensim" in refused(tmp_path / "g.model").message
