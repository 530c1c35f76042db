"""The long run of kills: a training that is killed again and again ends with the bits of one that never was.

    python benchmarks/kills.py --kills 200 --json kills.json

``firth train --checkpoint`` is started, killed by SIGKILL at a random moment, resumed by ``firth train --resume``,
killed again, and so on until it finishes; then the next training begins, until there were as many kills as asked for.
A moment is one of four: any time, such as while it starts or reads the text; while it learns; while a checkpoint is
written, which is seen by the temporary file in its folder; or when one has taken its place. Checkpoints come far more
often than by default, so that many kills meet one. At the end of each training its model is compared, byte for byte,
with that of a training of the same text that was never stopped, and the folder is searched for what kills left behind.

The text is a file, or else a random one in which words follow Zipf's law.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

import click
import numpy as np

MODELS = {
    "skip-gram, negative sampling": ["--architecture", "skipgram"],
    "skip-gram, hierarchical softmax": ["--architecture", "skipgram", "--objective", "hierarchical"],
    "CBOW, negative sampling": ["--architecture", "cbow"],
    "CBOW, hierarchical softmax": ["--architecture", "cbow", "--objective", "hierarchical"],
}
MOMENTS = ("any time", "while it learns", "while a checkpoint is written", "when one has taken its place")
_FIRTH = [sys.executable, "-m", "firth"]
_PATIENCE = 120.0  # seconds after which a process counts as one that hangs


@dataclass
class Outcome:
    """What became of the trainings of one model."""

    model: str
    trainings: int = 0
    kills: dict[str, int] = field(default_factory=lambda: dict.fromkeys(MOMENTS, 0))
    before_the_first_checkpoint: int = 0
    files_left: dict[str, int] = field(default_factory=dict)
    same_bits: int = 0
    seconds: float = 0.0

    @property
    def killed(self) -> int:
        """How often."""
        return sum(self.kills.values())


class Training:
    """One training in a folder, killed until it finishes.

    Args:
        folder: empty.
        arguments: of ``firth train``, without the outputs.
        every: the interval of checkpoints.
        draw: where moments come from.
    """

    def __init__(self, folder: Path, arguments: list[str], every: str, draw: random.Random) -> None:
        self.model, self._kept, self._draw = folder / "model.safetensors", folder / "kept", draw
        outputs = ["--model", str(self.model), "-o", str(folder / "vectors.safetensors"), "--quiet"]
        self._first = [*_FIRTH, "train", *arguments, *outputs, "--checkpoint", str(self._kept), "--every", every]

    def files(self, pattern: str) -> list[Path]:
        """Files in the folder of checkpoints."""
        return list(self._kept.glob(pattern))

    def go_on(self, usual: float, *, to_the_end: bool) -> str | None:
        """Start or resume it and kill it once; the moment, or ``None`` when it finished before it was killed.

        Args:
            usual: seconds that a training takes without kills.
            to_the_end: whether it is not killed any more.
        """
        resumed = [*_FIRTH, "train", "--resume", str(self._kept)]
        moment = self._draw.choice(MOMENTS)
        with subprocess.Popen(
            resumed if self.files("checkpoint-*") else self._first, stderr=subprocess.PIPE
        ) as process:
            if not to_the_end and self._wait(process, moment, usual):
                process.kill()
            _, told = process.communicate(timeout=_PATIENCE)
        if process.returncode not in (0, -signal.SIGKILL):
            raise click.ClickException(f"it ended with {process.returncode}: {told.decode()}")
        return moment if process.returncode else None

    def _wait(self, process: subprocess.Popen[bytes], moment: str, usual: float) -> bool:
        """Wait for the moment; whether it came before the end."""
        began, before, record = time.monotonic(), set(self.files("checkpoint-*")), self._recorded()
        pause = self._draw.uniform(0, usual)
        learns: float | None = None
        while process.poll() is None:
            now = time.monotonic()
            if now - began > _PATIENCE:
                raise click.ClickException("it hangs")
            if learns is None and self._recorded() > record:
                learns = now
            if moment == MOMENTS[0] and now >= began + pause:
                return True
            if moment == MOMENTS[1] and learns is not None and now >= learns + pause / 4:
                return True
            if moment == MOMENTS[2] and learns is not None and now >= learns + pause / 8 and self._is_writing():
                time.sleep(self._draw.choice([0, self._draw.uniform(0, 0.002)]))
                return True
            if moment == MOMENTS[3] and learns is not None and now >= learns + pause / 8:
                if set(self.files("checkpoint-*")) - before:
                    return True
            else:
                before.update(self.files("checkpoint-*"))
            time.sleep(0.0002)
        return False

    def _recorded(self) -> int:
        """Bytes of the record of the run, which grows when training begins."""
        return sum(path.stat().st_size for path in self.files("run.jsonl"))

    def _is_writing(self) -> bool:
        for path in self.files(".firth-*.tmp"):
            with contextlib.suppress(FileNotFoundError):
                return path.stat().st_size > 0
        return False


def run_of(model: str, text: Path, options: list[str], every: str, kills: int, seed: int, folder: Path) -> Outcome:
    """Kill trainings of one model until there were so many kills."""
    arguments = [str(text), *MODELS[model], *options]
    whole, draw, outcome = folder / "whole.safetensors", random.Random(f"{seed} {model}"), Outcome(model)
    command = [*_FIRTH, "train", *arguments, "--model", str(whole), "-o", str(folder / "v.safetensors"), "--quiet"]
    subprocess.run(command, check=True, capture_output=True)  # kernels are compiled
    began = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    usual = time.monotonic() - began
    began, left = time.monotonic(), Counter[str]()
    while outcome.killed < kills:
        with tempfile.TemporaryDirectory(dir=folder) as name:
            training = Training(Path(name), arguments, every, draw)
            while (moment := training.go_on(usual, to_the_end=outcome.killed >= kills)) is not None:
                outcome.kills[moment] += 1
                outcome.before_the_first_checkpoint += not training.files("checkpoint-*")
                left["temporary"] += bool(training.files(".firth-*.tmp"))
            outcome.trainings += 1
            outcome.same_bits += training.model.read_bytes() == whole.read_bytes()
            left["temporary, at the end"] += len(training.files(".firth-*.tmp"))
            left["checkpoints, at the end"] = max(left["checkpoints, at the end"], len(training.files("checkpoint-*")))
    outcome.files_left, outcome.seconds = dict(left), round(time.monotonic() - began, 1)
    return outcome


def random_text(path: Path, words: int, seed: int) -> None:
    """Lines of 20 words out of 2,000."""
    ranks = np.random.default_rng(seed).zipf(1.2, (words // 20, 20)) % 2000
    path.write_text("\n".join(" ".join(f"w{rank}" for rank in line) for line in ranks.tolist()))


@click.command
@click.argument("text", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--kills", default=200, show_default=True, help="Over all models together.")
@click.option("--words", default=200_000, show_default=True, help="Words of the random text.")
@click.option("--epochs", default=10, show_default=True)
@click.option("--vector-size", default=100, show_default=True)
@click.option("--every", default="50K-words", show_default=True, help="Interval of checkpoints.")
@click.option("--workers", default=1, show_default=True)
@click.option("--deterministic", is_flag=True, help="With several workers, the mode that gives the same bits.")
@click.option("--model", "models", multiple=True, type=click.Choice(list(MODELS)), help="Default: all of these.")
@click.option("--seed", default=1, show_default=True, help="Of the moments and of the random text.")
@click.option("--json", "report_file", type=click.Path(path_type=Path), help="Write all figures to this file.")
def main(
    text: Path | None,
    kills: int,
    words: int,
    epochs: int,
    vector_size: int,
    every: str,
    workers: int,
    deterministic: bool,
    models: tuple[str, ...],
    seed: int,
    report_file: Path | None,
) -> None:
    """Kill trainings of TEXT by SIGKILL, resume them, and compare the bits with a training that was never stopped."""
    if workers > 1 and not deterministic:
        raise click.UsageError("several workers promise the same bits with --deterministic only")
    options = ["--epochs", str(epochs), "--vector-size", str(vector_size), "--min-count", "1", "--seed", "3"]
    options += ["--workers", str(workers), *(["--deterministic"] if deterministic else [])]
    chosen = models or tuple(MODELS)
    outcomes = []
    names = f"{'any time':>10}{'learning':>10}{'writing':>9}{'renamed':>9}"
    click.echo(f"{'':34}{'kills':>7}{names}{'trainings':>11}{'same bits':>11}{'s':>8}")
    with tempfile.TemporaryDirectory(prefix="firth-kills-", dir=Path.cwd()) as name:
        if text is None:
            text = Path(name) / "text.txt"
            random_text(text, words, seed)
        for model in chosen:
            (Path(name) / model).mkdir()
            share = -(-kills // len(chosen))
            outcome = run_of(model, text.absolute(), options, every, share, seed, Path(name) / model)
            outcomes.append(outcome)
            click.echo(
                f"{model:34}{outcome.killed:7}" + "".join(f"{outcome.kills[moment]:{width}}" for moment, width in zip(
                    MOMENTS, (10, 10, 9, 9), strict=True))
                + f"{outcome.trainings:11}{outcome.same_bits:11}{outcome.seconds:8.0f}"
            )  # fmt: skip
    total = sum(outcome.killed for outcome in outcomes)
    different = sum(outcome.trainings - outcome.same_bits for outcome in outcomes)
    click.echo(f"{total} kills, {different} trainings that ended with other bits")
    if report_file:
        facts = {"options": options, "every": every, "cores": os.cpu_count(), "outcomes": [asdict(o) for o in outcomes]}
        report_file.write_text(json.dumps(facts, indent=2) + "\n")
    sys.exit(different > 0)


if __name__ == "__main__":
    main()
