// The objectives: loss, errors and gradients of one hidden vector, in the formulas of firth.objectives.

function sigmoid(x) {
  const e = Math.exp(-Math.abs(x));
  return (x >= 0 ? 1 : e) / (1 + e);
}

function logSigmoid(x) {
  return Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)));
}

function mean(matrix, ids) {
  const row = new Float64Array(matrix[0].length);
  for (const id of ids) addTo(row, 1 / ids.length, matrix[id]);
  return row;
}

// p(j | h) = exp(s_j) / sum exp(s); E = -log p(target | h); dE/ds_j = p_j - t_j.
function softmax(hidden, outputs, target) {
  const scores = outputs.map((row) => dot(row, hidden));
  const highest = Math.max(...scores);
  const logSum = highest + Math.log(total(scores.map((score) => Math.exp(score - highest))));
  const probabilities = scores.map((score) => Math.exp(score - logSum));
  const labels = scores.map((_, row) => Number(row === target));
  return {
    rows: range(scores.length),
    labels,
    weights: labels.map(() => 1),
    scores,
    probabilities,
    errors: probabilities.map((p, row) => p - labels[row]),
    logSum,
    loss: logSum - scores[target],
  };
}

// Decisions with the probability sigma(s) of yes; E = -sum w (t log sigma(s) + (1 - t) log sigma(-s)).
function logistic(hidden, outputs, decisions) {
  const scores = decisions.map(({ row }) => dot(outputs[row], hidden));
  const probabilities = scores.map(sigmoid);
  return {
    rows: decisions.map(({ row }) => row),
    labels: decisions.map(({ label }) => label),
    weights: decisions.map(({ weight }) => weight),
    scores,
    probabilities,
    errors: decisions.map(({ label, weight }, i) => weight * (probabilities[i] - label)),
    loss: total(decisions.map(({ label, weight }, i) => -weight * logSigmoid(label ? scores[i] : -scores[i]))),
  };
}

// One example forward and backward. An example with decisions is logistic; any other is a softmax over all words.
function learned(example, { input, output }) {
  const hidden = mean(input, example.inputs);
  const result = example.decisions
    ? logistic(hidden, output, example.decisions)
    : softmax(hidden, output, example.target);
  const hiddenGradient = new Float64Array(hidden.length);
  result.errors.forEach((error, i) => addTo(hiddenGradient, error, output[result.rows[i]]));
  return { ...result, hidden, hiddenGradient };
}

// The gradients of both matrices, and the loss, summed over examples: as firth.objectives.gradients.
function gradientsOf(examples, vectors) {
  const dims = vectors.input[0].length;
  const input = zeros(vectors.input.length, dims);
  const output = zeros(vectors.output.length, dims);
  let loss = 0;
  for (const example of examples) {
    const result = learned(example, vectors);
    loss += result.loss;
    result.rows.forEach((row, i) => addTo(output[row], result.errors[i], result.hidden));
    for (const word of example.inputs) addTo(input[word], 1 / example.inputs.length, result.hiddenGradient);
  }
  return { loss, input, output };
}
