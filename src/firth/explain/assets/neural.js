// Before word2vec: the neural language model of Bengio et al. (2003), whose window is concatenated, not averaged.

function neuralForward({ input, output }, context, hiddenSize) {
  const x = Float64Array.from(context.flatMap((id) => [...input[id]]));
  const weights = randomMatrix(77, hiddenSize, x.length);
  const a = Float64Array.from(weights, (row) => Math.tanh(dot(row, x)));
  const scores = output.map((row) => dot(row, a));
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  return { x, weights, a, scores, probabilities: powers.map((power) => power / total(powers)) };
}

function renderNeural({ model, vectors, settings }) {
  const { words, sentences } = model.text;
  const { dims } = settings;
  const sentence = sentences.find((tokens) => tokens.length > 2);
  if (!sentence) return fill("neural", says("neural.short"));
  const [context, next] = [sentence.slice(0, 2), sentence[2]];
  const output = randomMatrix(78, words.length, dims);
  const { x, a, probabilities } = neuralForward({ input: vectors.input, output }, context, dims);
  const likeliest = range(words.length).sort((i, j) => probabilities[j] - probabilities[i]).slice(0, MOST_ROWS).sort((i, j) => i - j);
  return fill(
    "neural",
    html("div", { class: "concatenated" },
      context.map((id) => html("div", { class: "block" }, spelled(words[id]), html("span", { class: "cells" }, [...vectors.input[id]].map((value) => html("span", { class: "chip" }, written(value, 2)))))),
      html("div", { class: "block wide" }, `x = [v₁; v₂], 2 × ${dims} = ${2 * dims}`, html("span", { class: "cells" }, [...x].map((value) => html("span", { class: "chip" }, written(value, 2)))))),
    formula("x", "=", "[", v({ model }, context[0]), ";", v({ model }, context[1]), "]", ",", "a", "=", "tanh", "(", "d", "+", "H", "x", ")", ",", "p", "=", "softmax", "(", "b", "+", "U", "a", ")"),
    vectorTable("neural-hidden", t("neural.hidden"), [{ name: "a", vector: a }]),
    table(
      "neural-probabilities",
      t("neural.table"),
      ["", "p"],
      likeliest.map((id) =>
        tableRow([spelled(words[id]), id === next && html("span", { class: "role yes" }, `● ${t("neural.next")}`)], [
          html("td", { class: "number barred", "data-value": probabilities[id] }, written(probabilities[id]), bar(probabilities[id])),
        ], { "data-row": id }),
      ),
    ),
    says("neural.compared", { dims, twice: 2 * dims, parameters: counted(2 * dims * dims) }),
  );
}
