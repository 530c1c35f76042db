"""docs/handover.md: its Python runs from top to bottom."""

import numpy as np
import pytest

from firth.vectors import WordVectors

PAGE = "docs/handover.md"
WORDS = ["man", "woman", "king", "queen", "apple", "the"]
MATRIX = np.array([[3, 1, 1], [3, 2, 1], [3, 1, 2], [3, 2, 2], [-1, 4, 0], [1, 0, 3]], np.float32)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    WordVectors(WORDS, MATRIX, [9, 8, 7, 6, 5, 90]).save("vectors.safetensors")
    return tmp_path


@pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # huggingface_hub's own affair
@pytest.mark.usefixtures("folder")
def test_the_hub(page, hub):
    names = {}
    for block in page(PAGE).blocks("python")[:2]:
        exec(compile(block, PAGE, "exec"), names)
    assert names["again"].index_to_key == WORDS
    card = hub.repositories["me/words"]["README.md"].decode()
    assert "- wikimedia/wikipedia" in card
    assert card.endswith("A dump of English Wikipedia.\n")
