// One of the six models over a text: its examples, and the loss of the whole text.

// Settings: architecture, objective, window, negatives (0 for all of D'), exponent, dims, seed.
class Model {
  constructor(text, settings) {
    this.text = text;
    this.settings = settings;
    const { architecture, objective, window } = settings;
    this.pairs = examplesOf(text.sentences, architecture, window);
    this.isExact = objective === "negative" && settings.negatives === 0;
    if (this.isExact) {
      this.examples = exactExamples(text, architecture, window);
    } else if (objective === "hierarchical") {
      this.examples = this.pairs.map((pair) => ({ ...pair, decisions: pathDecisions(text.paths[pair.target]) }));
    } else {
      this.examples = this.pairs;
    }
    this.noise = noiseShares(text.counts, settings.exponent);
  }

  // Start vectors, random in [-0.5, 0.5] / dims: small, so that what becomes of them is due to training.
  start(seed = this.settings.seed) {
    const { text } = this;
    const { objective, dims } = this.settings;
    const rows = text.words.length - (objective === "hierarchical" ? 1 : 0);
    const small = (matrix) => matrix.map((row) => row.map((x) => x / dims));
    return {
      input: small(randomMatrix(2 * seed, text.words.length, dims)),
      output: small(randomMatrix(2 * seed + 1, rows, dims)),
    };
  }

  // An example as it is learned at a step: with its noise words, and without D' if so wanted.
  example(number, step, withNoise) {
    const example = this.examples[number];
    if (this.settings.objective !== "negative") return example;
    if (this.isExact) {
      return withNoise ? example : { ...example, decisions: example.decisions.filter(({ label }) => label) };
    }
    const noise = withNoise ? range(this.settings.negatives) : [];
    const shares = this.noise.map((share, word) => (word === example.target ? 0 : share));
    const words = noise.map((place) => drawn(shares, uniform(this.settings.seed, 7, step, number, place)));
    return {
      ...example,
      decisions: [
        { row: example.target, label: 1, weight: 1 },
        ...words.map((row) => ({ row, label: 0, weight: 1 })),
      ],
    };
  }

  // The loss of the whole text; for drawn noise words, what is expected over the draws.
  loss(vectors, withNoise) {
    return total(this.examples.map((example, number) => learned(this.expected(example, number, withNoise), vectors).loss));
  }

  expected(example, number, withNoise) {
    if (this.settings.objective !== "negative" || this.isExact) return this.example(number, 0, withNoise);
    const { target } = example;
    const rest = 1 - this.noise[target];
    const decisions = this.text.words.flatMap((_, row) => {
      if (row === target) return [{ row, label: 1, weight: 1 }];
      return withNoise ? [{ row, label: 0, weight: (this.settings.negatives * this.noise[row]) / rest }] : [];
    });
    return { ...example, decisions };
  }
}

// Code 0 turns left, with the label 1 and the probability sigma(s); code 1 turns right.
function pathDecisions({ nodes, codes }) {
  return nodes.map((row, i) => ({ row, label: 1 - codes[i], weight: 1 }));
}

// The probability of each word under the tree: the product of the decisions along its path.
function leafProbabilities(paths, hidden, output) {
  return paths.map((path) => Math.exp(-logistic(hidden, output, pathDecisions(path)).loss));
}

function noiseShares(counts, exponent) {
  const powers = counts.map((count) => count ** exponent);
  const sum = total(powers);
  return powers.map((power) => power / sum);
}
