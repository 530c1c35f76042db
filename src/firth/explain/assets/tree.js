// The Huffman tree, its root on the left and a word in each line, with the codes, and the path of the example's target.

function renderTree(now) {
  const { model, example, result, vectors, settings } = now;
  const { words, paths, counts } = model.text;
  const isLearned = settings.objective === "hierarchical";
  const target = isLearned ? example.target : (example.target ?? example.decisions?.find(({ label }) => label)?.row ?? 0);
  const leaves = isLearned ? leafProbabilities(paths, result.hidden, vectors.output) : null;
  const order = range(words.length).sort((a, b) => compared(paths[a].codes, paths[b].codes));
  const depth = Math.max(...paths.map(({ codes }) => codes.length));
  const width = Math.max(300, widthOf("tree-drawing"));
  const beside = isLearned ? 210 : 170;
  const step = Math.min(110, Math.max(26, (width - beside - 20) / depth));
  const top = 14;
  const lineHeight = 30;
  const leafAt = new Map(order.map((word, i) => [word, { x: 14 + depth * step, y: top + (i + 0.5) * lineHeight }]));

  // The nodes with their two children each.
  const children = new Map();
  words.forEach((_, word) => {
    const { nodes, codes } = paths[word];
    nodes.forEach((node, level) => {
      if (!children.has(node)) children.set(node, { level, sides: [] });
      children.get(node).sides[codes[level]] = level + 1 < nodes.length ? { node: nodes[level + 1] } : { word };
    });
  });
  const places = new Map();
  const placed = (child) => {
    if (child.word !== undefined) return leafAt.get(child.word);
    if (!places.has(child.node)) {
      const { level, sides } = children.get(child.node);
      const [left, right] = sides.map(placed);
      places.set(child.node, { x: 14 + level * step, y: (left.y + right.y) / 2 });
    }
    return places.get(child.node);
  };
  if (children.size) placed({ node: 0 });

  const taken = new Map(paths[target].nodes.map((node, i) => [node, paths[target].codes[i]]));
  const branches = [...children].flatMap(([node, { sides }]) =>
    sides.map((child, code) => {
      const from = places.get(node);
      const to = placed(child);
      const isTaken = taken.get(node) === code;
      const turn = from.x + 12;
      return [
        svg("path", { class: isTaken ? "branch taken" : "branch", d: `M${from.x} ${from.y} L${turn} ${to.y} L${to.x} ${to.y}` }),
        svg("text", { class: isTaken ? "code taken" : "code", x: Math.min(turn + 4, to.x - 8), y: to.y - 4 }, String(code)),
      ];
    }),
  );
  const knots = [...places].map(([node, { x, y }]) =>
    svg("g", {}, svg("circle", { class: taken.has(node) ? "knot taken" : "knot", cx: x, cy: y, r: 11 }),
      svg("text", { class: "digit", x, y: y + 3.5, "text-anchor": "middle" }, String(node))),
  );
  const names = words.map((name, word) => {
    const { x, y } = leafAt.get(word);
    const code = paths[word].codes.join("");
    const count = `${code} · ×${counts[word]}`;
    return [
      drawnWord(name, 9, { class: word === target ? "word strong" : "word", x: x + 8, y: y + 4 }),
      svg("text", { class: "tick", x: x + 88, y: y + 4 }, leaves ? `${code}  p = ${written(leaves[word])}` : count),
    ];
  });
  const height = top * 2 + words.length * lineHeight;
  const shownWidth = 14 + depth * step + beside;
  fill(
    "tree-drawing",
    html("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t("tree.title") },
      svg("svg", { viewBox: `0 0 ${shownWidth} ${height}`, width: shownWidth, height, role: "img", "aria-label": t("tree.said", { word: words[target], code: paths[target].codes.join("") }) },
        branches, knots, names)),
    isLearned ? treePath(now, target, leaves) : html("p", { class: "note" }, t("tree.choose")),
  );
}

function compared(a, b) {
  const place = range(Math.min(a.length, b.length)).find((i) => a[i] !== b[i]);
  return place === undefined ? a.length - b.length : a[place] - b[place];
}

// The decisions along the path of the target, and their product.
function treePath(now, target, leaves) {
  const { model, result } = now;
  const { codes } = model.text.paths[target];
  const name = named(model.text.words[target]);
  const side = (i) => (codes[i] ? result.probabilities[i] * -1 + 1 : result.probabilities[i]);
  return [
    formula("p", "(", name, "|", "h", ")", "=", result.rows.flatMap((node, i) => [i ? "·" : [], "σ", "(", codes[i] ? "−" : [], sub("u", String(node)), "·", "h", ")"].flat())),
    formula("=", result.rows.flatMap((_, i) => [i ? "·" : [], side(i)].flat()), "=", leaves[target]),
    html("p", { class: "sum" }, t("probabilities.leaves"), " ∑ p(w | h) = ", html("b", {}, written(total(leaves)))),
  ];
}
