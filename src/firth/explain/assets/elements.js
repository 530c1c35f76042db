// Elements of the page. Text is always set as text, so that words show as they are.

const SPACES = { svg: "http://www.w3.org/2000/svg", math: "http://www.w3.org/1998/Math/MathML" };

function element(space, name, attributes, children) {
  const made = space ? document.createElementNS(SPACES[space], name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

const html = (name, attributes, ...children) => element(null, name, attributes, children);
const svg = (name, attributes, ...children) => element("svg", name, attributes, children);

function found(id) {
  return document.getElementById(id);
}

function fill(id, ...children) {
  found(id).replaceChildren(...children.flat(Infinity).filter(Boolean));
}

// Widths of what is drawn to measure; reading them anew at each drawing would lay the page out several times.
const widths = new Map();

function widthOf(id) {
  if (!widths.has(id)) widths.set(id, found(id).clientWidth);
  return widths.get(id);
}

function onNewWidth(ids, act) {
  const observer = new ResizeObserver((entries) => {
    const changed = entries.filter(({ target }) => target.clientWidth !== widths.get(target.id));
    for (const { target } of changed) widths.set(target.id, target.clientWidth);
    if (changed.length) act();
  });
  for (const id of ids) observer.observe(found(id));
}

// A word of the reader's text: isolated, so that it does not turn the letters around it.
function spelled(text) {
  return html("bdi", { class: "word" }, text);
}

// A word in a drawing, cut to about so many Latin letters; the whole of it is in its title.
function drawnWord(text, room, attributes) {
  return svg("text", { class: "word", ...attributes }, svg("title", {}, text), shortened(text, room));
}

function shortened(text, room) {
  const letters = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
  let width = 0;
  for (const [i, letter] of letters.entries()) {
    width += letterWidth(letter);
    if (width > room) return letters.slice(0, Math.max(1, i - 1)).join("") + "…";
  }
  return text;
}

function letterWidth(letter) {
  return letter.codePointAt(0) >= 0x1100 ? 1.9 : 1;
}

function wordWidth(text) {
  return total([...new Intl.Segmenter().segment(text)].map(({ segment }) => letterWidth(segment)));
}

// A number; its full value is there for who looks closer.
function numberCell(value, attributes = {}) {
  return html("td", { class: "number", "data-value": value, title: value, ...attributes }, written(value));
}

// A number whose size is also seen: tinted by size, and told apart by sign in both colour and mark.
function tintedCell(value, most, attributes = {}) {
  const share = Math.min(1, Math.abs(value) / Math.max(most, 1e-12));
  const kind = value < 0 ? "below" : "above";
  return numberCell(value, { class: `number ${kind}`, style: `--share: ${share.toFixed(2)}`, ...attributes });
}

function largest(rows) {
  return Math.max(1e-12, ...rows.map((row) => Math.max(...row.map(Math.abs))));
}

// A table that scrolls within the page.
function table(name, caption, head, rows) {
  return html(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
    html(
      "table",
      { "data-name": name },
      html("caption", {}, caption),
      head.length > 0 && html("thead", {}, html("tr", {}, head.map((cell) => html("th", { scope: "col" }, cell)))),
      html("tbody", {}, rows),
    ),
  );
}

function tableRow(name, cells, attributes = {}) {
  return html("tr", attributes, html("th", { scope: "row" }, name), cells);
}

// Rows of vectors: [{ name, vector, id, cells }].
function vectorTable(name, caption, rows, more = []) {
  const most = largest(rows.map(({ vector }) => vector));
  const dims = rows[0]?.vector.length ?? 0;
  return table(
    name,
    caption,
    ["", ...range(dims).map((i) => String(i + 1)), ...more],
    rows.map(({ name: title, vector, id, cells = [], ...rest }) =>
      tableRow(title, [...[...vector].map((x) => tintedCell(x, most)), ...cells], { "data-row": id, ...rest }),
    ),
  );
}
