"""What type checkers say of calls: right ones pass, and a wrong name or type is found before anything runs."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
CALLS = """
from pathlib import Path

from firth import Word2Vec
from firth.evaluation import SimilaritySet, similarity
from firth.lm import NgramModel
from firth.sklearn import TextVectors
from firth.tuning import tune

model: Word2Vec = Word2Vec(vector_size=100, window="sentence", learning_rate=None, validation="held-out.txt")
model = Word2Vec.preset("items", window=5).fit("corpus.txt")
model = Word2Vec.load("model.safetensors", epochs=2)
model.fit(["corpus.txt", Path("more.txt")]).fit([["a", "word"], ("another",)], on_epoch=lambda told: told.epoch > 3)
best, cosine = model.vectors.most_similar("king", topn=1)[0]
of_people: float | None = similarity(model.vectors, SimilaritySet.read("pairs.txt")).figures()[0].value
model.partial_fit("more.txt", on_error="skip", update_vocabulary=True)
TextVectors(lowercase=True, window=3)
tune("corpus.txt", trials=3, window=3)
NgramModel.train("corpus.txt", 2, field="text", max_words=9).perplexity("other.txt", errors="replace")

Word2Vec(windw=5)  # wrong: windw
Word2Vec(window="5")  # wrong: window
Word2Vec(architecture="glove")  # wrong: architecture
Word2Vec(5)  # wrong: positional
Word2Vec.preset("items", windw=5)  # wrong: windw
Word2Vec.load("model.safetensors", epochs="2")  # wrong: epochs
TextVectors(windw=3)  # wrong: windw
model.fit("corpus.txt", feild="text")  # wrong: feild
model.partial_fit("corpus.txt", errors=1)  # wrong: errors
NgramModel.train("corpus.txt", feild="text")  # wrong: feild
tune("corpus.txt", window="3")  # wrong: window
NgramModel.load("model.safetensors").perplexity("held-out.txt", min_count=3)  # wrong: min_count
model.fit(5)  # wrong: fit
model.vectors.most_similar("king", topm=3)  # wrong: topm
"""


def test_mypy_knows_the_options(tmp_path):
    (tmp_path / "calls.py").write_text(CALLS)
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--config-file", "pyproject.toml"]
    environment = {**os.environ, "MYPYPATH": str(ROOT / "src")}
    told = subprocess.run(
        [*command, tmp_path / "calls.py"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    lines = re.findall(r"calls\.py:(\d+): error: (.*)", told.stdout)
    wrong = {number: line.partition("# wrong: ")[2] for number, line in enumerate(CALLS.splitlines(), 1)}
    assert {int(number) for number, _ in lines} == {number for number, name in wrong.items() if name}, told
    for number, message in lines:
        name = wrong[int(number)]
        assert name in message or "expected" in message or "overload" in message, message
