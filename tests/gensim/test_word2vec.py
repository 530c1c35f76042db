"""Word2Vec: gensim's options and meanings, over firth's model."""

import numpy as np
import pytest

import firth
import firth.gensim
from firth.errors import FileFormatError, OptionError, WrongType
from firth.gensim import LineSentence, Word2Vec
from firth.gensim.utils import RULE_DEFAULT, RULE_DISCARD, RULE_KEEP

SENTENCES = [["the", "king", "rules"], ["the", "queen", "rules"], ["a", "song", "of", "the", "king"], ["rare"]] * 20
OPTIONS = {"vector_size": 6, "min_count": 1, "workers": 1, "sample": 0, "epochs": 2}


def test_the_options_are_those_of_firth():
    model = Word2Vec(SENTENCES, sg=1, negative=7, ns_exponent=0.5, alpha=0.05, window=2000, **OPTIONS)
    expected = firth.Word2Vec(
        architecture="skipgram", negative=7, noise_exponent=0.5, learning_rate=0.05, min_learning_rate=1e-4,
        window=1000, vector_size=6, min_count=1, workers=1, sample=0, epochs=2, cbow_gradient="word2vec",
    ).fit(SENTENCES)  # fmt: skip
    assert model.wv.index_to_key == expected.vocabulary.words
    assert (model.wv.vectors == expected.input_vectors).all()
    assert (model.syn1neg == expected.output_vectors).all()


@pytest.mark.parametrize("options", [{}, {"sg": 1}, {"hs": 1, "negative": 0}, {"sg": 1, "hs": 1, "negative": 0}])
def test_vocabulary_and_training_may_be_two_calls(options):
    at_once = Word2Vec(SENTENCES, **options, **OPTIONS)
    model = Word2Vec(**options, **OPTIONS)
    model.build_vocab(SENTENCES)
    assert (model.corpus_count, model.corpus_total_words) == (80, 240)
    assert model.wv.vectors.shape == (8, 6)
    trained, read = model.train(SENTENCES, total_examples=80, epochs=2)
    assert (trained, read) == (480, 480)
    assert (model.wv.vectors == at_once.wv.vectors).all()


def test_a_file_is_read_as_lists_are(tmp_path):
    (tmp_path / "text").write_text("\n".join(" ".join(words) for words in SENTENCES))
    lists = Word2Vec(SENTENCES, **OPTIONS)
    for model in (
        Word2Vec(corpus_file=tmp_path / "text", **OPTIONS),
        Word2Vec(LineSentence(tmp_path / "text"), **OPTIONS),
        Word2Vec(LineSentence(tmp_path / "text", limit=80), **OPTIONS),
        Word2Vec((tuple(words) for words in SENTENCES), **OPTIONS),
    ):
        assert (model.corpus_count, model.corpus_total_words) == (80, 240)
        assert (model.wv.vectors == lists.wv.vectors).all()


def test_words_may_be_integers(tmp_path):
    model = Word2Vec([[5, 3, 5], [3, 9]] * 20, **OPTIONS)
    assert model.wv.index_to_key == [5, 3, 9]
    assert model.wv.most_similar(5, topn=1)[0][0] in (3, 9)
    assert (model.wv[2] == model.wv.vectors[2]).all()  # no word, so a row
    model.save(tmp_path / "model")
    again = Word2Vec.load(tmp_path / "model")
    assert again.wv.index_to_key == [5, 3, 9]
    assert (again.wv[9] == model.wv[9]).all()


def test_which_words_are_kept():
    rules = {"king": RULE_DISCARD, "rare": RULE_KEEP}

    def rule(word, count, min_count):
        assert count == 20 + 20 * (word in ("king", "rules")) + 40 * (word == "the")
        return rules.get(word, RULE_DEFAULT)

    options = OPTIONS | {"min_count": 21}
    assert Word2Vec(SENTENCES, trim_rule=rule, **options).wv.index_to_key == ["the", "rules", "rare"]
    model = Word2Vec(SENTENCES, max_final_vocab=3, **OPTIONS)
    assert model.wv.index_to_key == ["the", "king", "rules"]
    assert model.effective_min_count == 21
    model = Word2Vec(min_count=2)
    model.build_vocab_from_freq({"b": 2, "a": 5, "c": 1})
    assert model.wv.index_to_key == ["a", "b"]
    assert model.wv.get_vecattr("a", "count") == 5


def test_a_sample_above_one_is_a_count():
    model = Word2Vec(SENTENCES, **(OPTIONS | {"sample": 10}))
    assert model._engine.configuration.sample == pytest.approx(26 / 240)  # 10 times 1 plus the golden ratio
    report = Word2Vec(**OPTIONS)
    report.scan_vocab(SENTENCES)
    told = report.prepare_vocab(min_count=21, sample=1e-3, dry_run=True)
    assert told["drop_unique"] == 5
    assert told["retain_total"] == 140
    assert told["downsample_unique"] == 3


