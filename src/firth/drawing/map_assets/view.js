// The part of the map that is seen: its middle, and how many pixels of the page a unit of the map takes.
class View {
  constructor(data) {
    this.data = data;
    this.width = this.height = 1;
    this.fit();
  }

  resize(width, height) {
    const whole = this.zoomed;
    [this.width, this.height] = [width, height];
    this.scale = whole * this.least();
  }

  least() {
    const room = 40;
    const across = Math.max(this.width - room, 50) / Math.max(this.data.wide, 1e-6);
    return Math.min(across, Math.max(this.height - room, 50) / Math.max(this.data.high, 1e-6));
  }

  get zoomed() {
    return this.scale / this.least();
  }

  fit() {
    this.x = this.y = 0;
    this.scale = this.least();
  }

  atX(x) {
    return this.width / 2 + (x - this.x) * this.scale;
  }

  atY(y) {
    return this.height / 2 - (y - this.y) * this.scale;
  }

  pan(right, down) {
    this.x = Math.max(-0.6, Math.min(0.6, this.x - right / this.scale));
    this.y = Math.max(-0.6, Math.min(0.6, this.y + down / this.scale));
  }

  // Zoom by a factor; the point of the map below a pixel stays there.
  zoom(factor, right = this.width / 2, down = this.height / 2) {
    const before = this.scale;
    this.scale = Math.max(0.7 * this.least(), Math.min(1000 * this.least(), before * factor));
    const moved = 1 / before - 1 / this.scale;
    this.x += (right - this.width / 2) * moved;
    this.y -= (down - this.height / 2) * moved;
  }

  // Show a word: in the middle, and closer, if it is outside or among many.
  show(word) {
    [this.x, this.y] = [this.data.x[word], this.data.y[word]];
    this.scale = Math.max(this.scale, 6 * this.least());
  }

  sees(word, margin = 0) {
    const x = this.atX(this.data.x[word]), y = this.atY(this.data.y[word]);
    return x >= margin && y >= margin && x <= this.width - margin && y <= this.height - margin;
  }

  // The word nearest to a pixel, at most `reach` pixels away; -1 if there is none.
  nearest(right, down, reach) {
    let best = -1, least = reach * reach;
    for (let i = 0; i < this.data.size; i++) {
      const x = this.atX(this.data.x[i]) - right, y = this.atY(this.data.y[i]) - down;
      if (x * x + y * y < least) [best, least] = [i, x * x + y * y];
    }
    return best;
  }
}
