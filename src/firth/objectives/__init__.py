"""The mathematics: each objective's loss and gradients in NumPy float64, with its derivation.

These are the truth that the kernels are checked against; nothing here is fast. ``firth.kernels`` states the same
mathematics at hardware speed, and neither imports the other, so that they cannot share a mistake.
"""
