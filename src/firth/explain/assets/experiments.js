// What training shows: the loss, how alike the vectors become, and whether two starts end in the same place.

function renderCurves({ training, twin, settings, model }) {
  const { history } = training;
  const isNegative = settings.objective === "negative";
  const everPositive = isNegative && history.some(({ withNoise }) => !withNoise);
  const lines = [{ name: t("loss.trained"), values: history.map(({ loss }) => loss), key: "whole-loss" }];
  if (everPositive) lines.push({ name: t("loss.full"), values: history.map(({ full }) => full), key: "full-loss" });
  if (twin) lines.push({ name: t("loss.twin"), values: twin.history.map(({ loss }) => loss), key: "twin-loss" });
  fill("loss-curve", lineChart({ lines, across: t("steps"), title: t("loss.said"), low: 0 }),
    isNegative && !model.isExact && html("p", { class: "note" }, t("loss.expected")));
  fill("alike-curve", lineChart({
    lines: [{ name: t("alike.name"), values: history.map(({ alike }) => alike), key: "alike" }],
    across: t("steps"), title: t("alike.said"), low: -1, height: 150,
  }));
}

function renderCollapse({ model, settings, withNoise, training }) {
  const groups = linkedGroups(model);
  const isOn = settings.objective === "negative" && !withNoise;
  found("collapse").hidden = !isOn;
  if (!isOn) return;
  fill(
    "collapse",
    html("h3", {}, t("collapse.title")),
    says("collapse"),
    groups.length > 1 && says("collapse.groups", { count: groups.length }),
    html("ul", {}, groups.map((ids) =>
      html("li", {},
        ids.flatMap((id, i) => [i ? ", " : "", spelled(model.text.words[id])]), ": ",
        t("collapse.alike", { cosine: written(likeness(ids.map((id) => training.vectors.input[id])), 3) })))),
  );
}

// Words whose input vectors meet in the same output vectors, directly or through others: with positives alone, the
// words of one group become alike, and two groups know nothing of each other.
function linkedGroups(model) {
  const parent = new Map();
  const root = (key) => {
    while ((parent.get(key) ?? key) !== key) key = parent.get(key);
    return key;
  };
  for (const { inputs, target } of model.pairs) for (const id of inputs) parent.set(root(`v${id}`), root(`u${target}`));
  const groups = new Map();
  model.text.words.forEach((_, id) => {
    const key = root(`v${id}`);
    groups.set(key, [...(groups.get(key) ?? []), id]);
  });
  return [...groups.values()];
}

function renderStarts({ training, twin, frozen }) {
  found("starts").hidden = !twin;
  if (!twin) return;
  const apart = distance(training.vectors, twin.vectors);
  const [one, other] = [training, twin].map(({ history }) => history.at(-1).loss);
  fill(
    "starts",
    html("h3", {}, t("starts.title")),
    says(`starts.${frozen}`),
    table("starts", t("starts.table"), ["", t("starts.first"), t("starts.second"), t("starts.apart")], [
      tableRow("E", [numberCell(one), numberCell(other), numberCell(Math.abs(one - other))]),
      tableRow(t("starts.rows"), [html("td", {}), html("td", {}), numberCell(apart, { "data-name": "apart" })]),
    ]),
    frozen !== "none" && html("p", { class: "note" }, t("starts.separable")),
  );
}
