import pytest

from firth.training.configuration import Configuration
from firth.training.learners.cbow_learner import cbow_plan
from firth.training.learners.hierarchical_skipgram import tree_plan
from firth.training.learners.negative_sampling_skipgram import block_plan
from firth.training.minibatch import LARGEST_STEP


@pytest.mark.parametrize("rate", [0.001, 0.025, 0.05, 0.1, 0.3])
@pytest.mark.parametrize("window", [1, 5, 10, 200])
@pytest.mark.parametrize("negative", [1, 5, 20])
def test_no_noise_word_is_moved_too_far_by_a_block(rate, window, negative):
    plan = block_plan(Configuration(learning_rate=rate, window=window, negative=negative), 1e9)
    step = rate * plan.centers * plan.positives * negative / plan.negatives
    assert plan.centers == 1 or step <= LARGEST_STEP + 1e-6


def test_the_usual_settings_fill_a_block():
    assert (block_plan(Configuration(), 1e9).centers, block_plan(Configuration(), 1e9).negatives) == (32, 30)
    cbow = Configuration(architecture="cbow")
    assert cbow_plan(cbow, 1e9).centers == 6
    assert cbow_plan(cbow, 1e9)[1:5] == (11, 1, 5 / 11, 5)
    assert cbow_plan(Configuration(architecture="cbow", objective="hierarchical"), 1e9)[1:5] == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("options", "centers"),
    [
        ({}, 4),
        ({"learning_rate": 0.05}, 2),
        ({"learning_rate": 0.1}, 1),
        ({"window": 10}, 4),
        ({"window": "sentence"}, 1),
    ],
)
def test_the_root_takes_all_pairs_of_a_block(options, centers):
    """With W + 1 pairs a center, by weight, four centers at 0.016 add up to 0.384, two at 0.05 to 0.6."""
    assert tree_plan(Configuration(objective="hierarchical", **options), 1e9).centers == centers


@pytest.mark.parametrize(("rate", "centers"), [(1e-9, 8), (0.1, 8), (0.2, 4), (0.41, 1), (1.0, 1)])
def test_no_row_takes_too_many_steps_at_once_in_a_block_of_cbow(rate, centers):
    assert cbow_plan(Configuration(architecture="cbow", learning_rate=rate), 1e9).centers == centers


@pytest.mark.parametrize("rate", [0.001, 0.05, 0.13, 1.0])
@pytest.mark.parametrize("negative", [1, 2, 5, 7, 20])
def test_the_noise_words_of_a_center_weigh_what_was_asked_for(rate, negative):
    plan = cbow_plan(Configuration(architecture="cbow", negative=negative, learning_rate=rate), 1e9)
    assert plan.noise * plan.weight == pytest.approx(negative)
    assert plan.fresh * plan.fresh_weight == pytest.approx(negative)
    assert plan.noise == 2 * negative + plan.fresh
    assert plan.noise <= 11 * plan.fresh  # none is met again more than ten times, on the mean
    assert plan.centers == 1 or rate * plan.centers * plan.weight <= LARGEST_STEP


@pytest.mark.parametrize(("most_noise", "centers"), [(0.0, 32), (0.03, 32), (0.1, 10), (1 / 3, 3), (1.0, 1)])
def test_a_frequent_noise_word_makes_blocks_of_skipgram_shorter(most_noise, centers):
    """A center of 6 positive pairs, 5 noise words each, at 0.025: 0.75 steps, of which the word takes its share."""
    assert block_plan(Configuration(), 1e9, most_noise).centers == centers


@pytest.mark.parametrize(("most_noise", "centers"), [(0.0, 6), (0.1, 6), (1 / 3, 3), (1.0, 1)])
def test_a_frequent_noise_word_makes_blocks_of_cbow_shorter(most_noise, centers):
    """A center of 5 noise words at 0.13: 0.65 steps."""
    assert cbow_plan(Configuration(architecture="cbow"), 1e9, most_noise).centers == centers
