// The way forward: input, hidden vector, scores, probabilities, loss.

function inputPanel(now) {
  const { model, vectors, example } = now;
  const { words } = model.text;
  const codes = randomMatrix(99, words.length, vectors.input[0].length);
  const [first, second] = [0, 1];
  const oneHot = table(
    "one-hot",
    t("input.table"),
    ["", ...words.map(spelled)],
    example.inputs.map((id) =>
      tableRow(spelled(words[id]), words.map((_, i) => html("td", { class: i === id ? "number one" : "number" }, i === id ? "1" : "0"))),
    ),
  );
  return [
    says(example.inputs.length > 1 ? "input.many" : "input.one", { dims: words.length }),
    oneHot,
    level("formula", formula(sub("v", "w"), "=", sup("V", "⊤"), sub("x", "w"), "=", named(t("input.row")), "w", named(t("input.of")), "V")),
    html(
      "details",
      { id: "random-code", open: now.opened.has("random-code") },
      html("summary", {}, t("input.random.title")),
      says("input.random"),
      vectorTable("random-codes", t("input.random.table"), words.slice(0, MOST_ROWS).map((name, id) => ({ name: spelled(name), vector: codes[id], id }))),
      formula(
        sub("x", named(words[first])), "·", sub("x", named(words[second])), "=", products(codes[first], codes[second]), "=",
        dot(codes[first], codes[second]), "≠", "0",
      ),
    ),
  ];
}

function hiddenPanel(now) {
  const { vectors, example, result, component: k } = now;
  const { inputs } = example;
  const rows = inputs.map((id) => ({ name: spelled(inputName(now, id)), vector: vectors.input[id], id }));
  const index = String(k + 1);
  const terms = inputs.map((id) => vectors.input[id][k]);
  const many = inputs.length > 1;
  return [
    says(many ? "hidden.mean" : "hidden.row", { count: inputs.length }),
    vectorTable("hidden-inputs", t("hidden.inputs"), rows),
    vectorTable("hidden", t("hidden.vector"), [{ name: "h", vector: result.hidden }]),
    level("formula", many ? formula("h", "=", over("1", "C"), sumOver("w"), sub("v", "w")) : formula("h", "=", sub("v", "w"))),
    level(
      "numbers",
      many
        ? formula(sub("h", index), "=", over("1", String(inputs.length)), "(", sumOf(terms), ")", "=", result.hidden[k])
        : formula(sub("h", index), "=", sub("v", group(named(inputName(now, inputs[0])), ",", index)), "=", result.hidden[k]),
    ),
  ];
}

function scoresPanel(now) {
  const { vectors, result, settings, place } = now;
  const rows = result.rows.map((row, i) => ({
    name: rowCell(now, i),
    vector: vectors.output[row],
    id: row,
    cells: [numberCell(result.scores[i], { class: "number strong", "data-name": "score" })],
    class: i === place ? "picked" : null,
  }));
  const picked = result.rows[place];
  return [
    says(`scores.${settings.objective}`),
    vectorTable("hidden", t("hidden.vector"), [{ name: "h", vector: result.hidden }]),
    vectorTable("scores", t("scores.table"), rows, ["s"]),
    level("formula", formula(sub("s", "j"), "=", sub("u", "j"), "·", "h", "=", sumOver("i"), sub("u", group("j", "i")), sub("h", "i"))),
    level(
      "numbers",
      formula(sub("s", named(rowName(now, picked))), "=", u(now, picked), "·", "h", "=", products(vectors.output[picked], result.hidden), "=", result.scores[place]),
    ),
  ];
}

// The name of an output row, with what the example says about it.
function rowCell(now, place) {
  const { result, settings } = now;
  const label = result.labels[place];
  const kind = settings.objective === "hierarchical" ? (label ? "left" : "right") : label ? "seen" : "unseen";
  const times = result.weights[place] !== 1 ? ` ×${counted(result.weights[place])}` : "";
  return [
    spelled(rowName(now, result.rows[place])),
    html("span", { class: `role ${label ? "yes" : "no"}` }, `${label ? "●" : "○"} ${t(`${settings.objective === "softmax" ? "target" : "label"}.${kind}`)}${times}`),
  ];
}

