"""A student who reads the papers: in a notebook, in a real kernel, and in a terminal of 60 columns."""

import contextlib
import os
import re
import subprocess
import sys
import warnings

import numpy as np
import pytest

LEARN = """
import numpy as np
from firth import Word2Vec

rng = np.random.default_rng(0)
words = "the king queen man woman of and in a song list".split()
text = [[str(word) for word in rng.choice(words, 10)] for _ in range(100)]
model = Word2Vec(vector_size=8, min_count=1, epochs=3, workers=1, sample=0).fit(text)
"""
FORMULAS = """
from firth.objectives.examples import skipgram
from firth.objectives.gradients import loss_and_gradients
from firth.objectives.negative import exact_objective, noise_distribution

ids = [[model.vocabulary.word_id(word) for word in sentence] for sentence in text]
v, u = (matrix.astype(float) for matrix in (model.input_vectors, model.output_vectors))
loss, v_gradient, u_gradient = exact_objective(ids, v, u, window=5)
moved, _, _ = exact_objective(ids, v - 1e-6 * v_gradient, u - 1e-6 * u_gradient, window=5)
print(moved < loss, round(noise_distribution(model.vocabulary.counts).sum(), 9))
"""


def test_in_a_notebook():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of libraries that are not ours
        nbclient, v4 = pytest.importorskip("nbclient"), pytest.importorskip("nbformat.v4")
        cells = [LEARN, FORMULAS, "model", "model.vectors", "Word2Vec(windw=5)"]
        notebook = v4.new_notebook(cells=[v4.new_code_cell(cell) for cell in cells])
        shown = []
        client = nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3", allow_errors=True)
        process = client.process_message

        def watch(message, cell, index):
            if message["msg_type"] in ("display_data", "update_display_data"):
                shown.append(message["content"]["data"])
            return process(message, cell, index)

        client.process_message = watch
        client.execute()
    learn, formulas, model, vectors, mistake = [cell.outputs for cell in notebook.cells]
    assert any("epoch 3/3" in data.get("text/plain", "") for data in shown)  # there was a bar,
    assert [output.get("data") for output in learn] == [{}]  # and nothing of it stays
    assert formulas[0].text == "True 1.0\n"
    assert "<svg" in model[0].data["text/html"]  # the losses
    assert "nearest words" in vectors[0].data["text/html"]
    assert (mistake[0].ename, "did you mean window?" in mistake[0].evalue) == ("OptionError", True)


@pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminals")
def test_in_a_terminal(tmp_path):
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
    (tmp_path / "script.py").write_text(LEARN + 'model.vectors.save("v.safetensors")\nprint(model.loss_)\n')
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
    environment["TERM"] = "xterm"
    seen = ""
    for command in (["script.py"], ["-m", "firth", "info", "v.safetensors"]):
        with (tmp_path / "out").open("w") as out:
            stdout = out if command[0] == "script.py" else theirs
            subprocess.run(
                [sys.executable, *command],
                cwd=tmp_path,
                env=environment,
                stdin=theirs,
                stdout=stdout,
                stderr=theirs,
                check=True,
            )
        if stdout is out:
            losses = np.array(re.findall(r"\d\.\d+", (tmp_path / "out").read_text()), float)
    os.close(theirs)
    with contextlib.suppress(OSError):  # all is read
        while part := os.read(ours, 65536):
            seen += part.decode(errors="replace")
    os.close(ours)
    assert len(losses) == 3  # stdout has what was printed, and no bar
    bar, _, info = seen.rpartition("\x1b[2K")
    assert "epoch 3/3" in bar
    lines = info.strip().splitlines()
    assert lines[0].split() == ["file", "v.safetensors"]
    assert max(map(len, lines)) <= 60
