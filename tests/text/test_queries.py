"""Words that a person asks for, as the vectors have them."""

import pytest

from firth.text.phrases import Phrase, Phrases
from firth.text.preparation import Preparation
from firth.text.queries import word_of_query

FOLDED = Preparation("words", casefold=True, stop_words="english", digits_to_zero=True)


@pytest.mark.parametrize(
    ("preparation", "asked", "word"),
    [
        (FOLDED, "Paris", "paris"),
        (FOLDED, "paris", "paris"),
        (FOLDED, "1984", "0000"),
        (FOLDED, "New York", "new_york"),
        (FOLDED, "New_York", "new_york"),
        (FOLDED, "Pariss", "pariss"),  # for the error, and the close spellings
        (FOLDED, "The", "The"),  # dropped from the text: there is no such word
        (FOLDED, "Old York", "old york"),
        (Preparation(), "Paris", "Paris"),
        (Preparation(casefold=True, phrases=Phrases(((Phrase(("a", "b")),),))), "New York", "new_york"),
        (Preparation(str.split, casefold=True), "PARIS", "paris"),  # the function is out of reach
        (Preparation("chinese"), "纽约 时报", "纽约_时报"),
    ],
)
def test_words_that_are_meant(preparation, asked, word):
    if preparation.tokenizer == "chinese":
        pytest.importorskip("rjieba")
    known = {"paris", "new_york", "0000", "纽约_时报"}
    assert word_of_query(asked, {"min_count": 5, **preparation.as_dict()}, known) == word


def test_files_of_the_preparation_may_be_gone(tmp_path):
    (tmp_path / "p.tsv").write_text("new york\n")
    (tmp_path / "t.json").write_text("{}")
    saved = Preparation(str(tmp_path / "t.json"), casefold=True, phrases=tmp_path / "p.tsv").as_dict()
    for name in ("p.tsv", "t.json"):
        (tmp_path / name).unlink()
    assert word_of_query("New York", saved, {"new_york"}) == "new_york"


@pytest.mark.parametrize("saved", [None, {}])
def test_nothing_is_known_of_the_text(saved):
    assert word_of_query("Paris", saved, {"paris"}) == "Paris"
