"""The estimator: known answers on planted corpora, the same bits for the same seed, nothing lost."""

import copy

import numpy as np
import pytest

from firth import Word2Vec, WordVectors
from firth.corpus import Vocabulary, encode
from firth.errors import FileFormatError, FirthError, OptionError, VocabularyError
from firth.text.preparation import Preparation

FRUIT = [f"fruit{i}" for i in range(15)]
METAL = [f"metal{i}" for i in range(15)]


@pytest.fixture(scope="module")
def two_topics():
    """Sentences of one topic or the other, never both."""
    rng = np.random.default_rng(0)
    return [[str(w) for w in rng.choice(FRUIT if i % 2 else METAL, 12)] for i in range(3000)]


def options(**changed):
    return {"vector_size": 16, "window": 3, "epochs": 5, "sample": 0, "workers": 1, "seed": 3, **changed}


@pytest.fixture(scope="module")
def trained(two_topics):
    return Word2Vec(**options()).fit(two_topics)


def test_planted_topics_are_found(trained):
    for word in (FRUIT[0], METAL[7]):
        neighbors = {neighbor for neighbor, _ in trained.vectors.most_similar(word, topn=14)}
        assert neighbors == set(FRUIT if word in FRUIT else METAL) - {word}


def test_loss_falls_and_is_float64(trained):
    assert len(trained.loss_) == 5
    assert all(isinstance(loss, float) for loss in trained.loss_)
    assert trained.loss_[0] > trained.loss_[-1]
    # The best any vectors can do here: each pair is inside its topic of 15, noise is even over 30 words.
    p_pair, p_noise = 1 / 15, 1 / 30
    s = p_pair / (p_pair + 5 * p_noise)
    best = -np.log(s) - 5 * (0.5 * np.log(1 - s))
    assert best < trained.loss_[-1] < 1.1 * best


def test_one_worker_and_a_seed_fix_every_bit(two_topics, trained):
    again = Word2Vec(**options()).fit(two_topics)
    assert again.loss_ == trained.loss_
    assert np.array_equal(again.input_vectors, trained.input_vectors)
    assert np.array_equal(again.output_vectors, trained.output_vectors)
    other = Word2Vec(**options(seed=4)).fit(two_topics)
    assert not np.array_equal(other.input_vectors, trained.input_vectors)


def test_the_loss_is_the_same_quantity_for_more_workers(two_topics, trained):
    two = Word2Vec(**options(workers=2)).fit(two_topics)
    np.testing.assert_allclose(two.loss_, trained.loss_, rtol=0.02)


def test_paths_token_lists_generators_and_encoded_corpora_train_alike(tmp_path, two_topics, trained):
    text = tmp_path / "text.txt"
    text.write_text("\n".join(map(" ".join, two_topics)))
    from_file = Word2Vec(**options()).fit(text, cache=tmp_path / "text.corpus")
    from_generator = Word2Vec(**options()).fit(sentence for sentence in two_topics)
    with encode(two_topics, min_count=5) as corpus:
        from_corpus = Word2Vec(**options()).fit(corpus)
    for model in (from_file, from_generator, from_corpus):
        assert np.array_equal(model.input_vectors, trained.input_vectors)
    assert (tmp_path / "text.corpus").exists()


def test_save_and_load(tmp_path, trained):
    path = tmp_path / "model.safetensors"
    trained.save(path)
    loaded = Word2Vec.load(path)
    assert loaded.configuration.as_dict() == trained.configuration.as_dict()
    assert loaded.loss_ == trained.loss_
    assert loaded.vocabulary.words == trained.vocabulary.words
    assert np.array_equal(loaded.input_vectors, trained.input_vectors)
    assert np.array_equal(loaded.output_vectors, trained.output_vectors)
    assert np.array_equal(WordVectors.load(path).vectors, trained.input_vectors)
    trained.vectors.save(tmp_path / "vectors.safetensors")
    vectors = WordVectors.load(tmp_path / "vectors.safetensors")
    assert np.array_equal(vectors[FRUIT[3]], trained.vectors[FRUIT[3]])
    assert vectors.metadata["configuration"]["vector_size"] == 16
    with pytest.raises(FileFormatError):
        Word2Vec.load(tmp_path / "vectors.safetensors")


