// The noise distribution: how exponents between 0 and 1 change what is drawn.

function renderNoise({ model, settings }) {
  const { words, counts } = model.text;
  const exponents = [0, 0.75, 1];
  const shares = exponents.map((exponent) => noiseShares(counts, exponent));
  const most = Math.max(...shares.flat());
  const heads = ["0", "3/4", "1"].map((name, i) => `${t("noise.exponent")} ${name}${exponents[i] === settings.exponent ? " ✓" : ""}`);
  fill(
    "noise-table",
    table(
      "noise",
      t("noise.table"),
      ["", t("noise.count"), ...heads],
      words.slice(0, 20).map((name, id) =>
        tableRow(spelled(name), [
          html("td", { class: "number" }, String(counts[id])),
          ...shares.map((column) => html("td", { class: "number barred", "data-value": column[id] }, written(column[id]), bar(column[id] / most))),
        ], { "data-row": id }),
      ),
    ),
    words.length > 20 && html("p", { class: "note" }, t("noise.more", { count: words.length - 20 })),
    level("formula", formula(sub("P", "n"), "(", "w", ")", "=", over(group(sup(group("count", "(", "w", ")"), "a")), group(sumOver("w′"), sup(group("count", "(", "w′", ")"), "a"))))),
    new Set(counts).size === 1 && html("p", { class: "note" }, t("noise.same")),
  );
}
