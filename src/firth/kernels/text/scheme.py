"""Which character n-grams words have; without Numba, for callers that look up a word and compile nothing."""

from typing import NamedTuple


class Scheme(NamedTuple):
    """Which n-grams a word has, and the buckets that they fall into.

    Attributes:
        minn, maxn: fewest and most characters of an n-gram.
        buckets: how many there are.
        hashes: 0 for fastText: an n-gram has one bucket, by FNV-1a, and a word of the vocabulary has a row of its own.
            1 to 4 for floret: an n-gram has so many buckets, by MurmurHash3, and so has the whole word ``<word>``,
            which has no other row.
    """

    minn: int
    maxn: int
    buckets: int
    hashes: int = 0
