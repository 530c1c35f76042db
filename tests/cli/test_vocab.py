"""``firth vocab`` on a text counted by hand."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from firth.cli import main
from firth.cli.vocab import command
from firth.corpus import EncodedCorpus, Vocabulary
from firth.errors import FileFormatError, OptionError, SourceError, StorageError, VocabularyError


@pytest.fixture
def text(tmp_path):
    (tmp_path / "text.txt").write_text("the cat sat\non the mat\nthe end of the cat\n")
    return str(tmp_path / "text.txt")


def run(*arguments):
    return CliRunner().invoke(command, arguments, catch_exceptions=False)


def test_lines(text):
    assert run(text, "--min-count", "2", "--sample", "0.5").stdout.splitlines()[:13] == [
        "tokens                         11",
        "distinct words                  7",
        "kept words                      2",
        "kept tokens                     6",
        "sentences                       3",
        "long lines split                0",
        "zipf slope                 -0.693",
        "subsampled                  0.00%",
        "",
        "min count         words  share of text",
        "        1             7        100.00%",
        "        2             2         54.55%",
        "        3             1         36.36%",
    ]


def test_json(text):
    described = json.loads(run(text, text, "--min-count", "7", "--json").stdout)
    assert described.pop("zipf_slope") == pytest.approx(-0.693, abs=1e-3)
    # "the" is all that is kept: of it stay (sqrt(1 / 0.001) + 1) * 0.001
    assert described.pop("subsampled_share") == pytest.approx(1 - (1_000**0.5 + 1) * 0.001)
    assert described == {
        "tokens": 22,
        "distinct_words": 7,
        "min_count": 7,
        "kept_words": 1,
        "kept_tokens": 8,
        "sentences": 6,
        "long_lines_split": 0,
        "files": {"read": 2 * [{"path": text, "encoding": "utf-8", "replaced_bytes": 0}], "skipped": []},
        "coverage": [
            {"min_count": 1, "words": 7, "tokens": 22, "share": 1.0},
            {"min_count": 2, "words": 7, "tokens": 22, "share": 1.0},
            {"min_count": 3, "words": 2, "tokens": 12, "share": 12 / 22},
            {"min_count": 5, "words": 1, "tokens": 8, "share": 8 / 22},
            {"min_count": 7, "words": 1, "tokens": 8, "share": 8 / 22},
        ],
    }


def test_the_table_and_the_cache_are_kept(text, tmp_path):
    run(text, "--min-count", "2", "-o", str(tmp_path / "words.tsv"), "--cache", str(tmp_path / "c.corpus"))
    assert Vocabulary.load(tmp_path / "words.tsv").words == ["the", "cat"]
    with EncodedCorpus.load(tmp_path / "c.corpus") as corpus:
        assert corpus.ids.tolist() == [0, 1, 0, 0, 0, 1]


def test_bytes_that_are_not_utf8(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"a \xff b")
    with pytest.warns(UserWarning, match="1 byte in 1 file could not be decoded"):
        told = run(str(tmp_path / "a.txt"), "--min-count", "1", "--errors", "replace").stdout
    assert "distinct words                  3" in told


def test_mistakes_are_errors_of_ours(text, tmp_path):
    with pytest.raises(SourceError, match="no such file"):
        run(str(tmp_path / "nowhere.txt"))
    with pytest.raises(VocabularyError, match="none of 7 distinct words occurs 5 times"):
        run(text)


def test_the_text_is_prepared(tmp_path):
    (tmp_path / "a.txt").write_text("The cat, the 12 CATS.\n")
    options = ("--tokenizer", "words", "--casefold", "--stop-words", "english", "--digits-to-zero", "--min-count", "1")
    run(str(tmp_path / "a.txt"), *options, "-o", str(tmp_path / "words.tsv"))
    assert (tmp_path / "words.tsv").read_text() == "cat\t1\n00\t1\ncats\t1\n"
    with pytest.raises(OptionError, match="tokenizer='wrods'"):
        run(str(tmp_path / "a.txt"), "--tokenizer", "wrods")


def test_records_of_a_pattern(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"text": "one two"}\n')
    (tmp_path / "b.jsonl").write_text('{"text": "two"}\n')
    options = ("--field", "text", "--min-count", "1", "-o", str(tmp_path / "words.tsv"))
    run(str(tmp_path / "*.jsonl"), *options)
    assert (tmp_path / "words.tsv").read_text() == "two\t2\none\t1\n"


def test_tables_are_merged(tmp_path):
    """Merged counts are those of the merged text."""
    (tmp_path / "a.txt").write_text("the cat the\n")
    (tmp_path / "b.txt").write_text("cat cat sat\n")
    a, b, both, merged = (str(tmp_path / name) for name in ("a.tsv", "b.tsv", "both.tsv", "merged.tsv"))
    run(str(tmp_path / "a.txt"), "--min-count", "1", "-o", a)
    run(str(tmp_path / "b.txt"), "--min-count", "1", "-o", b)
    whole = run(str(tmp_path / "a.txt"), str(tmp_path / "b.txt"), "--min-count", "1", "-o", both, "--json").stdout
    told = json.loads(run("--merge", a, b, "--min-count", "1", "-o", merged, "--json").stdout)
    assert Path(merged).read_text() == Path(both).read_text() == "cat\t3\nthe\t2\nsat\t1\n"
    assert told == {name: value for name, value in json.loads(whole).items() if name in told}
    assert set(json.loads(whole)) - set(told) == {"sentences", "long_lines_split", "files"}
    run("--merge", a, b, "--min-count", "1", "--max-words", "2", "-o", merged)
    assert Vocabulary.load(merged).words == ["cat", "the"]


def test_what_cannot_be_merged(text, tmp_path):
    with pytest.raises(FileFormatError, match=r"text\.txt, line 1"):
        run("--merge", text)
    (tmp_path / "a.tsv").write_text("the\t2\n")
    with pytest.raises(OptionError, match="--casefold cannot be used with --merge"):
        run("--merge", str(tmp_path / "a.tsv"), "--casefold")
    with pytest.raises(VocabularyError, match="1 distinct words occurs 5 times"):
        run("--merge", str(tmp_path / "a.tsv"))


def test_a_picture(text, tmp_path):
    pytest.importorskip("matplotlib")
    run(text, "--min-count", "1", "--plot", str(tmp_path / "a.png"))
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(OptionError, match=r"a\.bmp: expected a name that ends in \.html or \.png"):
        run(text, "--min-count", "1", "--plot", str(tmp_path / "a.bmp"))
    with pytest.raises(StorageError):
        run(text, "--min-count", "1", "--plot", str(tmp_path / "nowhere" / "a.png"))


@pytest.mark.filterwarnings("default")
def test_a_folder(tmp_path, capsys):
    contents = {"a.txt": b"the cat", "b.asc": b"the dog", "c.md": b"no", "d.txt": b"\x89PNG\r\n\x1a\n"}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    arguments = ["vocab", str(tmp_path), "--pattern", "*.txt", "--pattern", "*.ASC", "--min-count", "1", "--json"]
    with pytest.raises(SystemExit):
        main(arguments)
    out, err = capsys.readouterr()
    assert err == f"firth: warning: 1 file skipped ({tmp_path / 'd.txt'}: an image)\n"
    assert json.loads(out)["distinct_words"] == 3
    assert json.loads(out)["files"]["skipped"] == [{"path": str(tmp_path / "d.txt"), "reason": "an image"}]
    with pytest.raises(SystemExit):
        main([*arguments, "--pattern", ""])
    assert "expected a pattern of file names" in capsys.readouterr().err


def test_a_page(tmp_path, open_page):
    (tmp_path / "a.txt").write_text("<script>alert(1)</script> שלום 🙂 the the the the\n" * 20, encoding="utf-8")
    run(str(tmp_path / "a.txt"), "--min-count", "1", "--sample", "0.125", "--plot", str(tmp_path / "a.html"))
    page = open_page(tmp_path / "a.html", width=400, color_scheme="dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    rows = page.locator("table").nth(1).locator("tbody tr").all_inner_texts()
    # 4 of 7 tokens: (sqrt(f / 0.125) + 1) * 0.125 / f = 0.686; 1 of 7: more than all
    assert rows[0].split("\t") == ["the", "80", "68.6%"]
    assert {row.split("\t")[0] for row in rows[1:]} == {"<script>alert(1)</script>", "שלום", "🙂"}
    assert rows[1].split("\t")[1:] == ["20", "100.0%"]
    assert page.locator("polyline").count() == 3
