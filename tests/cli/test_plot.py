"""``firth train --plot`` and ``firth plot``: pages and pictures of trainings, in a browser and without."""

import json

import numpy as np
import pytest

from firth import cli


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a text, a test, and the records and the page of two trainings."""
    folder = tmp_path_factory.mktemp("plot")
    rng = np.random.default_rng(0)
    lines = [" ".join(f"w{number}" for number in rng.integers(0, 12, 10)) for _ in range(200)]
    (folder / "text.txt").write_text("\n".join(lines))
    (folder / "pairs.txt").write_text("".join(f"w{a} w{a + 1} {a % 4}\n" for a in range(10)))
    for name, rate in (("<b>one", "0.05"), ("two", "0.01")):
        arguments = [folder / "text.txt", "-o", folder / "v.safetensors", "--learning-rate", rate, "--epochs", "2"]
        watched = ["--log", folder / f"{name}.jsonl", "--track", f"similarity:{folder / 'pairs.txt'}"]
        more = ["--plot", folder / f"{name}.html", "--workers", "1", "--vector-size", "4", "--quiet"]
        with pytest.raises(SystemExit) as left:
            cli.main(["train", *map(str, [*arguments, *watched, *more, "--validation", "0.1"])])
        assert left.value.code == 0
    return folder


@pytest.fixture
def run(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)

    def call(*arguments):
        with pytest.raises(SystemExit) as left:
            cli.main([*arguments])
        said = capsys.readouterr()
        return left.value.code, said.out, said.err

    return call


def test_the_page_of_a_training_in_a_browser(folder, open_page):
    titles = ["loss", "held-out loss", "learning rate", "similarity:pairs"]
    for width, scheme in ((1400, "light"), (400, "dark")):
        page = open_page(folder / "<b>one.html", width=width, color_scheme=scheme)
        assert page.title() == "Training of v"
        shown = page.locator("figcaption").all_text_contents()
        assert [title for title in shown if title != "words/s"] == titles  # so short a training may have no speed
        assert page.locator("svg[role=img]").count() == len(shown)
        assert page.evaluate("document.documentElement.scrollWidth") <= width  # nothing sticks out
        assert page.locator("tr", has_text="words").first.locator("td").all_text_contents()[-1] == "3,600"


def test_trainings_are_compared(run, folder, open_page):
    code, out, err = run("plot", "<b>one.jsonl", "two.jsonl", "-o", "both.html")
    assert (code, err) == (0, "")
    one, two = out.splitlines()
    assert one.startswith("<b>one  words 3,600, loss ")
    assert "learning_rate 0.05" in one
    assert "learning_rate 0.01" in two
    assert "vector_size" not in out  # which is the same
    page = open_page(folder / "both.html")
    assert [name.strip() for name in page.locator(".key li").all_text_contents()] == ["<b>one", "two"]
    assert page.locator("figure svg[role=img]").first.locator("polyline").count() == 2
    assert page.locator("tr", has_text="learning_rate").locator("td").all_text_contents()[1:] == ["0.05", "0.01"]
    told = json.loads(run("plot", "two.jsonl", "-o", "two.html", "--json")[1])
    assert told["trainings"][0]["training"] == "two"
    assert told["trainings"][0]["words"] == 3600


def test_pictures(run, folder):
    pytest.importorskip("matplotlib")
    assert run("plot", "two.jsonl", "-o", "two.png")[0] == 0
    assert (folder / "two.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["plot", "none.jsonl", "-o", "a.html"], 1, "none.jsonl: No such file"),
        (["plot", "text.txt", "-o", "a.html"], 1, "text.txt, line 1: not the record of a run"),
        (["plot", "two.jsonl", "-o", "a.gif"], 2, "expected a name that ends in .html or .png"),
        (["plot", "two.jsonl"], 2, "Missing option '-o'"),
        (["train", "text.txt", "-o", "a.safetensors", "--plot", "a.txt"], 2, "expected a name that ends in .html"),
        (["train", "text.txt", "-o", "a.safetensors", "--track", "text.txt"], 2, "similarity:ws353.txt"),
        (["train", "text.txt", "-o", "a.safetensors", "--track-every", "5%"], 2, "--track-every 5% without"),
        (["train", "text.txt", "-o", "pairs.txt", "--track", "similarity:pairs.txt"], 2, "pairs.txt"),
    ],
)
def test_mistakes(run, folder, arguments, code, told):
    before = sorted(folder.iterdir())
    found, out, err = run(*arguments)
    assert (found, out) == (code, "")
    assert told in err
    assert sorted(folder.iterdir()) == before


def test_events_for_tensorboard(run, folder):
    pytest.importorskip("tensorboardX")
    arguments = ["text.txt", "-o", "v.safetensors", "--workers", "1", "--vector-size", "4", "--quiet"]
    assert run("train", *arguments, "--tensorboard", "board") == (0, "", "")
    (file,) = (folder / "board").iterdir()
    assert b"learning rate" in file.read_bytes()
