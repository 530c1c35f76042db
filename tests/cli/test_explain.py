"""``firth explain``: the text, and a page that is written whole or not at all."""

import json

import pytest

from firth import cli


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        with pytest.raises(SystemExit) as left:
            cli.main(["explain", *arguments])
        out, err = capsys.readouterr()
        return left.value.code, out, err

    return call


def data(path):
    """What the page is given to compute with."""
    text = path.read_text(encoding="utf-8")
    return json.loads(text.split('id="data">')[1].split("</script>")[0])


def test_a_page(run, tmp_path):
    options = ["--window", "1", "--language", "zh", "--architecture", "cbow", "--negative", "3", "--vector-size", "2"]
    code, out, err = run("川建国 同志 一名 优秀 党员", *options, "-o", "explain.html")
    assert (code, out, err) == (0, "", "firth: wrote explain.html; open it in a browser\n")
    given = data(tmp_path / "explain.html")
    assert given["words"] == ["川建国", "同志", "一名", "优秀", "党员"]
    assert given["language"] == "zh"
    expected = {"architecture": "cbow", "objective": "negative", "window": 1, "negatives": 3, "dims": 2}
    assert expected.items() <= given["settings"].items()


def test_each_line_of_an_argument_is_a_sentence(run, tmp_path):
    assert run("the cat\n\nthe dog sat", "a cat", "-o", "page.html", "--window", "9")[0] == 0
    given = data(tmp_path / "page.html")
    words = given["words"]
    assert [[words[i] for i in ids] for ids in given["sentences"]] == [
        ["the", "cat"],
        ["the", "dog", "sat"],
        ["a", "cat"],
    ]
    assert given["counts"] == [2, 2, 1, 1, 1]
    assert given["settings"]["window"] == 2  # no word has a further one
    assert run("深度学习", "--tokenizer", "characters", "-o", "page.html")[0] == 0
    assert data(tmp_path / "page.html")["words"] == list("深度学习")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["a b", "-o", "page.html", "--window", "0"], "--window 0, expected 1 to 10"),
        (["a b", "-o", "page.html", "--vector-size", "1"], "--vector-size 1, expected 2 to 10"),
        (["a b", "-o", "page.html", "--learning-rate", "9"], "--learning-rate 9.0, expected a number from 0.01 to 2.5"),
        (
            ["a", "b", "-o", "page.html"],
            "each argument is a sentence, but none has two words; hint: put each sentence in quotes",
        ),
        (["word", "-o", "page.html"], "no sentence of two words, expected at least one"),
        (["a b " * 300, "-o", "page.html"], "a text of 600 tokens"),
        (["a b", "-o", "page.txt"], "page.txt: expected a name that ends in .html for a page"),
        (["a b", "--example", "3"], "--example 3, expected at most 2"),
    ],
)
def test_mistakes(run, tmp_path, arguments, message):
    code, out, err = run(*arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
@pytest.mark.parametrize("objective", ["negative", "hierarchical", "softmax"])
def test_the_text(run, tmp_path, architecture, objective):
    options = ["--window", "1", "--architecture", architecture, "--objective", objective, "--example", "2"]
    code, out, err = run("川建国 同志 一名 优秀 党员", *options)
    assert (code, err) == (0, "")
    assert "D, 8 pairs that the text shows:  (川建国, 同志)  (同志, 川建国)" in out
    assert "D', 12 pairs that it does not show:  (川建国, 一名)" in out
    told = {
        "skipgram": "Example 2 of 8: predict 川建国 from 同志\n",
        "cbow": "Example 2 of 5: predict 同志 from 川建国, 一名\n",
    }
    assert told[architecture] in out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--language", "zh"], "--language for the text, which is English; hint: -o page.html"),
        (["--negative", "3", "--objective", "softmax"], "--negative for softmax, which draws no noise words"),
        (["--seed", "1", "-o", "page.html"], "--seed for a page, which has"),
        (["--example", "2", "-o", "page.html"], "--example for a page, which has"),
    ],
)
def test_an_option_without_effect_is_refused(run, tmp_path, options, message):
    code, out, err = run("the cat sat", *options)
    assert (code, out) == (2, "")
    assert message in err
    assert not list(tmp_path.iterdir())


def test_a_file_is_no_sentence(run, tmp_path):
    (tmp_path / "cats.txt").write_text("the cat sat\n")
    code, out, err = run("cats.txt")
    message = 'firth: error: cats.txt is a file, expected a sentence; hint: firth explain "$(cat cats.txt)"\n'
    assert (code, out, err) == (2, "", message)
    assert run("the cat sat on the mat " * 20)[0] == 0, "longer than a name can be"


def test_a_word_alone_teaches_nothing(run):
    assert "a text of one word, repeated, expected two different words" in run("a a")[2]
