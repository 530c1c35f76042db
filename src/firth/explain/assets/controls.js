// The reader's choices, and the run that they make.

const data = JSON.parse(found("data").textContent);
texts = data.texts;

const text = { words: data.words, counts: data.counts, sentences: data.sentences, paths: data.paths };
const page = {
  settings: { ...data.settings, seed: 1 },
  rate: data.rate,
  pace: "example",
  withNoise: true,
  frozen: "none",
  hasTwin: false,
  example: 0,
  operation: "input",
  place: 0,
  component: 0,
  playing: null,
};

// Everything begins anew; only the reader's choices stay.
function begin() {
  const { settings, frozen } = page;
  page.model = new Model(text, settings);
  page.training = new Training(page.model, page.model.start(), page.withNoise);
  page.twin = null;
  if (page.hasTwin) {
    const other = page.model.start(settings.seed + 1000);
    if (frozen !== "none") other[frozen] = copied(page.training.vectors[frozen]);
    page.twin = new Training(page.model, other, page.withNoise);
  }
  page.example = Math.min(page.example, page.model.examples.length - 1);
  lastPoints = null;
  choosePlace();
  render();
}

function rule() {
  const { rate, withNoise, frozen, pace, example } = page;
  return { example: pace === "text" ? null : example, rate, withNoise, frozen };
}

function forward() {
  page.training.step(rule());
  page.twin?.step(rule());
  if (page.pace === "example") page.example = (page.example + 1) % page.model.examples.length;
}

function back() {
  const undone = page.training.back();
  page.twin?.back();
  if (undone !== null && undone.example !== null) page.example = undone.example;
}

// The output row that the formulas show first: what the text says is right.
function choosePlace() {
  const labels = learned(shownExample(), page.training.vectors).labels;
  page.place = Math.max(0, labels.indexOf(1));
}

function shownExample() {
  return page.model.example(page.example, page.training.steps, page.withNoise);
}

function chooseOperation(name) {
  page.operation = name;
  render();
}

function play(on) {
  page.playing = on ? { at: performance.now(), owed: 0 } : null;
  if (on) requestAnimationFrame(frame);
  render();
}

// As many steps a second as chosen, but no more than there is time for.
function frame(at) {
  if (!page.playing) return;
  const run = page.playing;
  run.owed = Math.min(run.owed + (Math.max(0, at - run.at) / 1000) * Number(found("speed").value), 60);
  run.at = at;
  const until = performance.now() + 12;
  let moved = false;
  while (run.owed >= 1 && performance.now() < until) {
    forward();
    run.owed -= 1;
    moved = true;
  }
  if (moved) {
    choosePlace();
    render();
  }
  requestAnimationFrame(frame);
}

function bind() {
  const on = (id, event, act) => found(id).addEventListener(event, act);
  const restarted = (change) => (event) => {
    change(event.target);
    begin();
  };
  const radios = (name, change) => {
    for (const input of document.getElementsByName(name)) input.addEventListener("change", () => change(input.value));
  };
  radios("architecture", (value) => ((page.settings.architecture = value), (page.example = 0), begin()));
  radios("objective", (value) => ((page.settings.objective = value), (page.example = 0), begin()));
  radios("noise", (value) => {
    page.settings.negatives = value === "exact" ? 0 : Number(found("negatives").value);
    page.example = 0;
    begin();
  });
  radios("pace", (value) => ((page.pace = value), render()));
  radios("frozen", (value) => {
    page.frozen = value;
    if (value !== "none") [page.hasTwin, page.pace] = [true, "text"];
    begin();
  });
  on("negatives", "input", restarted(({ value }) => (page.settings.negatives = Number(value))));
  on("exponent", "change", restarted(({ value }) => (page.settings.exponent = Number(value))));
  on("window", "input", restarted(({ value }) => (page.settings.window = Number(value))));
  on("dims", "input", restarted(({ value }) => (page.settings.dims = Number(value))));
  on("twin", "change", restarted(({ checked }) => (page.hasTwin = checked)));
  on("rate", "input", ({ target }) => ((page.rate = Number((10 ** target.value).toPrecision(2))), render()));
  on("positives", "change", ({ target }) => ((page.withNoise = !target.checked), choosePlace(), render()));
  on("restart", "click", () => ((page.example = 0), begin()));
  on("reseed", "click", () => ((page.settings.seed += 1), (page.example = 0), begin()));
  on("forward", "click", () => (forward(), choosePlace(), render()));
  on("back", "click", () => (back(), choosePlace(), render()));
  on("play", "click", () => play(!page.playing));
  on("example", "change", ({ target }) => ((page.example = Number(target.value)), choosePlace(), render()));
  on("row", "change", ({ target }) => ((page.place = Number(target.value)), render()));
  on("component", "change", ({ target }) => ((page.component = Number(target.value)), render()));
  for (const id of ["order", "scored"]) on(id, "change", render);
  on("numbers", "toggle", render);
  on("language", "click", () => {
    setLanguage(language === "zh" ? "en" : "zh");
    render();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    const button = { n: "forward", b: "back", p: "play", 0: "restart" }[event.key];
    if (button) found(button).click();
  });
  onNewWidth(["network", "map", "tree-drawing"], render);
}