function decisionTable(now, name, columns) {
  const { result, place } = now;
  return table(
    name,
    t(`${name}.table`),
    ["", ...columns.map(({ head }) => head)],
    result.rows.map((row, i) =>
      tableRow(
        rowCell(now, i),
        columns.map(({ value, key, isShare }) => {
          if (key === "label") return html("td", { class: "number", "data-name": key, "data-value": value(i) }, counted(value(i)));
          const share = isShare && { class: "number share", style: `--share: ${value(i).toFixed(3)}` };
          return numberCell(value(i), { "data-name": key, ...share });
        }),
        { "data-row": row, class: i === place ? "picked" : null },
      ),
    ),
  );
}

function probabilitiesPanel(now) {
  const { result, settings, place, model, vectors } = now;
  const s = result.scores[place];
  const p = result.probabilities[place];
  const name = named(rowName(now, result.rows[place]));
  const isSoftmax = settings.objective === "softmax";
  const parts = [
    says(`probabilities.${settings.objective}`),
    decisionTable(now, "probabilities", [
      { head: "s", value: (i) => result.scores[i], key: "score" },
      { head: "t", value: (i) => result.labels[i], key: "label" },
      { head: "p", value: (i) => result.probabilities[i], key: "probability", isShare: true },
    ]),
  ];
  if (isSoftmax) {
    parts.push(
      html("p", { class: "sum" }, "∑ p = ", html("b", {}, written(total(result.probabilities)))),
      level("formula", formula(sub("p", "j"), "=", over(group("exp", sub("s", "j")), group(sumOver("k"), "exp", sub("s", "k"))))),
      level("numbers", formula(sub("p", name), "=", over(group("exp", "(", s, ")"), sumOf(result.scores.map((score) => ["exp", "(", score, ")"]))), "=", over(group(Math.exp(s)), group(Math.exp(result.logSum))), "=", p)),
    );
    return parts;
  }
  parts.push(
    level("formula", formula("p", "(", "t", "=", "1", ")", "=", "σ", "(", "s", ")", "=", over("1", group("1", "+", "exp", "(", "−", "s", ")")))),
    level("numbers", formula("σ", "(", s, ")", "=", over("1", group("1", "+", "exp", "(", "−", s, ")")), "=", over("1", group("1", "+", Math.exp(-s))), "=", p)),
  );
  if (settings.objective === "hierarchical") {
    const leaves = leafProbabilities(model.text.paths, result.hidden, vectors.output);
    parts.push(html("p", { class: "sum" }, t("probabilities.leaves"), " ∑ p(w | h) = ", html("b", { "data-name": "leaf-sum", "data-value": total(leaves) }, written(total(leaves)))));
  }
  return parts;
}

function lossPanel(now) {
  const { result, settings, example } = now;
  const value = html("p", { class: "sum" }, "E = ", html("b", { "data-name": "loss", "data-value": result.loss }, written(result.loss)));
  if (settings.objective === "softmax") {
    const target = named(rowName(now, example.target));
    const p = result.probabilities[example.target];
    return [
      says("loss.softmax"),
      value,
      level("formula", formula("E", "=", "−", "log", sub("p", "c"), "=", "−", sub("s", "c"), "+", "log", sumOver("j"), "exp", sub("s", "j"))),
      level("numbers", formula("E", "=", "−", "log", sub("p", target), "=", "−", "log", p, "=", "−", result.scores[example.target], "+", result.logSum, "=", result.loss)),
    ];
  }
  const terms = result.rows.map((_, i) => -result.weights[i] * logSigmoid(result.labels[i] ? result.scores[i] : -result.scores[i]));
  const isTree = settings.objective === "hierarchical";
  const each = isTree
    ? [sumOver("n"), "log", "σ", "(", "(", "1", "−", "2", sub("c", "n"), ")", sub("s", "n"), ")"]
    : [sumOver("D"), "log", "σ", "(", sub("s", "c"), ")", "−", sumOver("D′"), "log", "σ", "(", "−", sub("s", "n"), ")"];
  return [
    says(`loss.${settings.objective}`),
    value,
    decisionTable(now, "losses", [
      { head: "s", value: (i) => result.scores[i], key: "score" },
      { head: "p", value: (i) => result.probabilities[i], key: "probability", isShare: true },
      { head: "E", value: (i) => terms[i], key: "term" },
    ]),
    level("formula", formula("E", "=", "−", ...each)),
    level("numbers", formula("E", "=", "−", sumOf(result.rows.map((_, i) => signedLog(result, i)), "−"), "=", sumOf(terms), "=", result.loss)),
  ];
}

function signedLog({ scores, labels, weights }, i) {
  const times = weights[i] === 1 ? [] : [counted(weights[i]), "·"];
  return [...times, "log", "σ", "(", labels[i] ? scores[i] : ["−", scores[i]], ")"].flat();
}
