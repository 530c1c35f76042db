"""Names of other programs: the error says what to write."""

import pytest

from firth import Word2Vec
from firth.errors import OptionError, WrongType
from firth.training.options import OPTIONS
from firth.training.other_names import in_our_words, is_foreign

GIVEN = [
    ({"sg": 1}, 'architecture="skipgram"'),
    ({"sg": 0, "vector_size": 5}, 'architecture="cbow"'),
    ({"cbow": 1}, 'architecture="cbow"'),
    ({"hs": 1, "negative": 0}, 'objective="hierarchical"'),
    ({"hs": 0}, 'objective="negative"'),
    ({"alpha": 0.05, "iter": 9, "ns_exponent": 0.5}, "learning_rate=0.05, epochs=9, noise_exponent=0.5"),
    ({"dim": 3, "ws": 2, "minCount": 1, "neg": 0}, "vector_size=3, window=2, min_count=1"),
    ({"loss": "hs"}, 'objective="hierarchical"'),
    ({"cbow_mean": 1}, "leave it out"),
    ({"compute_loss": True, "callbacks": []}, "model.loss_, fit(..., on_epoch=function)"),
]


@pytest.mark.parametrize(("given", "told"), GIVEN)
def test_what_to_write(given, told):
    with pytest.raises(OptionError) as error:
        Word2Vec(**given)
    assert error.value.hint == told
    Word2Vec(**in_our_words(given))  # and that is understood


def test_a_text_belongs_to_fit():
    with pytest.raises(WrongType) as error:
        Word2Vec([["a", "b"]], size=50, sg=1, hs=0, negative=10, workers=2)
    assert error.value.hint == (
        'Word2Vec(vector_size=50, architecture="skipgram", objective="negative", negative=10, workers=2).fit(sentences)'
    )
    with pytest.raises(TypeError, match=r'hint: Word2Vec\(\)\.fit\("corpus\.txt"\)'):
        Word2Vec("corpus.txt")
    with pytest.raises(TypeError, match=r"Word2Vec\(window=3\)\.fit\(sentences\)"):
        Word2Vec(corpus_file="corpus.txt", window=3)


def test_no_option_of_firth_is_foreign():
    assert not any(map(is_foreign, OPTIONS))
