"""The neural probabilistic language model: its network, its output layers, its training."""
