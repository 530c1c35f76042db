"""No word steers the terminal, or breaks a line or a table: every verb that prints words shows such letters escaped."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import firth.cli
from firth.escapes import CONTROLS, escaped, escaped_html, escaped_markdown
from firth.lm import NgramModel
from firth.vectors import WordVectors

CLEARS, TURNED, ENDS = "a\x1b[2J\x9bb", "\u202etxt.exe", "p\u2028q\u2029\x85\x7f\u2066"
BROKEN = "new\nline\ttab\0\r"  # firth's own file holds it, and no text does
SHOWN = {
    CLEARS: r"a\x1b[2J\x9bb",
    TURNED: r"\u202etxt.exe",
    ENDS: r"p\u2028q\u2029\x85\x7f\u2066",
    BROKEN: r"new\nline\ttab\x00\r",
}
MARKED = "|<b>*_x_*`[y](z)&"
WORDS = [*SHOWN, MARKED, "naïve", "日本", "\u200d"]  # what joins letters is none of them


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("escapes")
    matrix = np.random.default_rng(1).standard_normal((len(WORDS), 4)).astype(np.float32)
    metadata = {"told": f"by {CLEARS}", TURNED: {"x": ENDS}}
    vectors = WordVectors(WORDS, matrix, range(len(WORDS), 0, -1), metadata)
    vectors.save(folder / "v.safetensors")
    vectors.replaced(matrix[::-1]).save(folder / "other.safetensors")
    words = [CLEARS, TURNED, MARKED]
    NgramModel.train([words] * 3, order=2, smoothing="witten-bell").save(folder / "m.safetensors")
    (folder / "text.txt").write_text(" ".join(words) + "\n", encoding="utf-8")
    (folder / "words.txt").write_text(f"{CLEARS}\n{TURNED}\n", encoding="utf-8")
    pairs = f"{CLEARS} {MARKED} 1\n{TURNED} 日本 2\nnaïve 日本 3\n{ENDS}{MARKED} x{CLEARS} 4\n"
    (folder / f"pairs{CLEARS}|.txt").write_text(pairs, encoding="utf-8")
    return folder


def run(folder, *arguments, **options):
    given = [str(folder / argument) if (folder / argument).exists() else argument for argument in arguments]
    return CliRunner().invoke(firth.cli.command, given, catch_exceptions=False, **options)


PAIRS = f"pairs{CLEARS}|.txt"
PRINTING = {
    "neighbors": (["neighbors", "v.safetensors", CLEARS, "naïve"], SHOWN),
    "neighbors, a file": (["neighbors", "v.safetensors", "--file", "words.txt"], SHOWN),
    "neighbors, unknown": (["neighbors", "v.safetensors", f"{CLEARS}!"], [CLEARS]),
    "analogy": (["analogy", "v.safetensors", "naïve", "日本", "\u200d"], SHOWN),
    "align": (["align", "v.safetensors", "other.safetensors"], SHOWN),
    "info": (["info", "v.safetensors"], SHOWN),
    "evaluate": (["evaluate", "v.safetensors", "--similarity", PAIRS], [CLEARS, ENDS]),
    "evaluate --markdown": (["evaluate", "v.safetensors", "--similarity", PAIRS, "--markdown"], []),
    "lm predict": (["lm", "predict", "m.safetensors"], [CLEARS, TURNED]),
    "lm generate": (["lm", "generate", "m.safetensors", "--seed", "1", "-n", "9"], [CLEARS, TURNED]),
    "lm score --tokens": (["lm", "score", "m.safetensors", "text.txt", "--tokens"], [CLEARS, TURNED]),
}


@pytest.mark.parametrize("name", PRINTING)
def test_words_are_shown_escaped(name, folder):
    arguments, words = PRINTING[name]
    result = run(folder, *arguments)
    assert set(CONTROLS.findall(result.output)) <= {"\n", "\t"}
    for word in words:
        assert SHOWN[word] in result.output
    if name.startswith("neighbors, a"):
        assert len(result.stdout.splitlines()) == 2 * (1 + 7)


def test_a_session_shows_words_escaped_and_offers_none_of_them(folder):
    from firth.cli.session import completions

    result = run(folder, "neighbors", "v.safetensors", "-i", input=f"naïve\n{CLEARS}\n{TURNED}!\n")
    assert set(CONTROLS.findall(result.output)) == {"\n"}
    assert all(shown in result.output for shown in SHOWN.values())
    assert completions(WORDS)("") == sorted([MARKED, "naïve", "日本", "\u200d"])


@pytest.mark.parametrize("name", [name for name in PRINTING if "markdown" not in name])
def test_json_has_its_own_escapes(name, folder):
    arguments, words = PRINTING[name]
    result = run(folder, *arguments, "--json")
    assert set(CONTROLS.findall(result.stdout)) == {"\n"}
    parsed = json.dumps([json.loads(line) for line in result.stdout.splitlines()], ensure_ascii=False)
    for word in words:
        assert json.dumps(word, ensure_ascii=False).strip('"') in parsed


def test_a_mistake_and_a_warning_show_words_escaped(folder, capsys):
    assert firth.cli._run(["neighbors", str(folder / "v.safetensors"), f"{TURNED}!"]) == 1
    assert firth.cli._run(["neighbors", str(folder / f"none{CLEARS}.txt"), "x"]) == 1
    firth.cli._warn(f"the word {ENDS}")
    told = capsys.readouterr()
    assert set(CONTROLS.findall(told.out + told.err)) == {"\n"}
    assert r"\u202etxt.exe" in told.err
    assert r"none" + SHOWN[CLEARS] in told.err
    assert SHOWN[ENDS] in told.err


def test_markdown_holds_words_as_they_are(folder):
    lines = run(folder, "evaluate", "v.safetensors", "--similarity", PAIRS, "--markdown").stdout.splitlines()
    cells = [len(re.findall(r"(?<!\\)\|", line)) for line in lines if line.startswith("|")]
    assert len(set(cells)) == 1
    assert rf"pairs{escaped_markdown(CLEARS)}\|" in lines[2]
    unknown = next(line for line in lines if "unknown word" in line)
    assert r"\|\<b\>\*\_x\_\*\`\[y\](z)\&" in unknown


def test_a_page_holds_words_as_they_are(folder, tmp_path):
    run(folder, "evaluate", "v.safetensors", "--similarity", PAIRS, "--html", str(tmp_path / "page.html"))
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert set(CONTROLS.findall(page)) == {"\n"}
    texts: list[str] = []

    class Reader(HTMLParser):
        def handle_data(self, data):
            texts.append(data)

        def handle_starttag(self, tag, attrs):
            assert tag != "b"

    Reader().feed(page)
    assert escaped(ENDS + MARKED) in " ".join(texts)


def test_the_three_escapes():
    assert {word: escaped(word) for word in SHOWN} == SHOWN
    assert escaped("naïve 日本 \u200d é \\x1b") == "naïve 日本 \u200d é \\x1b"
    assert escaped_markdown("a|b\x1b*") == r"a\|b\\x1b\*"
    assert escaped_html('<a href="x">\u202e') == r"&lt;a href=&quot;x&quot;&gt;\u202e"


def test_nothing_is_printed_otherwise():
    # columns, a line that is overwritten
    allowed = {"output.py": 3, "lm_options.py": 1, "lm_scoring.py": 2, "session.py": 1}
    for path in Path(firth.cli.__file__).parent.glob("*.py"):
        source = path.read_text(encoding="utf-8")
        assert len(re.findall(r"\bclick\.s?echo\(", source)) <= allowed.get(path.name, 0), path.name
        if path.name != "__init__.py":
            assert not re.findall(r"(?<!\.)\bprint\(", source), path.name
