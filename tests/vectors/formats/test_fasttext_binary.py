"""fastText models, trained and saved by fastText itself: the words, and vectors for words it has not seen."""

import fasttext
import numpy as np
import pytest

from firth.errors import FileFormatError, VectorsWarning
from firth.kernels.text.subwords import Scheme
from firth.vectors import WordVectors
from firth.vectors.subwords import ngram_buckets

UNSEEN = ["kingdom", "ünïcode", "x", "", "日本語", "queenly"]


def fasttext_vector(model, word):
    """The vector of a word by fastText: the mean of the rows that it names; its own answer is of unit length."""
    _, rows = model.get_subwords(word)
    vector = model.get_input_matrix()[rows].mean(axis=0) if len(rows) else np.zeros(model.get_dimension(), np.float32)
    np.testing.assert_allclose(model.get_word_vector(word) * np.linalg.norm(vector), vector, atol=1e-6)
    return vector


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fasttext")
    (folder / "text.txt").write_text("the king and the queen went to naïve café 日本 \n" * 40)

    def train(name, **options):
        settings = {"dim": 6, "minCount": 1, "epoch": 1, "bucket": 50, "thread": 1, "verbose": 0}
        model = fasttext.train_unsupervised(str(folder / "text.txt"), **{**settings, **options})
        model.save_model(str(folder / name))
        return model, folder / name

    return train


@pytest.fixture(scope="module")
def subword(trained):
    return trained("subword.bin", minn=2, maxn=4)


def test_words_counts_and_vectors(subword):
    model, path = subword
    vectors = WordVectors.load(path)
    words, counts = model.get_words(include_freq=True)
    assert vectors.index_to_key == words
    assert vectors.counts.tolist() == counts.tolist()
    assert vectors.metadata["vector_size"] == 6
    assert vectors.metadata["architecture"] == "skipgram"
    theirs = np.stack([fasttext_vector(model, word) for word in words])
    np.testing.assert_allclose(vectors.vectors, theirs, atol=1e-7)


def test_unknown_words_have_vectors_but_are_no_answers(subword):
    model, path = subword
    vectors = WordVectors.load(path)
    for word in UNSEEN:
        assert word not in vectors
        np.testing.assert_allclose(vectors[word], fasttext_vector(model, word), atol=1e-7)
    assert len(vectors.neighbors(UNSEEN, topn=2)) == len(UNSEEN)
    assert vectors.most_similar("kingdom", topn=3)[0][0] in vectors


def test_ngrams_of_one_letter(trained):
    model, path = trained("ones.bin", minn=1, maxn=2)
    vectors = WordVectors.load(path)
    for word in [*model.get_words(), *UNSEEN]:
        np.testing.assert_allclose(vectors[word], fasttext_vector(model, word), atol=1e-7)


def test_limit(subword):
    model, path = subword
    vectors = WordVectors.load(path, limit=3)
    assert vectors.index_to_key == model.get_words()[:3]
    word = model.get_words()[5]  # left out of the words, so made of its n-grams alone
    assert word not in vectors
    assert vectors[word].any()


def test_subwords_survive_firths_own_file(subword, tmp_path):
    model, path = subword
    WordVectors.load(path).save(tmp_path / "v.safetensors")
    vectors = WordVectors.load(tmp_path / "v.safetensors")
    assert vectors.subwords is not None
    for word in UNSEEN:
        np.testing.assert_allclose(vectors[word], fasttext_vector(model, word), atol=1e-7)


def test_a_model_without_ngrams(trained):
    model, path = trained("plain.bin", minn=0, maxn=0, model="cbow", loss="hs")
    vectors = WordVectors.load(path)
    assert type(vectors) is WordVectors
    assert (vectors.metadata["architecture"], vectors.metadata["objective"]) == ("cbow", "hierarchical")
    for word in model.get_words():
        np.testing.assert_array_equal(vectors[word], fasttext_vector(model, word))


def test_the_version_before(subword, tmp_path):
    # fastText itself reads version 11 as it reads 12, but for supervised models, whose n-grams it leaves aside
    (tmp_path / "text.txt").write_text("__label__a the king and queen\n__label__b a naïve café\n" * 20)
    options = {"dim": 6, "minCount": 1, "epoch": 1, "bucket": 50, "thread": 1, "verbose": 0, "minn": 2, "maxn": 3}
    fasttext.train_supervised(str(tmp_path / "text.txt"), **options).save_model(str(tmp_path / "supervised.bin"))
    for path, has_ngrams in ((subword[1], True), (tmp_path / "supervised.bin", False)):
        raw = bytearray(path.read_bytes())
        raw[4] = 11
        (tmp_path / "old.bin").write_bytes(raw)
        model, vectors = fasttext.load_model(str(tmp_path / "old.bin")), WordVectors.load(tmp_path / "old.bin")
        assert (vectors.subwords is not None) is has_ngrams
        assert vectors.index_to_key == model.get_words()
        for word in model.get_words():
            np.testing.assert_allclose(vectors[word], fasttext_vector(model, word), atol=1e-7)


def test_words_with_control_characters_are_told(tmp_path):
    (tmp_path / "text.txt").write_text("the ki\x01ng and the queen\n" * 10)
    options = {"dim": 3, "minCount": 1, "epoch": 1, "bucket": 50, "thread": 1, "verbose": 0}
    fasttext.train_unsupervised(str(tmp_path / "text.txt"), **options).save_model(str(tmp_path / "v.bin"))
    with pytest.warns(VectorsWarning, match=r"1 words hold control characters, such as b'ki\\x01ng'.*misaligned"):
        assert "ki\x01ng" in WordVectors.load(tmp_path / "v.bin")


def test_ngrams_by_hand():
    # Of <ab>: lengths 1 to 3 are a, b (the marks alone are none), <a, ab, b>, <ab, ab>.
    assert len(ngram_buckets("ab", Scheme(1, 3, 1000))) == 7
    assert len(ngram_buckets("ab", Scheme(3, 6, 1000))) == 3  # <ab, ab>, <ab>
    assert ngram_buckets("", Scheme(3, 6, 1000)) == []


@pytest.mark.parametrize("keep", [3, 40, 120, 400, -1500])
def test_a_truncated_file(subword, tmp_path, keep):
    (tmp_path / "cut.bin").write_bytes(subword[1].read_bytes()[:keep])
    with pytest.raises(FileFormatError):
        WordVectors.load(tmp_path / "cut.bin", "fasttext-binary")


def test_a_dictionary_larger_than_the_file(subword, tmp_path):
    raw = bytearray(subword[1].read_bytes())
    raw[64:68] = (2**31 - 1).to_bytes(4, "little")  # behind magic, version, twelve settings and a double
    (tmp_path / "v.bin").write_bytes(raw)
    with pytest.raises(FileFormatError, match="in 2,147,483,647 entries, expected one for each in the"):
        WordVectors.load(tmp_path / "v.bin")


def test_other_files(subword, tmp_path):
    raw = bytearray(subword[1].read_bytes())
    raw[4] = 10
    (tmp_path / "old.bin").write_bytes(raw)
    with pytest.raises(FileFormatError, match="fastText format 10, expected 11 or 12"):
        WordVectors.load(tmp_path / "old.bin")
    (tmp_path / "foreign.bin").write_bytes(b"2 2\n" + bytes(99))
    with pytest.raises(FileFormatError, match="not a fastText model"):
        WordVectors.load(tmp_path / "foreign.bin", "fasttext-binary")
