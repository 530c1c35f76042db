"""Which tokens of a text stay, and the window of each."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from firth.kernels.cpu.sampling import Windows, sample_windows
from firth.training.configuration import Configuration
from firth.training.jobs import Chunk
from firth.training.noise import keep_thresholds


class WindowSampler:
    """Which tokens stay, and the window of each; shared by all workers of a learner.

    Args:
        configuration: the hyper-parameters.
        counts: (words,) how often each word occurs.
        weighed: the kernel weighs pairs by their distance, so windows are full where others would draw their widths.
    """

    def __init__(self, configuration: Configuration, counts: npt.NDArray[np.int64], *, weighed: bool = False) -> None:
        self.keep = keep_thresholds(counts, configuration.sample)
        self.window = configuration.widest_window
        self.shrink = configuration.shrink_windows and not weighed

    def buffers(self, longest: int) -> Windows:
        """For chunks of up to ``longest`` tokens."""
        return Windows(*(np.zeros(longest, np.int32) for _ in Windows._fields))

    def sample(self, chunk: Chunk, windows: Windows) -> int:
        """Fill ``windows``; returns how many tokens stay."""
        kept: int = sample_windows(
            chunk.ids,
            chunk.bounds,
            self.keep,
            self.window,
            self.shrink,
            chunk.state,
            chunk.widths,
            chunk.rotation,
            windows,
        )
        return kept
