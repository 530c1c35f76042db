"""N-gram models: counting, smoothing, pruning, scoring, ARPA files."""
