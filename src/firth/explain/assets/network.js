// The whole network with its flow: one-hot input, hidden vector, scores, probabilities, loss, and the way back.

const MOST_ROWS = 12;
const ROW_HEIGHT = 28;

// Which of many rows are drawn: those that matter first, then others in their order.
function drawnRows(count, mattering) {
  const first = mattering.slice(0, MOST_ROWS);
  const others = range(count).filter((row) => !first.includes(row));
  return [...first, ...others].slice(0, MOST_ROWS).sort((a, b) => a - b);
}

function renderNetwork(now) {
  const { model, vectors, example, result, operation } = now;
  const width = Math.max(320, widthOf("network"));
  const words = model.text.words;
  const isBack = operation === "gradients" || operation === "update";

  const inputs = drawnRows(words.length, example.inputs);
  const byError = range(result.rows.length).sort((a, b) => Math.abs(result.errors[b]) - Math.abs(result.errors[a]));
  const outputs = drawnRows(result.rows.length, byError);
  const dims = result.hidden.length;
  const top = 64;
  const tallest = Math.max(inputs.length, outputs.length, dims);
  const height = top + tallest * ROW_HEIGHT + 26;

  const room = Math.min(130, width * 0.19);
  const isNarrow = width < 560;
  const x = { input: room + 12, hidden: width * (isNarrow ? 0.37 : 0.39), output: width * (isNarrow ? 0.53 : 0.57) };
  x.name = x.output + 14;
  x.bar = x.name + room + 6;
  x.number = width - 2;
  const at = (i, count) => top + (i + 0.5 + (tallest - count) / 2) * ROW_HEIGHT;
  const letters = Math.floor(room / 8);

  const mostInput = largest(example.inputs.map((id) => vectors.input[id]));
  const mostOutput = largest(result.rows.map((row) => vectors.output[row]));
  const mostError = largest([result.errors]);
  const edge = (x1, y1, x2, y2, weight, most, kind) =>
    svg("line", {
      class: `edge ${weight < 0 ? "below" : "above"} ${kind}`,
      x1, y1, x2, y2,
      "stroke-width": (0.4 + (2.6 * Math.abs(weight)) / most).toFixed(2),
      "stroke-dasharray": weight < 0 ? "4 3" : null,
    });

  const toHidden = inputs.flatMap((id, i) =>
    example.inputs.includes(id)
      ? range(dims).map((k) => edge(x.input + 8, at(i, inputs.length), x.hidden - 26, at(k, dims), vectors.input[id][k], mostInput, ""))
      : [],
  );
  const toOutput = outputs.flatMap((place, j) =>
    range(dims).map((k) => {
      const weight = isBack ? result.errors[place] : vectors.output[result.rows[place]][k];
      return edge(x.hidden + 26, at(k, dims), x.output - 8, at(j, outputs.length), weight, isBack ? mostError : mostOutput, isBack ? "error" : "");
    }),
  );

  const part = (name, ...children) =>
    svg("g", { class: name === operation ? "part active" : "part", onclick: () => chooseOperation(name) }, ...children);
  const head = (name, at, text) =>
    svg("text", { class: name === operation ? "head active" : "head", x: at, y: 20, "text-anchor": "middle" }, text);

  const input = part(
    "input",
    head("input", x.input - room / 2, "x"),
    inputs.map((id, i) => {
      const isOn = example.inputs.includes(id);
      const y = at(i, inputs.length);
      return [
        drawnWord(words[id], letters, { x: x.input - 14, y: y + 4, "text-anchor": "end" }),
        svg("circle", { class: isOn ? "unit on" : "unit", cx: x.input, cy: y, r: 8 }),
        svg("text", { class: isOn ? "digit on" : "digit", x: x.input, y: y + 3.5, "text-anchor": "middle" }, isOn ? "1" : "0"),
      ];
    }),
    more(words.length - inputs.length, x.input - room / 2, height),
  );
  const hidden = part(
    "hidden",
    head("hidden", x.hidden, "h"),
    [...result.hidden].map((value, k) => [
      svg("rect", { class: "cell", x: x.hidden - 26, y: at(k, dims) - 11, width: 52, height: 22, rx: 5 }),
      svg("text", { class: "value", x: x.hidden, y: at(k, dims) + 4, "text-anchor": "middle" }, written(value, 2)),
    ]),
  );
  const scores = part(
    "scores",
    head("scores", x.output, "s"),
    outputs.map((place, j) => {
      const y = at(j, outputs.length);
      const label = result.labels[place];
      return [
        svg("circle", { class: label ? "unit on" : "unit", cx: x.output, cy: y, r: 8 }),
        svg("text", { class: label ? "digit on" : "digit", x: x.output, y: y + 3.5, "text-anchor": "middle" }, String(label)),
        drawnWord(rowName(now, result.rows[place]), letters, { x: x.name, y: y + 4 }),
      ];
    }),
    more(result.rows.length - outputs.length, x.output, height),
  );
  const span = Math.max(10, x.number - x.bar - (isNarrow ? 44 : 56));
  const probabilities = part(
    isBack ? "gradients" : "probabilities",
    head(isBack ? "gradients" : "probabilities", x.bar + span / 2, isBack ? (isNarrow ? "e" : "e = p − t") : "p"),
    outputs.map((place, j) => {
      const y = at(j, outputs.length);
      const value = isBack ? result.errors[place] : result.probabilities[place];
      const share = Math.min(1, isBack ? Math.abs(value) / mostError : value);
      return [
        svg("rect", { class: "track", x: x.bar, y: y - 6, width: span, height: 12, rx: 3 }),
        svg("rect", { class: value < 0 ? "share below" : "share above", x: x.bar, y: y - 6, width: span * share, height: 12, rx: 3 }),
        svg("text", { class: "value", x: x.number, y: y + 4, "text-anchor": "end" }, written(value, 3)),
      ];
    }),
  );
  const loss = part(
    "loss",
    head("loss", x.number - 18, "E"),
    svg("text", { class: "value strong", x: x.number, y: 46, "text-anchor": "end" }, written(result.loss, 3)),
  );

  fill(
    "network",
    svg(
      "svg",
      { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": t("network.said", saidNetwork(now)) },
      flow([x.input - room / 2, x.hidden, x.output, x.bar + span / 2, x.number - 18], operation, isBack),
      svg("g", { "aria-hidden": "true" }, toHidden, toOutput),
      svg("text", { class: "matrix", x: (x.input + x.hidden) / 2, y: 46, "text-anchor": "middle" }, "V"),
      svg("text", { class: "matrix", x: (x.hidden + x.output) / 2, y: 46, "text-anchor": "middle" }, "U"),
      input, hidden, scores, probabilities, loss,
    ),
    html("p", { class: "note" }, t(isBack ? "network.key.back" : "network.key")),
  );
}

function more(count, x, height) {
  return count > 0 && svg("text", { class: "tick", x, y: height - 6, "text-anchor": "middle" }, t("network.more", { count }));
}

// Arrows from column to column, one of which moves: where the numbers of this operation come from.
function flow(places, operation, isBack) {
  const moving = { hidden: [0], scores: [1], probabilities: [2], loss: [3], gradients: [3, 2, 1], update: [0, 1] }[operation] ?? [];
  return places.slice(1).map((right, i) => {
    const [from, to] = isBack ? [right - 16, places[i] + 16] : [places[i] + 16, right - 16];
    const back = from > to ? 5 : -5;
    return svg(
      "g",
      { class: moving.includes(i) ? "flow moving" : "flow", "aria-hidden": "true" },
      svg("line", { x1: from, x2: to, y1: 15, y2: 15 }),
      svg("path", { d: `M${to + back} 11 L${to} 15 L${to + back} 19` }),
    );
  });
}

function saidNetwork({ model, example, result }) {
  return {
    inputs: example.inputs.map((id) => model.text.words[id]).join(", "),
    rows: result.rows.length,
    loss: written(result.loss),
    best: written(Math.max(0, ...result.probabilities)),
  };
}
