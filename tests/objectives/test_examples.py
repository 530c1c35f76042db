"""What the architectures see, by hand."""

from firth.objectives.examples import Example, cbow, skipgram, unseen_pairs

SENTENCE = ["川建国", "同志", "一名", "优秀", "党员"]


def test_worked_example():
    ids = list(range(len(SENTENCE)))
    pairs = {(example.inputs[0], example.target) for example in skipgram(ids, window=1)}
    neighbors = {("川建国", "同志"), ("同志", "一名"), ("一名", "优秀"), ("优秀", "党员")}
    both_ways = neighbors | {(b, a) for a, b in neighbors}
    assert {(SENTENCE[w], SENTENCE[c]) for w, c in pairs} == both_ways
    assert len(pairs) == 8
    unseen = unseen_pairs([ids], len(ids), window=1)
    assert len(unseen) == len(set(unseen)) == 12
    assert not pairs & set(unseen)
    assert pairs | set(unseen) == {(w, c) for w in ids for c in ids if w != c}


def test_skipgram_by_hand():
    assert list(skipgram([7, 8, 9], window=2)) == [
        Example((7,), 8), Example((7,), 9), Example((8,), 7), Example((8,), 9), Example((9,), 7), Example((9,), 8),
    ]  # fmt: skip
    assert list(skipgram([7], window=2)) == []


def test_cbow_by_hand():
    assert list(cbow([7, 8, 9], window=1)) == [Example((8,), 7), Example((7, 9), 8), Example((8,), 9)]
    assert list(cbow([7], window=1)) == []
