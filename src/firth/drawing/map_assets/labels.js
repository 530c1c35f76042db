// Labels that do not overlap: the most important words first, as many as there is room for.
const FONT = 13, LINE = 18, CELL = 6, ROOM = 5200; // pixels; area of the page for each label
const LONGEST = 40; // letters

class Labels {
  constructor(data) {
    this.data = data;
    this.widths = new Float32Array(data.size);
  }

  text(word) {
    const letters = [...this.data.words[word]];
    return letters.length > LONGEST ? letters.slice(0, LONGEST).join("") + "…" : this.data.words[word];
  }

  width(context, word) {
    this.widths[word] ||= Math.ceil(context.measureText(this.text(word)).width) + 6;
    return this.widths[word];
  }

  // Where labels stand: those of `first` words in any case, then others that `shown` allows.
  place(context, view, first, shown, radius) {
    const columns = Math.ceil(view.width / CELL) + 1, rows = Math.ceil(view.height / CELL) + 1;
    const taken = new Uint8Array(columns * rows);
    const placed = [], seen = new Set(first);
    const most = Math.ceil((view.width * view.height) / ROOM);
    let tried = 0;

    const offer = (word, certain) => {
      if (!view.sees(word)) return;
      tried++;
      const width = this.width(context, word);
      const x = view.atX(this.data.x[word]), y = view.atY(this.data.y[word]);
      const left = Math.max(2, Math.min(view.width - width - 2, x + radius + 2)), top = y - LINE / 2;
      const from = Math.max(0, Math.floor(left / CELL)), to = Math.min(columns - 1, Math.floor((left + width) / CELL));
      const high = Math.max(0, Math.floor(top / CELL)), low = Math.min(rows - 1, Math.floor((top + LINE) / CELL));
      for (let row = high; row <= low; row++) {
        for (let column = from; column <= to; column++) {
          if (taken[row * columns + column]) return;
        }
      }
      for (let row = high; row <= low; row++) taken.fill(1, row * columns + from, row * columns + to + 1);
      placed.push({ word, left, top, width, certain });
    };

    for (const word of first) offer(word, true);
    for (let word = 0; word < this.data.size && placed.length < most && tried < 20 * most; word++) {
      if (shown(word) && !seen.has(word)) offer(word, false);
    }
    return placed;
  }
}