class Callback:
    def __init__(self):
        self.told = []

    def on_train_begin(self, model):
        self.told.append("train")

    def on_epoch_begin(self, model):
        self.told.append("epoch")

    def on_epoch_end(self, model):
        self.told.append(model.get_latest_training_loss())

    def on_train_end(self, model):
        self.told.append("end")


def test_callbacks_are_told_the_loss_added_up():
    callback = Callback()
    model = Word2Vec(SENTENCES, compute_loss=True, callbacks=[callback], hs=1, negative=0, sg=1, **OPTIONS)
    begin, first, one, second, two, end = callback.told
    assert (begin, first, second, end) == ("train", "epoch", "epoch", "end")
    expected = firth.Word2Vec(objective="hierarchical", learning_rate=0.025, min_learning_rate=1e-4, **OPTIONS)
    pairs = []
    expected.fit(SENTENCES, on_epoch=lambda progress: pairs.append(progress.examples))
    assert one == pytest.approx(expected.loss_[0] * pairs[0])
    assert two == pytest.approx(one + expected.loss_[1] * pairs[1])
    assert model.get_latest_training_loss() == two


def test_a_callback_that_fails_leaves_what_was_learned():
    class Failing(firth.gensim.CallbackAny2Vec):
        def on_epoch_end(self, model):
            raise StopIteration("enough")

    model = Word2Vec(**OPTIONS)
    model.build_vocab(SENTENCES)
    before = model.wv["king"].copy()
    with pytest.raises(StopIteration):
        model.train(SENTENCES, total_examples=80, epochs=5, callbacks=[Failing()])
    assert (model.wv["king"] != before).any()
    model.train(SENTENCES, total_examples=80, epochs=1)  # a training of its own


def test_words_are_added():
    model = Word2Vec(SENTENCES, **OPTIONS)
    wv, king = model.wv, model.wv["king"].copy()
    model.build_vocab([["new", "king"]] * 30, update=True)
    assert wv is model.wv
    assert wv.get_vecattr("king", "count") == 70
    assert wv.get_vecattr("new", "count") == 30
    assert (wv["king"] == king).all()
    model.train([["new", "king"]] * 30, total_examples=30, epochs=1)
    assert (wv["king"] != king).any()
    with pytest.raises(RuntimeError, match="without words"):
        Word2Vec().build_vocab(SENTENCES, update=True)


def test_vectors_that_were_changed_are_trained_on():
    model = Word2Vec(**OPTIONS)
    model.build_vocab(SENTENCES)
    model.wv.vectors = np.ones((8, 6))
    model.wv.vectors_lockf = np.zeros(1, np.float32)
    model.train(SENTENCES, total_examples=80, epochs=1)
    assert (model.wv.vectors == 1).all()  # locked
    assert model.syn1neg.any()
    model.wv.vectors_lockf = np.array([0, 1, 1, 1, 1, 1, 1, 1], np.float32)
    with pytest.raises(OptionError, match="locks 1 of 8 words"):
        model.train(SENTENCES, total_examples=80, epochs=1)


@pytest.mark.parametrize("options", [{}, {"sg": 1, "hs": 1, "negative": 0}])
def test_a_model_is_saved_and_goes_on(tmp_path, options):
    model = Word2Vec(SENTENCES, comment="mine", **options, **OPTIONS)
    model.save(tmp_path / "model", sep_limit=0)
    again = Word2Vec.load(tmp_path / "model", mmap="r")
    assert (again.comment, again.corpus_count, again.alpha, again.sg) == ("mine", 80, 0.025, model.sg)
    for one in (model, again):
        one.train(SENTENCES, total_examples=one.corpus_count, epochs=one.epochs)
    assert (again.wv.vectors == model.wv.vectors).all()
    assert firth.Word2Vec.load(tmp_path / "model").vocabulary.words == model.wv.index_to_key


def test_a_model_of_firth_is_loaded(tmp_path):
    firth.Word2Vec(architecture="cbow", **OPTIONS).fit(SENTENCES).save(tmp_path / "model")
    model = Word2Vec.load(tmp_path / "model")
    assert (model.sg, model.hs, model.negative, model.cbow_gradient) == (0, 0, 5, "corrected")
    firth.Word2Vec(objective="softmax", **OPTIONS).fit(SENTENCES).save(tmp_path / "softmax")
    with pytest.raises(OptionError, match="full softmax"):
        Word2Vec.load(tmp_path / "softmax")


