"""A user's script, unchanged but for its imports, runs on gensim and on firth.gensim."""

import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("script.py").read_text("utf-8")
PATTERNS = [
    "the {} wears a crown in the palace and rules the land",
    "the {} sat on the throne in the palace with a crown",
    "she ate the {} from the tree in the garden with cream",
    "a {} pie with sugar and cream is sweet to eat",
    "new york is a city in the land by the sea",
]


@pytest.fixture
def corpus(tmp_path):
    draw = random.Random(1)
    kings, fruits = ["king", "queen"], ["apple", "pear"]
    lines = []
    for number in range(600):
        pattern = PATTERNS[number % len(PATTERNS)]
        lines.append(pattern.format(draw.choice(kings if "crown" in pattern else fruits)))
    (tmp_path / "corpus.txt").write_text("\n".join(lines) + "\n")
    return tmp_path / "corpus.txt"


@pytest.mark.parametrize("package", ["gensim", "firth.gensim"])
def test_the_script_runs(corpus, tmp_path, package):
    if package == "gensim":
        pytest.importorskip("gensim")
    script = tmp_path / "script.py"
    script.write_text(re.sub(r"^from gensim", f"from {package}", SCRIPT, flags=re.MULTILINE))
    ran = subprocess.run(
        [sys.executable, script, corpus, tmp_path], env=os.environ, capture_output=True, text=True, check=False
    )
    assert ran.stdout == "done\n", ran.stderr
