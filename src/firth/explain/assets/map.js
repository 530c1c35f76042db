// The words on a plane, moving as training goes on: input vectors as discs, output vectors as squares.

let lastPoints = null;

function renderMap({ model, vectors, settings }) {
  const words = model.text.words;
  const isTree = settings.objective === "hierarchical";
  const rows = [...ofLengthOne(vectors.input), ...ofLengthOne(vectors.output)];
  const points = onPlane(rows, lastPoints);
  lastPoints = points;
  const size = Math.min(560, Math.max(280, widthOf("map")));
  const reach = Math.max(0.05, ...points.flat().map(Math.abs)) * 1.18;
  const place = ([x, y]) => [(size / 2) * (1 + x / reach), (size / 2) * (1 - y / reach)];
  const placed = [];
  const label = (x, y, text) => {
    const width = Math.min(12, wordWidth(text)) * 7.4 + 4;
    const spots = [[9, 4], [-9 - width, 4], [-width / 2, -10], [-width / 2, 19]];
    const isFree = ([dx, dy]) => {
      const box = [x + dx, y + dy - 12, x + dx + width, y + dy + 3];
      return box[0] > 0 && box[2] < size && box[1] > 0 && box[3] < size
        && placed.every((other) => box[2] < other[0] || box[0] > other[2] || box[3] < other[1] || box[1] > other[3]);
    };
    const [dx, dy] = spots.find(isFree) ?? spots[x + width + 9 < size ? 0 : 1];
    placed.push([x + dx, y + dy - 12, x + dx + width, y + dy + 3]);
    return drawnWord(text, 12, { class: "word label", x: x + dx, y: y + dy });
  };
  const at = points.map(place);
  at.slice(0, words.length).forEach(([x, y]) => placed.push([x - 5, y - 5, x + 5, y + 5]));
  const [x0, y0] = place([0, 0]);
  const outputs = at.slice(words.length).map(([x, y], row) =>
    svg("rect", { class: "output", x: x - 4, y: y - 4, width: 8, height: 8 }, svg("title", {}, isTree ? `n${row}` : `u ${words[row]}`)),
  );
  const inputs = at.slice(0, words.length).map(([x, y], id) => [
    svg("line", { class: "ray", x1: x0, y1: y0, x2: x, y2: y }),
    svg("circle", { class: "input", cx: x, cy: y, r: 5 }, svg("title", {}, `v ${words[id]}`)),
  ]);
  fill(
    "map",
    html(
      "figure",
      {},
      svg(
        "svg",
        { viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": t("map.said", { count: words.length }) },
        svg("line", { class: "grid", x1: 0, x2: size, y1: y0, y2: y0 }),
        svg("line", { class: "grid", y1: 0, y2: size, x1: x0, x2: x0 }),
        outputs, inputs,
        at.slice(0, words.length).map(([x, y], id) => label(x, y, words[id])),
      ),
      html("figcaption", {}, t(settings.dims === 2 ? "map.plain" : "map.projected"), " ", t(isTree ? "map.key.tree" : "map.key")),
    ),
  );
}

// All rows times one number, so that the longest has the length 1.
function ofLengthOne(rows) {
  const longest = Math.max(1e-12, ...rows.map((row) => Math.sqrt(dot(row, row))));
  return rows.map((row) => row.map((x) => x / longest));
}

function renderVectors(now) {
  const { model, vectors } = now;
  if (!found("numbers").open) return;
  const named = (rows, nameOf) => rows.map((vector, id) => ({ name: spelled(nameOf(now, id)), vector, id }));
  fill(
    "vectors",
    html("div", {}, vectorTable("input-vectors", t("vectors.input"), named(vectors.input, inputName))),
    html("div", {}, vectorTable("output-vectors", t(model.settings.objective === "hierarchical" ? "vectors.nodes" : "vectors.output"), named(vectors.output, rowName))),
  );
}
