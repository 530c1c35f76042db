// Line charts: axes with round numbers, lines told apart by dashes as well as by colour.

const CURVES = [
  { color: "var(--first)", dash: null },
  { color: "var(--second)", dash: "6 4" },
  { color: "var(--third)", dash: "2 4" },
];

function ticks(low, high, count = 4) {
  const step0 = Math.max(high - low, 1e-9) / count;
  const power = 10 ** Math.floor(Math.log10(step0));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= step0 * 0.999);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  return range(last - first + 1).map((i) => Number(((first + i) * step).toPrecision(12)));
}

// lines: [{ name, values }], one value a step from 0.
function lineChart({ lines, across, title, low = null, height = 200, width = 420 }) {
  const shown = lines.filter(({ values }) => values.length);
  const all = shown.flatMap(({ values }) => values).filter(Number.isFinite);
  const upward = ticks(low ?? Math.min(...all), Math.max(...all));
  const steps = Math.max(10, ...shown.map(({ values }) => values.length - 1));
  const box = { left: 48, right: width - 10, top: 10, bottom: height - 34 };
  const x = (step) => box.left + (step / steps) * (box.right - box.left);
  const y = (value) => box.bottom - ((value - upward[0]) / (upward.at(-1) - upward[0])) * (box.bottom - box.top);
  const path = (values) => {
    const stride = Math.ceil(values.length / 400);
    const kept = values.map((value, step) => [step, value]).filter(([step]) => step % stride === 0 || step === values.length - 1);
    return kept.map(([step, value], i) => `${i ? "L" : "M"}${x(step).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  };
  return html(
    "figure",
    {},
    svg(
      "svg",
      { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title },
      upward.map((tick) => [
        svg("line", { class: "grid", x1: box.left, x2: box.right, y1: y(tick), y2: y(tick) }),
        svg("text", { class: "tick", x: box.left - 6, y: y(tick) + 4, "text-anchor": "end" }, String(tick).replace("-", MINUS)),
      ]),
      ticks(0, steps).filter((tick) => tick <= steps).map((tick) =>
        svg("text", { class: "tick", x: x(tick), y: box.bottom + 15, "text-anchor": "middle" }, String(tick)),
      ),
      svg("text", { class: "tick", x: (box.left + box.right) / 2, y: height - 4, "text-anchor": "middle" }, across),
      shown.map(({ values }, i) => [
        svg("path", { class: "curve", d: path(values), stroke: CURVES[i].color, "stroke-dasharray": CURVES[i].dash }),
        svg("circle", { cx: x(values.length - 1), cy: y(values.at(-1)), r: 3.5, fill: CURVES[i].color }),
      ]),
    ),
    html(
      "figcaption",
      {},
      shown.map(({ name, values, key }, i) =>
        html(
          "span",
          { class: "key" },
          svg("svg", { viewBox: "0 0 28 8", width: 28, height: 8, "aria-hidden": "true" },
            svg("line", { class: "curve", x1: 0, x2: 28, y1: 4, y2: 4, stroke: CURVES[i].color, "stroke-dasharray": CURVES[i].dash })),
          ` ${name}: `,
          html("b", { "data-value": values.at(-1), "data-name": key }, written(values.at(-1))),
        ),
      ),
    ),
  );
}

// A share of a whole as a bar; the number stands beside it.
function bar(share, kind = "") {
  return html("span", { class: `bar ${kind}`, style: `--share: ${Math.min(1, Math.max(0, share)).toFixed(4)}`, "aria-hidden": "true" });
}
