"""Small lists of function words: stop words, and connector words of phrases."""

_ENGLISH = """
a about above after again against all am an and any are as at be because been before being below between both but by
can could did do does doing down during each few for from further had has have having he her here hers herself him
himself his how i if in into is it its itself just me more most my myself no nor not now of off on once only or other
our ours ourselves out over own same she should so some such than that the their theirs them themselves then there
these they this those through to too under until up very was we were what when where which while who whom why will with
would you your yours yourself yourselves
"""

_CONNECTORS = "a an and as at by for from in into of on or the to upon with without"

_CHINESE = """
的 了 在 是 我 有 和 就 不 人 都 一 一个 上 也 很 到 说 要 去 你 会 着 没有 看 好 自己 这
那 他 她 它 们 我们 你们 他们 她们 它们 与 及 或 而 但 但是 并 并且 因为 所以 如果 虽然 于 以 以及 为 为了 从
对 把 被 由 向 之 其 其中 此 该 等 这个 那个 这些 那些 还 又 再 则 吗 呢 吧 啊
"""

STOP_WORDS: dict[str, frozenset[str]] = {
    "english": frozenset(_ENGLISH.split()),
    "chinese": frozenset(_CHINESE.split()),
}

CONNECTORS: dict[str, frozenset[str]] = {
    "english": frozenset(_CONNECTORS.split()),
}
