// The way back: every gradient by its formula, and the rows before and after the step.

function gradientsPanel(now) {
  const { vectors, example, result, settings, place, component: k } = now;
  const index = String(k + 1);
  const picked = result.rows[place];
  const name = () => named(rowName(now, picked));
  const count = example.inputs.length;
  const share = [...result.hiddenGradient].map((x) => x / count);
  const often = result.weights[place];
  const rowGradients = result.rows.map((row, i) => ({
    name: rowCell(now, i),
    vector: [...result.hidden].map((x) => result.errors[i] * x),
    id: row,
    cells: [numberCell(result.errors[i], { class: "number strong", "data-name": "error" })],
    class: i === place ? "picked" : null,
  }));
  const terms = result.rows.map((row, i) => [result.errors[i], "·", vectors.output[row][k]]);
  const labelled = settings.objective === "softmax" ? "" : ".logistic";
  return [
    says(`gradients${labelled}`),
    vectorTable("output-gradients", t("gradients.outputs"), rowGradients, ["e"]),
    vectorTable("hidden-gradient", t("gradients.hidden"), [{ name: "∂E/∂h", vector: result.hiddenGradient }]),
    vectorTable("input-gradients", t(count > 1 ? "gradients.inputs.mean" : "gradients.inputs"), example.inputs.map((id) => ({ name: spelled(inputName(now, id)), vector: share, id }))),
    level(
      "formula",
      formula(sub("e", "j"), "=", slope(sub("s", "j")), "=", sub("p", "j"), "−", sub("t", "j")),
      formula(slope(sub("u", "j")), "=", sub("e", "j"), "h"),
      formula(slope("h"), "=", sumOver("j"), sub("e", "j"), sub("u", "j")),
      formula(slope(sub("v", "w")), "=", count > 1 ? [over("1", "C"), slope("h")] : slope("h")),
    ),
    level(
      "numbers",
      formula(sub("e", name()), "=", often === 1 ? [] : [counted(often), "·", "("], result.probabilities[place], "−", String(result.labels[place]), often === 1 ? [] : ")", "=", result.errors[place]),
      formula(slope(sub("u", group(name(), ",", index))), "=", result.errors[place], "·", result.hidden[k], "=", result.errors[place] * result.hidden[k]),
      formula(slope(sub("h", index)), "=", sumOf(terms), "=", result.hiddenGradient[k]),
      formula(slope(sub("v", group(named(inputName(now, example.inputs[0])), ",", index))), "=", count > 1 ? [over("1", String(count)), "·", result.hiddenGradient[k], "="] : [], share[k]),
    ),
  ];
}

function updatePanel(now) {
  const { vectors, rule, gradients, component: k, example } = now;
  const index = String(k + 1);
  const changed = (side) =>
    range(vectors[side].length).filter((row) => gradients[side][row].some((x) => x !== 0));
  const side = (name, nameOf, title) => {
    const rows = changed(name);
    const most = largest(vectors[name]);
    return table(
      `${name}-update`,
      title,
      ["", "", ...range(vectors[name][0].length).map((i) => String(i + 1))],
      rows.flatMap((row) => {
        const before = vectors[name][row];
        const gradient = gradients[name][row];
        const after = before.map((x, i) => x - rule.rate * gradient[i]);
        return [["before", before], ["gradient", gradient], ["after", after]].map(([kind, values]) =>
          tableRow(
            kind === "before" ? spelled(nameOf(now, row)) : "",
            [html("td", { class: "kind" }, t(`update.${kind}`)), ...[...values].map((x) => tintedCell(x, most))],
            { "data-row": row, "data-kind": kind, class: `${kind}` },
          ),
        );
      }),
    );
  };
  const first = changed("input").includes(example.inputs[0]) ? example.inputs[0] : (changed("input")[0] ?? null);
  return [
    says(rule.example === null ? "update.text" : "update.example", { rate: written(rule.rate, 2) }),
    rule.frozen !== "none" && says(`update.frozen.${rule.frozen}`),
    rule.frozen !== "input" && side("input", inputName, t("update.inputs")),
    rule.frozen !== "output" && side("output", rowName, t("update.outputs")),
    level("formula", formula(sub("v", "w"), "←", sub("v", "w"), "−", "η", slope(sub("v", "w"))), formula(sub("u", "j"), "←", sub("u", "j"), "−", "η", slope(sub("u", "j")))),
    first !== null &&
      level(
        "numbers",
        formula(
          sub("v", group(named(inputName(now, first)), ",", index)), "←", vectors.input[first][k], "−", rule.rate, "·", gradients.input[first][k], "=",
          vectors.input[first][k] - rule.rate * gradients.input[first][k],
        ),
      ),
  ];
}
