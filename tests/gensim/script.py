"""What a user of gensim writes, from text to answers. Its tests run it on gensim and on firth.gensim, by the import."""

import sys

from gensim.models import KeyedVectors, Word2Vec
from gensim.models.callbacks import CallbackAny2Vec
from gensim.models.phrases import ENGLISH_CONNECTOR_WORDS, Phrases
from gensim.models.word2vec import LineSentence

corpus, folder = sys.argv[1:]


class Losses(CallbackAny2Vec):
    def __init__(self):
        self.begun = self.ended = 0
        self.losses = []

    def on_train_begin(self, model):
        self.begun += 1

    def on_epoch_end(self, model):
        total = model.get_latest_training_loss()
        self.losses.append(total - sum(self.losses))
        assert len(model.wv.most_similar("king", topn=2)) == 2

    def on_train_end(self, model):
        self.ended += 1


# Phrases
lines = LineSentence(corpus)
bigrams = Phrases(lines, min_count=5, threshold=0.4, connector_words=ENGLISH_CONNECTOR_WORDS)
phraser = bigrams.freeze()
assert phraser[["the", "old", "new", "york"]] == ["the", "old", "new_york"]
bigrams.save(f"{folder}/bigrams")
assert Phrases.load(f"{folder}/bigrams")[["new", "york"]] == ["new_york"]
sentences = list(phraser[lines])

# Training
losses = Losses()
model = Word2Vec(
    sentences, vector_size=20, window=3, min_count=5, sg=1, negative=5, alpha=0.05, epochs=10, workers=1, seed=3,
    compute_loss=True, callbacks=[losses],
)  # fmt: skip
assert (losses.begun, losses.ended, len(losses.losses)) == (1, 1, 10)
assert 0 < losses.losses[-1] < losses.losses[0]
assert model.corpus_count == len(sentences)
assert model.corpus_total_words == sum(map(len, sentences))

# Questions
wv = model.wv
assert "new_york" in wv
assert "york" not in wv
assert wv.vectors.shape == (len(wv.index_to_key), 20)
assert wv.key_to_index["king"] == wv.get_index("king")
assert wv.get_vecattr("king", "count") == sum(words.count("king") for words in sentences)
assert wv.most_similar("king", topn=1)[0][0] == "queen"
assert wv.most_similar(positive=["king"], negative=["apple"], topn=3, restrict_vocab=5)
assert wv.similarity("king", "queen") > wv.similarity("king", "apple")
assert wv.doesnt_match(["king", "queen", "apple"]) == "apple"
assert abs(wv.distance("king", "queen") + wv.similarity("king", "queen") - 1) < 1e-6
assert wv.rank("king", "queen") == 1
assert wv.similar_by_vector(wv["king"], topn=1)[0][0] == "king"
assert wv.get_normed_vectors().shape == wv.vectors.shape
assert len(model.predict_output_word(["king", "queen"], topn=3)) == 3
assert wv.wmdistance(["king"], ["queen"]) < wv.wmdistance(["king"], ["apple"])

# Files
model.save(f"{folder}/model")
wv.save(f"{folder}/vectors.kv")
wv.save_word2vec_format(f"{folder}/vectors.bin", binary=True)
wv.save_word2vec_format(f"{folder}/vectors.txt", fvocab=f"{folder}/counts.txt")
again = KeyedVectors.load(f"{folder}/vectors.kv", mmap="r")
binary = KeyedVectors.load_word2vec_format(f"{folder}/vectors.bin", binary=True)
text = KeyedVectors.load_word2vec_format(f"{folder}/vectors.txt", fvocab=f"{folder}/counts.txt")
for other in (again, binary, text):
    assert other.index_to_key == wv.index_to_key
    assert abs(other["king"] - wv["king"]).max() < 1e-6
assert text.get_vecattr("king", "count") == wv.get_vecattr("king", "count")
binary.add_vectors(["monarch"], [wv["king"] + 0.01])
assert binary.most_similar("monarch", topn=1)[0][0] == "king"

# More text
model = Word2Vec.load(f"{folder}/model")
more = [["prince", "and", "princess", "rule", "with", "king", "and", "queen"]] * 20
model.build_vocab(more, update=True)
before = model.wv["prince"].copy()
model.train(more, total_examples=model.corpus_count, epochs=model.epochs)
assert abs(model.wv["prince"] - before).max() > 0
assert model.wv.get_vecattr("king", "count") == wv.get_vecattr("king", "count") + 20
print("done")
