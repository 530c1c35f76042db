"""How smoothly the page of `firth map` moves: the time of a frame in headless Chromium while it is moved and zoomed.

The browser draws without a graphics card, so that the figures are those of a slow machine. Words and vectors are random
ones, or a page is given.

    python benchmarks/map.py                    # 50,000 words
    python benchmarks/map.py --page map.html
"""

import argparse
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

from firth import WordVectors

FRAMES = """async (motion) => {
  const { view, picture } = wordMap;
  view.fit();
  if (motion === "near") { view.zoom(12); }
  const frame = () => new Promise(requestAnimationFrame);
  const gaps = [], drawn = [];
  await frame();
  let before = await frame();
  for (let i = 0; i < 120; i++) {
    if (motion === "zoom") view.zoom(i < 60 ? 1.06 : 1 / 1.06, view.width / 3, view.height / 3);
    else view.pan(Math.sin(i / 10) * 9, Math.cos(i / 10) * 9);
    const start = performance.now();
    picture.draw(true);
    drawn.push(performance.now() - start);
    const now = await frame();
    gaps.push(now - before);
    before = now;
  }
  return [gaps, drawn];
}"""


def random_page(words: int, folder: Path) -> Path:
    """A map of words of 2 to 9 letters with random vectors in groups."""
    rng = np.random.default_rng(1)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    names = {"".join(rng.choice(letters, rng.integers(4, 10))) for _ in range(words + words // 10)}
    centers = rng.standard_normal((30, 32))
    matrix = centers[rng.integers(0, 30, words)] + rng.standard_normal((words, 32))
    counts = (1e7 / np.arange(10, words + 10)).astype(int)
    page = folder / "map.html"
    WordVectors(sorted(names)[:words], matrix, counts).plot_map(top=words).save(page)
    return page


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--page", type=Path, help="A page that firth map wrote.")
    parser.add_argument("--words", type=int, default=50_000, help="Number of words of the page if none is given.")
    options = parser.parse_args()
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page = options.page or random_page(options.words, Path(folder))
        print(f"{page.name}: {page.stat().st_size / 1e6:.2f} MB")
        browser = playwright.chromium.launch(executable_path=program, args=["--disable-gpu"])
        for width, height, ratio in ((1400, 900, 1), (1400, 900, 2), (400, 800, 2)):
            opened = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=ratio)
            start = time.perf_counter()
            opened.goto(page.resolve().as_uri())
            opened.wait_for_selector("body[data-ready]")
            print(f"\n{width} x {height}, {ratio} pixels a unit: opens in {time.perf_counter() - start:.2f} s")
            for motion, told in (("pan", "moved, all words"), ("near", "moved, 12 times closer"), ("zoom", "zoomed")):
                gaps, drawn = (np.array(times) for times in opened.evaluate(FRAMES, motion))
                figures = f"median {np.median(gaps):5.1f}, 95 % {np.quantile(gaps, 0.95):5.1f}"
                print(f"  {told:<24} frame: {figures} ms; drawing: median {np.median(drawn):4.1f} ms")
            opened.close()
        browser.close()


if __name__ == "__main__":
    main()
