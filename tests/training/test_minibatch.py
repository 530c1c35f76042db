import pytest

from firth.training.configuration import Configuration
from firth.training.minibatch import LARGEST_STEP, block_plan


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
@pytest.mark.parametrize("rate", [0.001, 0.025, 0.05, 0.1, 0.3])
@pytest.mark.parametrize("window", [1, 5, 10, 200])
@pytest.mark.parametrize("negative", [1, 5, 20])
def test_no_noise_word_is_moved_too_far_by_a_block(architecture, rate, window, negative):
    plan = block_plan(Configuration(architecture=architecture, learning_rate=rate, window=window, negative=negative))
    step = rate * plan.centers * plan.positives * negative / plan.negatives
    assert plan.centers == 1 or step <= LARGEST_STEP + 1e-6


def test_the_usual_settings_fill_a_block():
    assert (block_plan(Configuration()).centers, block_plan(Configuration()).negatives) == (32, 30)
    assert block_plan(Configuration(architecture="cbow")).negatives == 24