def test_an_interrupted_model_keeps_what_it_learned(two_topics):
    def interrupt(progress):
        if progress.epoch == 3:
            raise KeyboardInterrupt

    model = Word2Vec(**options())
    with pytest.raises(KeyboardInterrupt):
        model.fit(two_topics, on_progress=interrupt)
    assert len(model.loss_) == 2
    neighbors = {neighbor for neighbor, _ in model.vectors.most_similar(FRUIT[0], topn=14)}
    assert neighbors == set(FRUIT) - {FRUIT[0]}


def test_a_callback_sees_the_model_of_the_moment_and_ends_training(two_topics):
    model, seen = Word2Vec(**options(epochs=3)), []

    def look(progress):
        seen.append((len(model.loss_), model.vectors is model.vectors, model.vectors.norms[0]))
        return len(model.loss_) == 2

    model.fit(two_topics, on_epoch=look)
    assert [epochs for epochs, *_ in seen] == [1, 2]
    assert all(same for _, same, _ in seen)
    assert seen[0][2] != seen[1][2]  # norms are those of the vectors now
    assert model.stopped_ == "callback"


def test_progress_comes_every_so_many_words(two_topics):
    # 300 sentences of 12 words are 3,600 words in jobs of about 100, longer than 60 and shorter than 1,000.
    for every, calls in ((60, 36), (1000, 4)):
        told = []
        Word2Vec(**options(epochs=1)).fit(two_topics[:300], on_progress=told.append, every=every)
        assert len(told) == calls
        assert told[-1].tokens_done == 3600
    with pytest.raises(OptionError, match="every=0, expected 1 or more"):
        Word2Vec(**options()).fit(two_topics, every=0)


def test_the_same_vectors_until_training_goes_on(two_topics):
    model = Word2Vec(**options(epochs=1)).fit(two_topics)
    kept, norms = model.vectors, model.vectors.norms.copy()
    assert model.vectors is kept
    copied = copy.deepcopy(model)
    model.partial_fit(two_topics)
    assert model.vectors is not kept
    assert not np.array_equal(model.vectors.norms, norms)
    assert np.array_equal(copied.vectors.norms, norms)
    assert model.configuration.epochs == 1


