"""fastText models, trained and saved by fastText itself: the words, and vectors for words it has not seen."""

import contextlib
import itertools

import fasttext
import gensim.models.fasttext
import numpy as np
import pytest

from firth.errors import FileFormatError, OptionError, VectorsWarning
from firth.kernels.text.scheme import Scheme
from firth.vectors import WordVectors
from firth.vectors.subwords import Subwords, ngram_buckets

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
        model = fasttext.load_model(str(tmp_path / "old.bin"))
        told = (
            contextlib.nullcontext() if has_ngrams else pytest.warns(VectorsWarning, match="a classifier of fastText")
        )
        with told:
            vectors = WordVectors.load(tmp_path / "old.bin")
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


KNOWN = ["king", "queen", "naïve", "日本"]


def subword_vectors(minn=2, maxn=4, buckets=60):
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(buckets, 5)).astype(np.float32)
    metadata = {"configuration": {"architecture": "cbow", "window": 3, "objective": "hierarchical"}}
    subwords = Subwords(rows, minn, maxn)
    return WordVectors(KNOWN, rng.normal(size=(4, 5)), [9, 7, 5, 3], metadata, subwords=subwords)


@pytest.mark.parametrize(("minn", "maxn"), [(2, 4), (1, 3), (5, 6)])
def test_what_is_written_is_a_model_of_fasttext_and_of_gensim(tmp_path, minn, maxn):
    vectors = subword_vectors(minn, maxn)
    vectors.save(tmp_path / "v.bin")
    model = fasttext.load_model(str(tmp_path / "v.bin"))
    assert model.get_words(include_freq=True)[0] == KNOWN
    assert model.get_words(include_freq=True)[1].tolist() == [9, 7, 5, 3]
    theirs = gensim.models.fasttext.load_facebook_vectors(str(tmp_path / "v.bin"))
    again = WordVectors.load(tmp_path / "v.bin")
    for word in [*KNOWN, *UNSEEN]:
        np.testing.assert_allclose(fasttext_vector(model, word), vectors[word], atol=1e-6)
        np.testing.assert_allclose(again[word], vectors[word], atol=1e-6)
        if word and vectors[word].any():  # gensim refuses a word without n-grams
            np.testing.assert_allclose(theirs[word], vectors[word], atol=1e-6)
    assert (model.f.getArgs().ws, str(model.f.getArgs().loss), str(model.f.getArgs().model)) == (
        3, "loss_name.hs", "model_name.cbow"
    )  # fmt: skip
    assert again.counts.tolist() == [9, 7, 5, 3]


def test_words_alone_and_pruned_ngrams_are_written_too(tmp_path):
    WordVectors(KNOWN, np.eye(4)).save(tmp_path / "v.bin", "fasttext-binary")
    model = fasttext.load_model(str(tmp_path / "v.bin"))
    np.testing.assert_array_equal([fasttext_vector(model, word) for word in KNOWN], np.eye(4))
    vectors = subword_vectors(buckets=5000).prune_ngrams()
    vectors.save(tmp_path / "v.bin")
    model = fasttext.load_model(str(tmp_path / "v.bin"))
    for word in KNOWN:
        np.testing.assert_allclose(fasttext_vector(model, word), vectors[word], atol=1e-6)
    assert model.get_input_matrix().shape == (5004, 5)


def test_what_the_format_cannot_hold_is_refused(tmp_path):
    for word in ("a\0b", ""):
        with pytest.raises(OptionError, match="expected words without U\\+0000"):
            WordVectors([word], [[1.0]]).save(tmp_path / "v.bin", "fasttext-binary")
    floret = WordVectors(["a"], [[1.0]], subwords=Subwords(np.ones((5, 1), np.float32), 2, 3, 2))
    with pytest.raises(OptionError, match=r"2 hashes, expected those of fastText; hint: write a \.floret file"):
        floret.save(tmp_path / "v.bin", "fasttext-binary")
    assert not (tmp_path / "v.bin").exists()


@pytest.fixture(scope="module")
def classifier(tmp_path_factory):
    folder = tmp_path_factory.mktemp("classifier")
    words = ["".join(letters) for letters in itertools.product("abcd", "efgh", "ijkl", "mnop")]  # 256, as it needs
    lines = [f"__label__{place % 2} {word} {word}x" for place, word in enumerate(words)]
    (folder / "text.txt").write_text("\n".join(lines * 2))
    options = {"dim": 6, "minCount": 1, "epoch": 1, "bucket": 400, "thread": 1, "verbose": 0, "minn": 2, "maxn": 3}
    return folder, lambda: fasttext.train_supervised(str(folder / "text.txt"), **options)


@pytest.mark.parametrize("options", [{}, {"qnorm": True}, {"dsub": 4}, {"cutoff": 300}, {"cutoff": 300, "qnorm": True}])
def test_quantized_models(classifier, options):
    folder, train = classifier
    model = train()
    model.quantize(**options)
    model.save_model(str(folder / "v.ftz"))
    with pytest.warns(VectorsWarning, match="a classifier of fastText; its word vectors are read"):
        vectors = WordVectors.load(folder / "v.ftz")
    assert vectors.index_to_key == model.get_words()
    for word in [*model.get_words()[:50], "aeimz", "zz", ""]:
        vector = vectors[word]
        length = np.linalg.norm(vector)
        np.testing.assert_allclose(model.get_word_vector(word) * length, vector, atol=1e-6)
        assert length > 0 or word in ("", "zz") or "cutoff" in options
    raw = (folder / "v.ftz").read_bytes()
    for keep in (len(raw) // 3, len(raw) // 2, 2000):
        (folder / "cut.ftz").write_bytes(raw[:keep])
        with pytest.raises(FileFormatError, match=r"cut\.ftz: (truncated or )?damaged"):
            WordVectors.load(folder / "cut.ftz")


def test_the_first_format_has_no_magic_number(subword, tmp_path):
    model, path = subword
    raw = path.read_bytes()
    head, dictionary = raw[8:64], raw[64:84]  # without magic and version; sizes without those of pruning
    rest = raw[92:]
    rows = len(model.get_words()) + 50
    at = rest.index(np.array([rows, 6], np.int64).tobytes())
    end = at + 16 + rows * 6 * 4
    matrices = rest[at:end] + rest[end + 1 :]  # before neither it is said whether it is quantized
    (tmp_path / "old.bin").write_bytes(head + dictionary + rest[: at - 1] + matrices)
    theirs = gensim.models.fasttext.load_facebook_vectors(str(tmp_path / "old.bin"))
    vectors = WordVectors.load(tmp_path / "old.bin", "fasttext-binary")
    assert vectors.index_to_key == theirs.index_to_key == model.get_words()
    for word in [*KNOWN, *UNSEEN[:2]]:
        np.testing.assert_allclose(vectors[word], fasttext_vector(model, word), atol=1e-6)