def test_predictions_are_a_softmax_over_output_vectors():
    model = Word2Vec(SENTENCES, **OPTIONS)
    scores = model.syn1neg.astype(float) @ model.wv[["king", "the"]].astype(float).mean(axis=0)
    shares = np.exp(scores) / np.exp(scores).sum()
    told = dict(model.predict_output_word(["king", model.wv.get_index("the"), "unknown"], topn=8))
    assert told == pytest.approx(dict(zip(model.wv.index_to_key, shares, strict=True)), abs=1e-6)
    assert model.predict_output_word(["unknown"]) is None
    with pytest.raises(RuntimeError, match="hs=1"):
        model.score(SENTENCES)


def test_scores_are_those_of_firth():
    model = Word2Vec(SENTENCES, hs=1, negative=0, **OPTIONS)
    assert model.score(SENTENCES, total_sentences=2) == pytest.approx(model._engine.score(SENTENCES[:2]))
    assert model.syn1.shape == (8, 6)
    assert not hasattr(model, "syn1neg")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"hs": 0, "negative": 0}, "expected one of them above 0"),
        ({"cbow_mean": 0}, "cbow_mean=1"),
        ({"sorted_vocab": 0}, "the most frequent first"),
        ({"vector_size": 0}, "vector_size=0"),
        ({"epochs": 0}, "epochs"),
    ],
)
def test_what_cannot_be_is_refused(options, told):
    with pytest.raises(ValueError, match=told):
        Word2Vec(SENTENCES, **(OPTIONS | options))


def test_what_has_no_effect_is_told():
    with pytest.warns(UserWarning, match="max_vocab_size=9 has no effect"):
        Word2Vec(max_vocab_size=9)
    with pytest.warns(UserWarning, match="by hierarchical softmax alone"):
        model = Word2Vec(SENTENCES, hs=1, **OPTIONS)
    assert model._engine.configuration.objective == "hierarchical"


def test_mistakes_have_the_types_of_gensim(tmp_path):
    with pytest.raises(TypeError, match="both corpus_iterable and corpus_file"):
        Word2Vec(SENTENCES, corpus_file="x")
    with pytest.raises(WrongType, match="corpus_file=path"):
        Word2Vec("corpus.txt")
    with pytest.raises(ValueError, match="the sentence at index 1 is the int 5"):
        Word2Vec([["a", "sentence"], 5])
    with pytest.raises(RuntimeError, match="no words"):
        Word2Vec([])
    model = Word2Vec(SENTENCES, **OPTIONS)
    with pytest.raises(ValueError, match=r"model\.corpus_count"):
        model.train(SENTENCES, epochs=1)
    with pytest.raises(ValueError, match=r"model\.epochs"):
        model.train(SENTENCES, total_examples=80)
    with pytest.raises(AttributeError, match="makes a new model"):
        model.load(tmp_path)


def test_names_that_firth_lacks_say_what_to_do():
    with pytest.raises(ImportError, match="SentenceEncoder"):
        from firth.gensim.models import Doc2Vec  # noqa: F401
    with pytest.raises(ImportError, match="train this model with gensim"):
        from firth.gensim import LdaModel  # noqa: F401
    with pytest.raises(ImportError, match="cannot import name 'Wrod2Vec'"):
        from firth.gensim import Wrod2Vec  # noqa: F401
    assert set(firth.gensim.__all__) <= set(dir(firth.gensim))


def test_a_model_of_gensim_goes_on_here(tmp_path):
    gensim = pytest.importorskip("gensim.models")
    theirs = gensim.Word2Vec(SENTENCES, sg=1, alpha=0.04, **OPTIONS)
    theirs.build_vocab([["later", "king"]] * 30, update=True)  # gensim puts it behind the others, whatever its count
    theirs.save(str(tmp_path / "model"))
    with pytest.raises(FileFormatError, match=r"whose code is not run; hint: .* Word2Vec\.from_gensim\(model\)"):
        Word2Vec.load(tmp_path / "model")
    model = Word2Vec.from_gensim(theirs)
    assert (model.sg, model.alpha, model.epochs) == (1, 0.04, 2)
    assert model.wv.index_to_key[:2] == ["king", "the"]
    for word in theirs.wv.index_to_key:
        assert (model.wv[word] == theirs.wv[word]).all()
        assert model.wv.get_vecattr(word, "count") == theirs.wv.get_vecattr(word, "count")
    words = ["king", "rules"]
    expected = dict(theirs.predict_output_word(words, topn=9))
    assert dict(model.predict_output_word(words, topn=9)) == pytest.approx(expected, abs=1e-6)
    model.train(SENTENCES, total_examples=80, epochs=1)
    with pytest.warns(UserWarning, match="inner nodes begin at zero"):
        Word2Vec.from_gensim(gensim.Word2Vec(SENTENCES, hs=1, negative=0, **OPTIONS))
