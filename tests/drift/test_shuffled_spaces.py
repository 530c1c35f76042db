"""Shuffled texts: each period keeps its size, no sentence is lost, and training is that of the spaces."""

from collections import Counter

import pytest

from firth import OptionError, Word2Vec, WordVectors
from firth.drift import train_shuffled

OLD = [["king", "queen", "man"]] * 30
NEW = [["song", "list", "of", "a"]] * 50
OPTIONS = {"vector_size": 4, "epochs": 1, "min_count": 1, "workers": 1, "window": 2, "sample": 0}


@pytest.fixture(scope="module")
def spaces():
    return [Word2Vec(**OPTIONS).fit(text, progress=False).vectors for text in (OLD, NEW)]


def test_sentences_are_dealt_out(spaces):
    nulls = train_shuffled([OLD, NEW], spaces, 2, progress=False)
    for null in nulls:
        counts = [Counter(dict(zip(space.index_to_key, space.counts.tolist(), strict=True))) for space in null]
        assert counts[0] + counts[1] == Counter(king=30, queen=30, man=30, song=50, list=50, of=50, a=50)
        assert counts[0]["king"] + counts[0]["song"] == 30  # each word stands once in a sentence
        assert 0 < counts[0]["king"] < 30
        assert [space.metadata["configuration"]["window"] for space in null] == [2, 2]
        seeds = {space.metadata["configuration"]["seed"] for space in null}
        assert len(seeds) == 2
    assert (
        nulls[0][0].counts.tolist() != nulls[1][0].counts.tolist() or (nulls[0][0].vectors != nulls[1][0].vectors).any()
    )


def test_the_seed_decides(spaces):
    first, again, other = (train_shuffled([OLD, NEW], spaces, 1, seed=seed, progress=False)[0] for seed in (1, 1, 2))
    assert (first[0].vectors == again[0].vectors).all()
    assert first[0].vectors.shape != other[0].vectors.shape or (first[0].vectors != other[0].vectors).any()


def test_mistakes(spaces):
    with pytest.raises(OptionError, match="1 texts for 2 spaces"):
        train_shuffled([OLD], spaces)
    with pytest.raises(OptionError, match="does not say how it was trained"):
        train_shuffled([OLD], [WordVectors(["king"], [[1.0]])])