def test_new_text_is_prepared_as_the_first(tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("The King, the KING!\n" * 50)
    words = Preparation(tokenizer="words", casefold=True)
    model = Word2Vec(**options(epochs=1)).fit(text, preparation=words)
    model.save(tmp_path / "model.safetensors")
    model = Word2Vec.load(tmp_path / "model.safetensors")
    text.write_text("A QUEEN! The Queen, the king.\n" * 50)
    reports = []
    model.fit(text, update_vocabulary=True, on_report=reports.append)
    assert reports[0].vocabulary_change == (["queen", "a"], [], False)
    assert "new words  2 words added, 0 dropped" in reports[0].lines()
    assert "prepared   tokenizer='words', casefold=True" in reports[0].lines()
    assert reports[0].unknown_tokens == 0
    with pytest.warns(UserWarning, match="the model's training text: tokenizer='whitespace'") as warned:
        model.fit(text, preparation=Preparation(casefold=True))
    assert len(warned) == 1
    with pytest.warns(UserWarning, match="differently.*casefold=False"):
        change = model.update_vocabulary(text, preparation=Preparation(tokenizer="words"))
    assert change.added == ["A", "QUEEN", "The", "Queen"]


def test_what_is_held_out_is_told_before_the_text_is_read(tmp_path):
    def text():
        raise AssertionError("was read")
        yield

    with pytest.raises(FirthError, match=r"nowhere\.txt: no such file"):
        Word2Vec(**options(validation=tmp_path / "nowhere.txt")).fit(text())
    with pytest.raises(OptionError, match="early_stopping=1 needs held-out text"):
        Word2Vec(**options(early_stopping=1)).fit(text())
    with pytest.raises(OptionError, match="nothing could be learned"):
        Word2Vec(**options(freeze="output")).fit(text())


def test_the_report_says_what_there_is(two_topics):
    reports = []
    Word2Vec(**options(epochs=1, min_count=2)).fit([*two_topics, ["once"]], on_report=reports.append)
    (report,) = reports
    assert (report.tokens_read, report.distinct_words, report.words_kept) == (36_001, 31, 30)
    assert report.coverage == pytest.approx(36_000 / 36_001)
    assert report.memory == 2 * 30 * 16 * 4
    assert any("30 words seen at least 2 times" in line for line in report.lines())
    chosen = report.lines()[-1].removeprefix("options    ")
    assert chosen.split(", ") == [f"{name}={value!r}" for name, value in report.configuration.chosen().items()]
    assert {"epochs=1", "min_count=2"} <= set(chosen.split(", "))


def test_mistakes_are_told():
    with pytest.raises(FirthError, match="not been trained; hint: call fit"):
        Word2Vec().vectors  # noqa: B018
    with pytest.raises(OptionError, match="no option 'vector_sise'"):
        Word2Vec(vector_sise=3)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_text_that_teaches_nothing_is_told(workers):
    lines = [[word] for word in FRUIT * 3]  # a word a line
    model = Word2Vec(**options(workers=workers, min_count=1, epochs=2))
    with pytest.warns(UserWarning, match="nothing was learned: no word had another word in its window"):
        model.fit(lines)
    assert model.loss_ == [None, None]


def test_a_cache_that_is_the_text_held_out(tmp_path):
    path = tmp_path / "held-out"
    path.write_text("a b\n" * 9)
    with pytest.raises(OptionError, match="given as validation and as cache: the same file"):
        Word2Vec(min_count=1, epochs=1).fit([["a", "b"]] * 9, validation=str(path), cache=path)
    assert path.read_text() == "a b\n" * 9


def test_a_model_begins_with_given_words(tmp_path):
    text = [["a", "b", "c"], ["b", "a"]] * 10
    options = {"vector_size": 4, "min_count": 1, "workers": 1, "epochs": 2, "sample": 0}
    expected = Word2Vec(**options).fit(text)
    model = Word2Vec(**options).initialize(Vocabulary(expected.vocabulary.words, expected.vocabulary.counts))
    assert not model.output_vectors.any()
    model.fit(text)
    assert (model.input_vectors == expected.input_vectors).all()
    assert model.preparation == expected.preparation
    model = Word2Vec(**options).initialize(Vocabulary(["b", "z", "a"], [9, 9, 5]))
    assert model.fit(text).vocabulary.words == ["b", "z", "a"]
    model.update_vocabulary(Vocabulary(["a", "y"], [5, 1]))
    assert dict(zip(model.vocabulary.words, model.vocabulary.counts.tolist(), strict=True)) == {
        "a": 10,
        "b": 9,
        "z": 9,
        "y": 1,
    }
    with pytest.raises(FirthError, match="trained already"):
        model.initialize(Vocabulary(["a"], [1]))
    with pytest.raises(VocabularyError, match="without words"):
        Word2Vec().initialize(Vocabulary([], []))


def test_a_model_of_another_huffman_tree_is_refused(tmp_path, two_topics, monkeypatch):
    """Its inner nodes would stand for other words."""
    file, folder = tmp_path / "model.safetensors", tmp_path / "checkpoints"
    model = Word2Vec(**options(objective="hierarchical", epochs=1)).fit(two_topics, checkpoint=folder)
    model.save(file)
    assert Word2Vec.load(file).loss_ == Word2Vec.resume(folder).loss_ == model.loss_
    monkeypatch.setattr("firth.training.model._TREE", "that of later times")
    for read, path in ((Word2Vec.load, file), (Word2Vec.resume, folder)):
        with pytest.raises(FileFormatError, match="whose Huffman tree was another"):
            read(path)


def test_notes_are_saved_with_a_model(tmp_path):
    model = Word2Vec(vector_size=4, min_count=1, sample=0).fit([["a", "b"]] * 10)
    model.notes["who"] = ["me", 3]
    model.save(tmp_path / "m")
    assert Word2Vec.load(tmp_path / "m").notes == {"who": ["me", 3]}


def test_progress_tells_how_many_examples_there_were():
    told = []
    model = Word2Vec(architecture="cbow", vector_size=4, min_count=1, sample=0, epochs=2)
    model.fit([["a", "b", "c"], ["d"]] * 10, on_epoch=told.append)
    assert [progress.examples for progress in told] == [30, 30]  # a word without context is none
