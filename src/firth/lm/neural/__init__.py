"""The neural probabilistic language model: its network, output layers and training."""
