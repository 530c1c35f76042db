"""ARPA files: back and forth, from elsewhere, broken ones, and under KenLM."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from firth.errors import FileFormatError, LanguageModelWarning, OptionError
from firth.lm import NgramModel
from firth.lm.ngram import arpa

TEXT = [line.split() for line in ("the cat sat", "the cat ran", "a dog sat on the cat", "the dog", "a a a", "") * 3]

# As SRILM might write it: no <unk>, a trigram whose suffix "cat sat" is left out, spaces between the fields.
FOREIGN = """some words before

\\data\\
ngram 1=5
ngram 2=2
ngram 3=1

\\1-grams:
-0.5 </s>
-99 <s> -0.3
-0.6 the -0.2
-0.7 cat -0.1
-0.8 sat

\\2-grams:
-0.25 <s> the -0.15
-0.35 the cat -0.05

\\3-grams:
-0.05 the cat sat

\\end\\
"""


@pytest.mark.parametrize("smoothing", ["modified-kneser-ney", "good-turing", "maximum-likelihood"])
@pytest.mark.parametrize("suffix", [".arpa", ".arpa.gz"])
@pytest.mark.filterwarnings("ignore::firth.lm.ngram.smoothing.DiscountWarning")
def test_back_and_forth(smoothing: str, suffix: str, tmp_path: Path) -> None:
    model = NgramModel.train(TEXT, 4, smoothing=smoothing)
    path = tmp_path / f"model{suffix}"
    model.write_arpa(path)
    again = NgramModel.read_arpa(path)
    assert again.words == model.words
    assert again.trie.sizes() == model.trie.sizes()
    np.testing.assert_array_equal(again.trie.left_words, model.trie.left_words)
    np.testing.assert_array_equal(again.log10_probabilities, model.log10_probabilities)
    np.testing.assert_array_equal(again.log10_backoffs, model.log10_backoffs)
    text = [*TEXT, ["sat", "unseen", "the"]]
    np.testing.assert_array_equal(again.score_all(text), model.score_all(text))


def test_a_file_from_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "foreign.arpa"
    path.write_text(FOREIGN)
    with pytest.warns(
        LanguageModelWarning, match=r"has no <unk> among its single words: .* \(KenLM gives them 1e-100\)"
    ):
        model = NgramModel.read_arpa(path)
    log10 = [value / np.log(10) for value in model.token_log_probabilities(model_sentences(model, "the cat sat"))]
    # <s> the; the cat behind <s> the (-0.15); the cat sat; </s> behind sat, whose history is not stored
    assert log10 == pytest.approx([-0.25, -0.15 - 0.35, -0.05, -0.5])
    # sat behind cat backs off: the blank "cat sat" has the probability -0.1 - 0.8
    state = model.state_after("sat cat")
    assert model.step(state, "sat")[0] / np.log(10) == pytest.approx(-0.9)
    assert model.step(state, "zebra")[0] == -np.inf
    assert model.trie.sizes() == [6, 3, 1]


def test_a_file_without_a_history_that_an_n_gram_needs(tmp_path: Path) -> None:
    path = tmp_path / "foreign.arpa"
    path.write_text(FOREIGN.replace("ngram 2=2", "ngram 2=1").replace("-0.35 the cat -0.05\n", ""))
    with pytest.warns(LanguageModelWarning, match="no <unk>"):
        model = NgramModel.read_arpa(path)
    log10 = [value / np.log(10) for value in model.token_log_probabilities(model_sentences(model, "the cat sat"))]
    # cat behind <s> the backs off twice, -0.15 - 0.2 - 0.7; the cat sat is there
    assert log10 == pytest.approx([-0.25, -1.05, -0.05, -0.5])
    assert model.trie.sizes() == [6, 3, 1]


def test_fields_end_where_kenlm_ends_them(tmp_path: Path) -> None:
    kenlm = pytest.importorskip("kenlm")
    words = ["new\u00a0york", "a\u2028b", "a\x85b", "\u3000", "a\x1cb", "a\x0bb", "\ufeffa", "\u200b"]
    model = NgramModel.train([words, words[::-1]], 2, smoothing="witten-bell")
    path = tmp_path / "m.arpa"
    model.write_arpa(path)
    assert NgramModel.read_arpa(path).words == model.words
    other = kenlm.LanguageModel(str(path))
    assert all(word in other for word in words)
    path.write_text(FOREIGN.replace(" ", "\t \t").replace("\n", "  \r\n").replace("ngram\t \t", "ngram "))
    with pytest.warns(LanguageModelWarning, match="no <unk>"):
        assert NgramModel.read_arpa(path).trie.sizes() == [6, 3, 1]


@pytest.mark.parametrize(
    ("mark", "line", "consequence"),
    [
        ("<unk>", "", "unknown words have no probability"),
        ("<s>", "-99 <s> -0.1\n", "as if nothing were known of what stands before them"),
        ("</s>", "-0.5 </s>\n", "only with end=False"),
    ],
)
def test_special_words_that_a_file_leaves_out_are_told(mark: str, line: str, consequence: str, tmp_path: Path) -> None:
    path = tmp_path / "m.arpa"
    words = "-0.6 <unk>\n-99 <s> -0.1\n-0.5 </s>\n-0.3 the\n"
    full = f"\\data\\\nngram 1=4\n\n\\1-grams:\n{words}\n\\end\\\n"
    path.write_text(full)
    NgramModel.read_arpa(path)  # nothing to tell
    path.write_text(full.replace(line or "-0.6 <unk>\n", "").replace("1=4", "1=3"))
    with pytest.warns(LanguageModelWarning, match=f"{path.name} has no {mark} among its single words: .*{consequence}"):
        model = NgramModel.read_arpa(path)
    assert np.isfinite(model.score("the", end=mark != "</s>"))


def model_sentences(model: NgramModel, text: str):
    return model.encoder.encode([text.split()])


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("\\data\\", "data", r"line 23: the file ends, expected \\data\\"),
        ("ngram 2=2\n", "", r"line 5: 'ngram 3=1', expected ngram 2= and a number"),
        ("ngram 1=5\nngram 2=2\nngram 3=1\n", "", r"line 5: .*expected ngram 1= and a number"),
        ("ngram 2=2", "ngram 2=two", r"line 5: 'ngram 2=two', expected ngram 2= and a number"),
        ("ngram 2=2", "ngram 2=1", r"line 17: more than the 1 2-grams announced"),
        ("ngram 2=2", "ngram 2=3", r"line 19: 2 2-grams, expected 3"),
        ("\\2-grams:", "\\3-grams:", r"line 15: .*expected \\2-grams:"),
        ("\\3-grams:\n-0.05 the cat sat\n", "", r"expected \\3-grams:"),
        ("\\end\\", "", r"the file ends, expected \\end\\"),
        ("\\end\\", "\\4-grams:", r"line 22: .*expected \\end\\"),
        ("-0.35", "nan", r"line 17: 'nan', expected a finite number"),
        ("-0.35", "x", r"line 17: 'x', expected a number"),
        ("-0.35", "-0_3", r"line 17: '-0_3', expected a number"),
        ("-0.35", "-\u0663", r"line 17: '-\u0663', expected a number"),
        ("ngram 2=2", "ngram 2=\u0662", r"line 5: 'ngram 2=\u0662', expected ngram 2= and a number"),
        ("-0.35", "0.35", r"line 17: log10 probability 0.35, expected at most 0"),
        ("-0.35 the cat", "-0.35 the zebra", r"line 17: the word 'zebra', expected a word of \\1-grams:"),
        ("-0.05 the cat sat", "-0.05 the cat", r"line 20: 3 fields"),
        ("-0.05 the cat sat", "-0.05 the cat sat on the mat", r"line 20: 7 fields"),
        ("-0.35 the cat", "-0.35 <s> the", r"the 2-gram '<s> the' is in the file twice"),
    ],
)
def test_broken_files_are_refused_with_the_line(old: str, new: str, problem: str, tmp_path: Path) -> None:
    assert old in FOREIGN
    path = tmp_path / "broken.arpa"
    path.write_text(FOREIGN.replace(old, new, 1))
    with pytest.raises(FileFormatError, match=problem):
        NgramModel.read_arpa(path)


def test_files_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "model.arpa"
    with pytest.raises(FileFormatError, match="no such file"):
        NgramModel.read_arpa(path)
    path.write_bytes(b"\\data\\\n\xff\xfe")
    with pytest.raises(FileFormatError, match="not UTF-8"):
        NgramModel.read_arpa(path)
    packed = tmp_path / "model.arpa.gz"
    packed.write_bytes(b"no gzip")
    with pytest.raises(FileFormatError, match=r"model\.arpa\.gz: cannot be read to its end"):
        NgramModel.read_arpa(packed)


@pytest.mark.parametrize("smoothing", ["add-k", "stupid-backoff"])
def test_models_with_rules_of_their_own_are_no_arpa(smoothing: str, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=f"{smoothing} cannot be written as an ARPA file"):
        NgramModel.train(TEXT, 2, smoothing=smoothing).write_arpa(tmp_path / "model.arpa")
    assert not list(tmp_path.iterdir())


@pytest.mark.filterwarnings("ignore::firth.lm.ngram.smoothing.DiscountWarning")
@pytest.mark.parametrize("options", [{}, {"prune": [0, 0, 3]}, {"smoothing": "witten-bell", "form": "backoff"}])
def test_kenlm_gives_the_same_scores(options: dict[str, object], tmp_path: Path) -> None:
    kenlm = pytest.importorskip("kenlm")
    model = NgramModel.train(TEXT, 3, **options)
    path = tmp_path / "model.arpa"
    model.write_arpa(path)
    other = kenlm.LanguageModel(str(path))
    for sentence in [*TEXT, ["dog", "dog", "cat", "the"], ["new", "the", "new", "cat"]]:
        assert model.score(sentence) / np.log(10) == pytest.approx(other.score(" ".join(sentence)), abs=1e-4)
        state = model.start()
        for word, (value, _, _) in zip([*sentence, "</s>"], other.full_scores(" ".join(sentence)), strict=True):
            mine, state = model.step(state, word)
            assert mine / np.log(10) == pytest.approx(value, abs=1e-5)


def test_no_memory_is_taken_for_what_a_header_announces(tmp_path: Path) -> None:
    (tmp_path / "m.arpa").write_text(FOREIGN.replace("ngram 1=5", "ngram 1=2147483648"))
    tracemalloc.start()
    with pytest.raises(FileFormatError, match=r"5 1-grams, expected 2147483648, as announced"):
        NgramModel.read_arpa(tmp_path / "m.arpa")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 1 << 23


def test_more_ngrams_than_there_is_room_for_at_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = NgramModel.train(TEXT, order=3, smoothing="witten-bell")
    model.write_arpa(tmp_path / "m.arpa")
    monkeypatch.setattr(arpa, "_ROWS_AT_A_TIME", 2)
    again = NgramModel.read_arpa(tmp_path / "m.arpa")
    assert again.words == model.words
    assert again.score_all(TEXT).tolist() == pytest.approx(model.score_all(TEXT).tolist(), abs=1e-5)


def test_numbers_that_float32_cannot_hold(tmp_path: Path) -> None:
    (tmp_path / "m.arpa").write_text(FOREIGN.replace("the -0.2", "the 1e39"))
    with pytest.raises(FileFormatError, match=r"line 11: '1e39', expected a finite number"):
        NgramModel.read_arpa(tmp_path / "m.arpa")
    (tmp_path / "m.arpa").write_text(FOREIGN.replace("-0.7 cat", "-1e39 cat"))
    with pytest.warns(LanguageModelWarning, match="no <unk>"):
        model = NgramModel.read_arpa(tmp_path / "m.arpa")
    assert model.score(["cat"], end=False) == -np.inf
