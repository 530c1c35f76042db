// What one example costs: dot products of the hidden vector with output rows.

function renderCost({ model, settings }) {
  const { words, counts, paths } = model.text;
  const tokens = total(counts);
  const path = total(paths.map(({ codes }, word) => codes.length * counts[word])) / tokens;
  const negatives = settings.negatives || 5;
  const { dims } = settings;
  const here = [
    ["softmax", words.length],
    ["hierarchical", path],
    ["negative", negatives + 1],
  ];
  const vocabularies = [1e3, 1e4, 1e5, 1e6];
  const longest = Math.log10(vocabularies.at(-1));
  const many = (rows) => html("td", { class: "number barred" }, counted(rows), bar(Math.log10(rows) / longest));
  fill(
    "cost-tables",
    table(
      "cost",
      t("cost.here", { words: words.length, dims }),
      ["", t("cost.rows"), t("cost.products")],
      here.map(([name, rows]) =>
        tableRow(t(name), [
          html("td", { class: "number", "data-value": rows }, counted(rows)),
          html("td", { class: "number" }, counted(rows * dims)),
        ], { "data-row": name }),
      ),
    ),
    table(
      "cost-growth",
      t("cost.growth", { negatives }),
      ["V", ...vocabularies.map((size) => size.toLocaleString("en"))],
      [
        tableRow(`${t("softmax")}: V`, vocabularies.map(many)),
        tableRow(`${t("hierarchical")}: log₂ V`, vocabularies.map((size) => many(Math.log2(size)))),
        tableRow(`${t("negative")}: k + 1`, vocabularies.map(() => many(negatives + 1))),
      ],
    ),
    html("p", { class: "note" }, t("cost.bars")),
  );
}
