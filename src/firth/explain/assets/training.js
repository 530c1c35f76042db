// Training that can be taken back: a step is a function of the vectors before it and of its rule alone, and vectors are
// kept now and then, so that any step can be computed again, to the bit.

const KEPT_EVERY = 50;

class Training {
  constructor(model, vectors = model.start(), withNoise = true) {
    this.model = model;
    this.vectors = vectors;
    this.rules = []; // of each step: { example (null for the whole text), rate, withNoise, frozen }
    this.kept = [{ input: copied(vectors.input), output: copied(vectors.output) }];
    this.history = [];
    this.note(withNoise);
  }

  get steps() {
    return this.rules.length;
  }

  note(withNoise) {
    const { model, vectors } = this;
    const loss = model.loss(vectors, withNoise);
    const negative = model.settings.objective === "negative";
    const full = withNoise || !negative ? loss : model.loss(vectors, true);
    this.history.push({ loss, full, alike: likeness(vectors.input), withNoise });
  }

  gradients(rule, step = this.steps) {
    const { model, vectors } = this;
    const numbers = rule.example === null ? range(model.examples.length) : [rule.example];
    const gradients = gradientsOf(numbers.map((n) => model.example(n, step, rule.withNoise)), vectors);
    if (rule.frozen !== "none") gradients[rule.frozen].forEach((row) => row.fill(0));
    return gradients;
  }

  step(rule) {
    this.move(rule, this.steps);
    this.rules.push(rule);
    if (this.steps % KEPT_EVERY === 0) {
      this.kept.push({ input: copied(this.vectors.input), output: copied(this.vectors.output) });
    }
    this.note(rule.withNoise);
  }

  move(rule, step) {
    const gradients = this.gradients(rule, step);
    for (const side of ["input", "output"]) {
      this.vectors[side].forEach((row, i) => addTo(row, -rule.rate, gradients[side][i]));
    }
  }

  back() {
    if (!this.steps) return null;
    const undone = this.rules.pop();
    this.history.pop();
    this.kept.length = Math.floor(this.steps / KEPT_EVERY) + 1;
    const { input, output } = this.kept.at(-1);
    this.vectors = { input: copied(input), output: copied(output) };
    for (let step = KEPT_EVERY * (this.kept.length - 1); step < this.steps; step++) this.move(this.rules[step], step);
    return undone;
  }
}

// The mean cosine of two different rows.
function likeness(rows) {
  let sum = 0;
  for (let i = 0; i < rows.length; i++) for (let j = 0; j < i; j++) sum += cosine(rows[i], rows[j]);
  return sum / Math.max(1, (rows.length * (rows.length - 1)) / 2);
}

// The largest difference between two sets of vectors.
function distance(a, b) {
  let most = 0;
  for (const side of ["input", "output"]) {
    a[side].forEach((row, i) => row.forEach((x, j) => (most = Math.max(most, Math.abs(x - b[side][i][j])))));
  }
  return most;
}
