"""How well words that changed are found: words with a planted change, and p-values where nothing changed.

    python benchmarks/drift.py TEXT

Parts of 100 words are dealt out to two texts of 4 million words each. In the second, half of the occurrences of some
words are replaced by other words of about the same frequency, which so get a new sense. The table has the average
precision with which lists find these words, and the share of p-values below 0.05 between two shuffled texts.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence

import numpy as np

from firth import Word2Vec
from firth.drift import train_shuffled, word_changes

PART = 100
TOKENS = 4_000_000
SHUFFLES = 7  # the last is not used as a null, but looked at


def texts_with_changes(path: str) -> tuple[list[list[str]], list[list[str]], set[str], set[str]]:
    """Two texts, the words that got a new sense in the second, and those that lost half of their occurrences."""
    rng = np.random.default_rng(0)
    with open(path, encoding="utf-8") as file:  # noqa: PTH123
        lines = (line.split() for line in file)
        parts = [words[start : start + PART] for words in lines for start in range(0, len(words), PART)]
    rng.shuffle(parts)  # type: ignore[arg-type]
    size = TOKENS // PART
    first, second = parts[:size], parts[size : 2 * size]
    counts = [Counter(word for part in text for word in part) for text in (first, second)]
    words = [word for word, count in counts[0].most_common() if min(count, counts[1][word]) >= 20]
    chosen: dict[str, str] = {}
    taken: set[int] = set()
    for rank in np.unique(np.geomspace(200, len(words) - 50, 120).astype(int)).tolist():
        other = rank + int(rng.integers(5, 40))
        if other < len(words) and not {rank, other} & taken:
            taken |= {rank, other}
            chosen[words[other]] = words[rank]
    changed = [[chosen[word] if word in chosen and rng.random() < 0.5 else word for word in part] for part in second]
    return first, changed, set(chosen.values()), set(chosen)


def average_precision(ranked: Sequence[str], sought: set[str]) -> float:
    places = [place for place, word in enumerate(ranked, 1) if word in sought]
    return float(np.mean([found / place for found, place in enumerate(places, 1)]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", help="a text of 8 million words or more")
    first, second, gained, lost = texts_with_changes(parser.parse_args().text)
    spaces = [Word2Vec(seed=seed).fit(text, progress=False).vectors for seed, text in enumerate((first, second), 1)]
    *nulls, apart = train_shuffled([first, second], spaces, SHUFFLES, progress=False)
    print(f"{len(gained)} words with a new sense")
    for measure in ("cosine", "neighbors"):
        for shuffles in (0, 1, 2, 3, 6):
            changes = word_changes(spaces, nulls[:shuffles], measure=measure)
            ranked = [change.word for change in changes.most_changed(None) if change.word not in lost]
            told = f"{measure:9} {shuffles} {len(changes):,} words, precision {average_precision(ranked, gained):.3f}"
            if shuffles:
                null = word_changes(apart, nulls[:shuffles], measure=measure).excess
                assert null is not None
                covered = (null.low <= 0) & (null.high >= 0)
                told += f", p < 0.05 {(null.p < 0.05).mean():.2%}, intervals with 0 {covered.mean():.2%}"
            print(told, flush=True)


if __name__ == "__main__":
    main()
