"""``firth word2vec``: the command line of word2vec.c as it is typed."""

import random

import pytest

import firth
from firth import WordVectors, cli


def run(*arguments):
    with pytest.raises(SystemExit) as left:
        cli.main(["word2vec", *map(str, arguments)])
    return left.value.code


@pytest.fixture
def text(tmp_path):
    draw = random.Random(1)
    lines = [" ".join(draw.choices(["the", "king", "queen", "of", "and", "song", "list"], k=8)) for _ in range(60)]
    (tmp_path / "text").write_text("\n".join([*lines, "rare words"]))
    return tmp_path / "text"


def test_the_line_of_its_demo_is_understood(text, tmp_path, capsys):
    line = "-size 6 -window 8 -negative 25 -hs 0 -sample 1e-4 -threads 1 -iter 2 -alpha 0.03 -debug 0"
    assert run("-train", text, "-output", tmp_path / "vec", "-cbow", 0, "-binary", 1, *line.split()) == 0
    assert capsys.readouterr() == ("", "")
    expected = firth.Word2Vec(
        architecture="skipgram", vector_size=6, window=8, negative=25, sample=1e-4, workers=1, epochs=2,
        learning_rate=0.03,
    ).fit(text)  # fmt: skip
    read = WordVectors.load(tmp_path / "vec", "word2vec-binary")
    assert read.index_to_key == expected.vocabulary.words
    assert (read.vectors == expected.input_vectors).all()


def test_cbow_is_the_default_with_its_gradient(text, tmp_path, capsys):
    assert run("-train", text, "-output", tmp_path / "vec.txt", "-size", 6, "-threads", 1, "-min_count", 1) == 0
    assert f"saved {tmp_path / 'vec.txt'}" in capsys.readouterr().err
    options = {"architecture": "cbow", "cbow_gradient": "word2vec", "learning_rate": 0.05}
    expected = firth.Word2Vec(vector_size=6, min_count=1, workers=1, **options).fit(text)
    read = WordVectors.load(tmp_path / "vec.txt")
    assert read.vectors == pytest.approx(expected.input_vectors, rel=1e-6)


def test_hierarchical_softmax(text, tmp_path, capsys):
    for negative in ([], ["-negative", 0]):
        assert run("-train", text, "-output", tmp_path / "vec", "-size", 6, "-hs", 1, *negative, "-debug", 0) == 0
        assert ("leaves out negative sampling" in capsys.readouterr().err) == (not negative)


def test_words_are_saved_and_read(text, tmp_path, capsys):
    assert run("-train", text, "-save-vocab", tmp_path / "counts", "-min-count", 1, "-debug", 0) == 0
    lines = (tmp_path / "counts").read_text().splitlines()
    assert sum(int(line.split(" ")[1]) for line in lines) == 482
    assert "rare 1" in lines
    (tmp_path / "counts").write_text("</s> 99\nking 9\nunheard 50\nrare 2\n")
    arguments = ["-read-vocab", tmp_path / "counts", "-size", 6, "-debug", 0]
    assert run("-train", text, "-output", tmp_path / "vec", *arguments) == 0
    assert WordVectors.load(tmp_path / "vec").index_to_key == ["unheard", "king"]
    (tmp_path / "counts").write_text("king nine\n")
    assert run("-train", text, "-output", tmp_path / "vec", *arguments) == 1
    assert "line 1: 'king nine', expected a word, a space and a count" in capsys.readouterr().err


def test_classes(text, tmp_path):
    assert run("-train", text, "-output", tmp_path / "classes", "-size", 6, "-classes", 3, "-debug", 0) == 0
    rows = [line.split() for line in (tmp_path / "classes").read_text().splitlines()]
    assert {row[1] for row in rows} == {"0", "1", "2"}
    assert len(rows) == 7


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("-output vec -hs 1 -negative 5", "hint: -negative 0"),
        ("-output vec -negative 0", "nothing to learn by"),
        ("-output vec -size 0", "-size 0, expected 1 to 2,000"),
        ("-output vec -iter x", "Invalid value for '-iter'"),
        ("-size 5", "nothing would be kept"),
        ("-output vec -siez 5", "No such option '-siez'. Did you mean '-size'"),
        ("-output vec -q", "No such option '-q'"),
    ],
)
def test_mistakes(text, typed, told, capsys, monkeypatch):
    monkeypatch.chdir(text.parent)
    assert run("-train", text, *typed.split()) == 2
    assert told in capsys.readouterr().err
    assert not (text.parent / "vec").exists()


def test_the_text_is_not_written_over(text, capsys):
    before = text.read_text()
    assert run("-train", text, "-output", text) == 2
    assert "-train" in capsys.readouterr().err
    assert text.read_text() == before
