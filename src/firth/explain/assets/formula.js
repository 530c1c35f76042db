// Formulas in MathML: strings are split into identifiers, numbers and operators, and may stand beside made parts.

const mathml = (name, attributes, ...children) => element("math", name, attributes, children);

const UPRIGHT = new Set(["log", "exp", "tanh"]);

// After these a negative number needs no brackets.
const OPENING = new Set([undefined, "=", "≠", "≈", "←", "("]);

function pieces(part, before) {
  if (typeof part === "number") return signed(part, OPENING.has(before));
  if (typeof part !== "string") return [part];
  return (part.match(/[0-9][0-9.,]*(?:e[\u2212]?[0-9]+)?|[\p{L}\u2032]+|[^\s]/gu) ?? []).flatMap((piece) => {
    if (/^[0-9]/.test(piece)) return mathml("mn", {}, piece);
    if (UPRIGHT.has(piece)) return [mathml("mi", { mathvariant: "normal" }, piece), mathml("mspace", { width: "0.12em" })];
    return mathml(/^[\p{L}\u221e]/u.test(piece) ? "mi" : "mo", {}, piece);
  });
}

// A number of the example; one below 0 stands in brackets where a sign or a product goes before it.
function signed(value, isFirst) {
  const [mantissa, exponent] = written(Math.abs(value), 3).split("e");
  const digits = mathml("mn", {}, mantissa);
  const power = exponent && [mathml("mo", {}, "·"), mathml("msup", {}, mathml("mn", {}, "10"), group(exponent))];
  const size = power ? [digits, ...power] : [digits];
  if (value >= 0) return size;
  const below = mathml("mrow", {}, mathml("mo", { form: "prefix" }, MINUS), ...size);
  return isFirst ? [below] : [mathml("mo", {}, "("), below, mathml("mo", {}, ")")];
}

function group(...parts) {
  const flat = parts.flat(Infinity);
  return mathml("mrow", {}, flat.flatMap((part, i) => pieces(part, flat[i - 1])));
}

const sub = (base, index) => mathml("msub", {}, group(base), group(index));
const sup = (base, index) => mathml("msup", {}, group(base), group(index));
const over = (top, bottom) => mathml("mfrac", {}, group(top), group(bottom));
const sumOver = (index) => mathml("munder", {}, mathml("mo", {}, "∑"), group(index));
const named = (text) => mathml("mtext", {}, text.replaceAll(" ", "\u00a0"));

// Partial derivative, as the papers write it.
const slope = (by) => over("∂E", group("∂", by));

// One line, which scrolls where it is too long.
function formula(...parts) {
  return html("div", { class: "scroll formula", tabindex: 0 }, mathml("math", { display: "block" }, group(...parts)));
}

// Terms with a sign between them, of which a long sum shows the first ones and the last.
function sumOf(terms, sign = "+", most = 6) {
  const shown = terms.length > most ? [...terms.slice(0, most - 1), "…", terms.at(-1)] : terms;
  return shown.flatMap((term, i) => [i ? sign : [], term].flat());
}

// A long sum of products of two rows.
function products(a, b) {
  return sumOf([...a].map((x, i) => [x, "·", b[i]]));
}
