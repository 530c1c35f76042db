"""Learners whose kernel is one call: a worker alone calls it, and a team calls its form by lanes.

Each has the same shape, ``kernel(inputs, outputs, windows, kept, targets, plan, rates, state, scratch, slab)``, and by
lanes ``kernel(inputs, outputs, targets, plan, scratch, lanes, thread, slab)``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from firth.kernels.cpu.lanes import LANES, Copies, begin_lanes, copies, lanes_of, new_lanes, windows_of
from firth.kernels.cpu.sampling import after
from firth.kernels.cpu.team import break_up
from firth.training.configuration import Configuration
from firth.training.jobs import Chunk, part_of
from firth.training.learners.learner import LossSum, Team, Worker
from firth.training.learners.window_sampler import WindowSampler
from firth.training.weights import Weights

CURVATURE = 0.25
"""Most that the curvature of the logistic loss is, in units of a row's squared length."""
_DRAWS_OF_A_TOKEN = 1024  # more than any kernel draws, so that no two lanes draw the same


class LanePlan(NamedTuple):
    """How several threads share a job; see ``kernels/cpu/lanes.py``."""

    blocks: int  # of a lane in a round
    noise: int  # noise words of a block
    inputs: int  # most input rows that a lane touches in a round
    outputs: int  # the same of output rows
    input_step: float  # what a touch of an input row closes of the way, times the learning rate, about
    output_step: float


class KernelLearner:
    """What they share.

    Attributes:
        kernel: see the module.
        kernel_by_lanes: see the module.
        targets: the noise distribution or the Huffman tree.
        plan: the numbers of a pass.
        telling: the same where nothing is learned.
        lane_plan: how a team does it.
    """

    kernel: Callable[..., tuple[float, float]]
    kernel_by_lanes: Callable[..., None]
    configuration: Configuration
    sampler: WindowSampler
    worst_loss: float
    operations: float
    targets: Any
    plan: Any
    telling: Any
    lane_plan: LanePlan

    def scratch(self, weights: Weights, longest: int, *, shared: bool) -> Any:
        """The arrays that a thread needs besides the matrices; with copies of hot rows if threads share those."""
        raise NotImplementedError

    def lane_state(self, chunk: Chunk, first: int) -> int:
        """The random state of a lane that begins at a token of a chunk; what is kept of this is drawn before."""
        return int(after(chunk.state, len(chunk.ids) + _DRAWS_OF_A_TOKEN * first)[0])

    def workers(self, wanted: int) -> int:
        return wanted

    def worker(self, weights: Weights, longest: int) -> Worker:
        return _KernelWorker(self, weights, longest)

    def team(self, weights: Weights, longest: int, workers: int) -> Team | None:
        return _LaneTeam(self, weights, longest, workers)


class _KernelWorker:
    def __init__(self, learner: KernelLearner, weights: Weights, longest: int) -> None:
        self.learner, self.weights = learner, weights
        self.windows = learner.sampler.buffers(longest)
        self.scratch = learner.scratch(weights, longest, shared=True)

    def learn(self, chunk: Chunk) -> LossSum:
        learner, weights = self.learner, self.weights
        kept = learner.sampler.sample(chunk, self.windows)
        loss, examples = learner.kernel(
            weights.input_vectors,
            weights.output_vectors,
            self.windows,
            kept,
            learner.targets,
            learner.telling if chunk.evaluate else learner.plan,
            chunk.rates,
            chunk.state,
            self.scratch,
            weights.slab,
        )
        return LossSum(loss, examples)


class _LaneTeam:
    def __init__(self, learner: KernelLearner, weights: Weights, longest: int, workers: int) -> None:
        self.learner, self.weights = learner, weights
        self.threads = min(workers, LANES)
        self.scratches = [learner.scratch(weights, longest, shared=False) for _ in range(self.threads)]
        plan = learner.lane_plan
        self.lanes = new_lanes(
            self.threads,
            plan.blocks,
            plan.noise,
            learner.sampler.buffers(longest),
            self._copies(weights.input_vectors, plan.inputs, plan.input_step),
            self._copies(weights.output_vectors, plan.outputs, plan.output_step),
        )

    def _copies(self, matrix: Any, capacity: int, step: float) -> Copies:
        return copies(matrix, capacity, step, self.threads)

    def begin(self, chunk: Chunk) -> None:
        lanes = self.lanes
        self._chunk = chunk
        self._cuts = begin_lanes(lanes, chunk.bounds, chunk.rates)
        for lane in range(LANES):
            lanes.state[lane, 0] = self.learner.lane_state(chunk, int(lanes.first[lane]))

    def work(self, thread: int) -> None:
        learner, weights, chunk, lanes = self.learner, self.weights, self._chunk, self.lanes
        for lane in range(*lanes_of(self.threads, thread)):
            part = part_of(chunk, self._cuts[lane], self._cuts[lane + 1])
            lanes.kept[lane] = learner.sampler.sample(part, windows_of(lanes, lane))
        learner.kernel_by_lanes(
            weights.input_vectors,
            weights.output_vectors,
            learner.targets,
            learner.telling if chunk.evaluate else learner.plan,
            self.scratches[thread],
            lanes,
            thread,
            weights.slab,
        )

    def told(self) -> LossSum:
        return LossSum(float(self.lanes.loss.sum()), float(self.lanes.examples.sum()))

    def break_up(self) -> None:
        break_up(self.lanes.team)
