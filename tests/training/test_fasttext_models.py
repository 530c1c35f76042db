"""Training that continues from models that fastText itself has trained."""

import json

import fasttext
import numpy as np
import pytest

from firth import Word2Vec, WordVectors, cli
from firth.errors import FileFormatError, OptionError

SETTINGS = {
    "dim": 20, "ws": 4, "minCount": 1, "minn": 2, "maxn": 4, "bucket": 300, "t": 1.0, "thread": 1, "verbose": 0,
}  # fmt: skip
MODELS = [("skipgram", "ns"), ("skipgram", "hs"), ("cbow", "ns"), ("cbow", "hs")]
ENDINGS = ["ing", "ed", "s", "er"]


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    """Sentences of verbs that end alike. Many words are equally frequent, so that trees could differ."""
    rng = np.random.default_rng(1)
    stems = ["walk", "talk", "jump", "climb", "paint", "print"]
    endings = map(str, rng.choice(ENDINGS, 1500))
    path = tmp_path_factory.mktemp("fasttext") / "text.txt"
    lines = (" ".join(rng.choice(stems) + ending for _ in range(5)) for ending in endings)
    path.write_text("\n".join(lines) + "\n" + " ".join(f"rare{n}" for n in range(9)) + "\n")
    return path


@pytest.fixture(scope="module", params=MODELS, ids=lambda kinds: "-".join(kinds))
def saved(request, text):
    architecture, loss = request.param
    path = text.parent / f"{architecture}-{loss}.bin"
    fasttext.train_unsupervised(str(text), model=architecture, loss=loss, epoch=20, **SETTINGS).save_model(str(path))
    return path


def test_a_model_begins_as_it_was(saved):
    model, vectors = Word2Vec.load(saved), WordVectors.load(saved)
    for word in [*vectors.index_to_key, "swimming", "x"]:
        np.testing.assert_array_equal(model.vectors[word], vectors[word])
    assert model.vocabulary.counts.tolist() == vectors.counts.tolist()
    theirs = fasttext.load_model(str(saved))
    c = model.configuration
    assert [c.epochs, c.window, c.negative, c.sample, c.minn, c.maxn] == [20, 4, 5, 1.0, 2, 4]
    outputs = theirs.get_output_matrix()
    if c.objective == "negative":
        np.testing.assert_array_equal(model.output_vectors, outputs)


def test_the_loss_is_that_of_a_trained_model(saved, text):
    """All pairs of a sentence have one ending, of four. Without training the loss is 6 log 2, or log 24."""
    c = Word2Vec.load(saved).configuration
    first = Word2Vec.load(saved, epochs=1, learning_rate=1e-7, workers=1).fit(text, progress=False).loss_[0]
    assert first < (2.0 if c.objective == "negative" else 2.2), first


def test_training_continues_from_the_command_line(saved, text, tmp_path, capsys):
    output = str(tmp_path / "v.safetensors")
    command = ["train", str(text), "--continue", str(saved), "-o", output, "--epochs", "1", "--workers", "1", "--json"]
    with pytest.raises(SystemExit) as left:
        cli.main(command)
    assert left.value.code == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["epochs_before"], told["configuration"]["subwords"], len(told["loss"])) == (0, True, 1)
    assert WordVectors.load(output).index_to_key == WordVectors.load(saved).index_to_key


def test_training_continues(saved, text):
    model, before = Word2Vec.load(saved, epochs=3, workers=1), WordVectors.load(saved)
    model.fit(text, progress=False)
    assert model.loss_[-1] < model.loss_[0]
    for word, ending in (("walking", "ing"), ("swimming", "ing"), ("painted", "ed")):
        for vectors in (before, model.vectors):
            assert all(near.endswith(ending) for near, _ in vectors.most_similar(word, topn=3))


def test_what_cannot_be_continued(text, tmp_path):
    (tmp_path / "labels.txt").write_text("__label__a the king and queen\n__label__b a naïve café\n" * 20)
    settings = {"dim": 20, "minCount": 1, "epoch": 1, "bucket": 300, "thread": 1, "verbose": 0}
    model = fasttext.train_supervised(str(tmp_path / "labels.txt"), **settings)
    model.save_model(str(tmp_path / "classifier.bin"))
    with pytest.raises(FileFormatError, match=r"classifier.bin: a classifier of fastText, expected a skip-gram"):
        Word2Vec.load(tmp_path / "classifier.bin")
    raw = (text.parent / "skipgram-ns.bin").read_bytes()
    (tmp_path / "cut.bin").write_bytes(raw[:-100])
    with pytest.raises(FileFormatError, match=r"cut.bin: damaged, a matrix of 34 rows"):
        Word2Vec.load(tmp_path / "cut.bin")
    for place, number, message in (
        (4 * 8, 4, "training cannot continue, objective='one-vs-all'"),
        (4 * 8, 3, "training cannot continue, "),
        (4 * 4, -1, "training cannot continue, epochs=-1"),
    ):
        odd = bytearray(raw)
        odd[place : place + 4] = number.to_bytes(4, "little", signed=True)
        (tmp_path / "odd.bin").write_bytes(odd)
        with pytest.raises(FileFormatError, match=message):
            Word2Vec.load(tmp_path / "odd.bin")
    with pytest.raises(OptionError, match=r"buckets=9 for a model with 300"):
        Word2Vec.load(text.parent / "skipgram-ns.bin", buckets=9)
