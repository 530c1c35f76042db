// The page: what the pointer and the keys do.
const STEP = 0.15; // of the window, for an arrow key
const REST = 200; // milliseconds without a movement, after which dots are drawn finely

class WordMap {
  constructor(data) {
    this.data = data;
    this.view = new View(data);
    this.surface = found("labels");
    this.picture = new Picture(data, this.view, found("dots"), this.surface);
    this.panel = new Panel(data, (word) => this.select(word), (group, on) => this.choose(group, on));
    this.pointers = new Map();
    this.listen();
    this.resize();
  }

  redraw() {
    this.waiting ||= requestAnimationFrame(() => {
      this.waiting = 0;
      this.picture.draw(true);
      clearTimeout(this.resting);
      if (this.picture.isMany) this.resting = setTimeout(() => this.picture.draw(), REST);
    });
  }

  resize() {
    this.picture.resize();
    this.picture.draw();
  }

  // Select a word, and show it on the map; -1 selects none.
  select(word) {
    this.picture.selected = word;
    const nearest = word < 0 ? [] : this.data.neighbors(word);
    this.picture.nearest = nearest.map((one) => one.word).filter((one) => one < this.data.size);
    if (word >= 0 && !this.view.sees(word, 20)) this.view.show(word);
    this.panel.show(word);
    this.redraw();
  }

  choose(group, on) {
    if (on) this.picture.chosen.add(group);
    else this.picture.chosen.delete(group);
    this.redraw();
  }

  zoom(factor, right, down) {
    this.view.zoom(factor, right, down);
    this.redraw();
  }

  whole() {
    this.view.fit();
    this.redraw();
  }

  listen() {
    const { surface } = this;
    new ResizeObserver(() => this.resize()).observe(surface);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.picture.restyle();
      this.redraw();
    });
    surface.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    surface.addEventListener("pointerdown", (event) => this.press(event));
    surface.addEventListener("pointermove", (event) => this.move(event));
    surface.addEventListener("pointerup", (event) => this.release(event));
    surface.addEventListener("pointercancel", (event) => this.pointers.delete(event.pointerId));
    surface.addEventListener("pointerleave", () => this.hover(-1));
    surface.addEventListener("keydown", (event) => this.key(event));
    for (const change of ["focus", "blur"]) surface.addEventListener(change, () => this.redraw());
    document.addEventListener("keydown", (event) => this.anyKey(event));
    found("closer").addEventListener("click", () => this.zoom(1.5));
    found("farther").addEventListener("click", () => this.zoom(1 / 1.5));
    found("whole").addEventListener("click", () => this.whole());
  }

  wheel(event) {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 16 : 1;
    this.zoom(Math.exp(-Math.max(-150, Math.min(150, event.deltaY * lines)) / 300), event.offsetX, event.offsetY);
  }

  press(event) {
    this.surface.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, [event.offsetX, event.offsetY]);
    if (this.pointers.size === 1) this.travelled = 0;
  }

  move(event) {
    const now = [event.offsetX, event.offsetY], before = this.pointers.get(event.pointerId);
    if (!before) {
      this.hover(this.picture.wordAt(...now));
      return;
    }
    const others = [...this.pointers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
    const moved = [now[0] - before[0], now[1] - before[1]];
    this.travelled += Math.hypot(...moved);
    this.view.pan(moved[0] / this.pointers.size, moved[1] / this.pointers.size);
    if (others.length) {
      const apart = (at) => Math.hypot(at[0] - others[0][0], at[1] - others[0][1]) || 1;
      this.view.zoom(apart(now) / apart(before), (now[0] + others[0][0]) / 2, (now[1] + others[0][1]) / 2);
    }
    this.pointers.set(event.pointerId, now);
    this.redraw();
  }

  release(event) {
    if (!this.pointers.delete(event.pointerId) || this.travelled > 5) return;
    this.select(this.picture.wordAt(event.offsetX, event.offsetY));
  }

  hover(word) {
    this.surface.style.cursor = word >= 0 ? "pointer" : "grab";
    if (this.picture.hovered === word) return;
    this.picture.hovered = word;
    this.redraw();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { view } = this;
    const across = STEP * view.width, down = STEP * view.height;
    const actions = {
      ArrowLeft: () => view.pan(across, 0),
      ArrowRight: () => view.pan(-across, 0),
      ArrowUp: () => view.pan(0, down),
      ArrowDown: () => view.pan(0, -down),
      "+": () => view.zoom(1.5),
      "=": () => view.zoom(1.5),
      "-": () => view.zoom(1 / 1.5),
      0: () => view.fit(),
      Enter: () => this.select(view.nearest(view.width / 2, view.height / 2, Infinity)),
    };
    if (!actions[event.key]) return;
    event.preventDefault();
    actions[event.key]();
    this.redraw();
  }

  anyKey(event) {
    if (event.key === "Escape") {
      this.panel.clearSearch();
      this.select(-1);
    } else if (event.key === "/" && document.activeElement !== found("search")) {
      event.preventDefault();
      found("search").focus();
    }
  }
}

readWords(JSON.parse(found("facts").textContent), found("packed").textContent.trim()).then((data) => {
  window.wordMap = new WordMap(data);
  document.body.dataset.ready = "yes";
});
