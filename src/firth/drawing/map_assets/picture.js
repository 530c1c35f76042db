const MANY = 10000; // dots

// Dots and labels, drawn on two canvases, one above the other. The dots are written as pixels: 50,000 of them take a few
// milliseconds on any machine, with a graphics card or without.
class Picture {
  constructor(data, view, dots, labels) {
    this.data = data;
    this.view = view;
    this.dots = dots;
    this.surface = labels;
    this.labels = new Labels(data);
    this.selected = this.hovered = -1;
    this.nearest = [];
    this.chosen = new Set(); // groups; none stands for all
    this.placed = [];
    this.restyle();
  }

  // Take the colours of the page, which change with its theme.
  restyle() {
    const count = this.data.groups.labels.length;
    this.marks = [...Array(count + 1).keys()].map((code) => markOf(this.data.groups, code));
    this.pixels = this.marks.map((mark) => pixelOf(mark.color));
    this.faint = pixelOf("var(--faint)");
    const style = getComputedStyle(document.documentElement);
    this.ink = Object.fromEntries(["text", "paper", "accent"].map((name) => [name, style.getPropertyValue(`--${name}`)]));
    this.stamped = "";
  }

  resize() {
    const { clientWidth, clientHeight } = this.surface;
    this.ratio = window.devicePixelRatio || 1;
    this.surface.width = Math.max(1, Math.round(clientWidth * this.ratio));
    this.surface.height = Math.max(1, Math.round(clientHeight * this.ratio));
    this.view.resize(clientWidth, clientHeight);
    this.sized = 0;
  }

  isShown(word) {
    return !this.chosen.size || this.chosen.has(this.data.codes[word]);
  }

  get radius() {
    const crowd = Math.sqrt((this.view.width * this.view.height) / this.data.size);
    return Math.max(1.4, Math.min(5, (crowd / 8) * Math.sqrt(this.view.zoomed)));
  }

  // Draw everything; while it moves, many dots are drawn at one pixel a unit, so that a frame takes as long on a fine
  // screen as on a coarse one.
  draw(moving = false) {
    this.drawDots(moving && this.isMany ? 1 : this.ratio);
    this.drawLabels();
  }

  get isMany() {
    return this.ratio > 1 && this.data.size > MANY;
  }

  drawDots(ratio) {
    this.size(ratio);
    this.stamp(ratio);
    this.buffer.fill(0);
    if (this.chosen.size) this.write(false, ratio);
    this.write(true, ratio);
    this.dots.getContext("2d").putImageData(this.image, 0, 0);
  }

  size(ratio) {
    if (this.sized === ratio) return;
    this.sized = ratio;
    this.dots.width = Math.max(1, Math.round(this.view.width * ratio));
    this.dots.height = Math.max(1, Math.round(this.view.height * ratio));
    this.image = new ImageData(this.dots.width, this.dots.height);
    this.buffer = new Uint32Array(this.image.data.buffer);
  }

  stamp(ratio) {
    const radius = this.radius * ratio;
    const key = `${radius.toFixed(1)} ${this.dots.width}`;
    if (key !== this.stamped) this.stamps = this.marks.map((mark) => stampOf(mark, radius, this.dots.width));
    this.stamped = key;
  }

  // Write the dots of the chosen groups, or the others faintly; frequent words last, so that they lie on top.
  write(bright, ratio) {
    const { data, view, buffer, stamps, pixels } = this;
    const { width, height } = this.dots;
    const { x, y, codes } = data;
    const last = stamps.length - 1;
    const scale = view.scale * ratio, left = width / 2 - view.x * scale, top = height / 2 + view.y * scale;
    for (let i = data.size - 1; i >= 0; i--) {
      if (this.isShown(i) !== bright) continue;
      const code = Math.min(codes[i], last);
      const { offsets, covers, reach } = stamps[code];
      const right = Math.round(left + x[i] * scale), down = Math.round(top - y[i] * scale);
      if (right < reach || down < reach || right >= width - reach || down >= height - reach) continue;
      const middle = down * width + right, pixel = bright ? pixels[code] : this.faint;
      for (let j = 0; j < offsets.length; j++) {
        const at = middle + offsets[j], cover = covers[j];
        if (cover === 255 || cover > buffer[at] >>> 24) buffer[at] = ((cover << 24) | pixel) >>> 0;
      }
    }
  }

  drawLabels() {
    const { view, ink } = this;
    const context = this.surface.getContext("2d");
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, view.width, view.height);
    context.font = `${FONT}px system-ui, sans-serif`;
    context.textBaseline = "middle";
    const first = [this.hovered, this.selected, ...this.nearest].filter((word) => word >= 0);
    this.placed = this.labels.place(context, view, new Set(first), (word) => this.isShown(word), this.radius);
    this.drawNearest(context);
    context.globalAlpha = 0.8;
    context.fillStyle = ink.paper;
    for (const { left, top, width } of this.placed) context.fillRect(left, top + 1, width, LINE - 2);
    context.globalAlpha = 1;
    context.fillStyle = ink.text;
    for (const { word, left, top } of this.placed) context.fillText(this.labels.text(word), left + 3, top + LINE / 2);
    context.strokeStyle = ink.accent;
    context.lineWidth = 1.5;
    for (const { left, top, width, certain } of this.placed) {
      if (certain) context.strokeRect(left, top + 1, width, LINE - 2);
    }
    if (this.surface.matches(":focus-visible")) this.drawCross(context);
  }

  // A ring around the selected word and each of its nearest words, and lines between them.
  drawNearest(context) {
    if (this.selected < 0) return;
    const { view, data } = this;
    const at = (word) => [view.atX(data.x[word]), view.atY(data.y[word])];
    context.strokeStyle = this.ink.accent;
    for (const word of this.nearest) {
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(...at(this.selected));
      context.lineTo(...at(word));
      context.stroke();
    }
    for (const word of [this.selected, ...this.nearest]) {
      context.lineWidth = word === this.selected ? 3 : 1.5;
      context.beginPath();
      context.arc(...at(word), this.radius + 4, 0, 2 * Math.PI);
      context.stroke();
    }
  }

  // The middle, where Enter selects a word.
  drawCross(context) {
    const x = this.view.width / 2, y = this.view.height / 2;
    context.strokeStyle = this.ink.accent;
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(x - 9, y);
    context.lineTo(x + 9, y);
    context.moveTo(x, y - 9);
    context.lineTo(x, y + 9);
    context.stroke();
  }

  // The word whose label or dot is at a pixel; -1 if there is none.
  wordAt(right, down) {
    const hit = this.placed.find(
      ({ left, top, width }) => right >= left && right <= left + width && down >= top && down <= top + LINE,
    );
    return hit ? hit.word : this.view.nearest(right, down, Math.max(12, this.radius + 4));
  }
}
