// Numbers as the page writes them, and the sums that everything is made of.

const MINUS = "\u2212";

function written(x, digits = 4) {
  if (!Number.isFinite(x)) return String(x).replace("-", MINUS).replace("Infinity", "\u221e");
  const size = Math.abs(x);
  const text = size !== 0 && (size < 0.5 * 10 ** -digits || size >= 1e6) ? x.toExponential(1) : x.toFixed(digits);
  return text.replace("e+", "e").replaceAll("-", MINUS);
}

function counted(x) {
  return Number.isInteger(x) ? x.toLocaleString("en") : written(x, 2);
}

function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function total(values) {
  return values.reduce((sum, value) => sum + value, 0);
}

function addTo(row, factor, other) {
  for (let i = 0; i < row.length; i++) row[i] += factor * other[i];
}

function zeros(rows, dims) {
  return Array.from({ length: rows }, () => new Float64Array(dims));
}

function copied(matrix) {
  return matrix.map((row) => row.slice());
}

function cosine(a, b) {
  return dot(a, b) / Math.max(Math.sqrt(dot(a, a) * dot(b, b)), 1e-300);
}

function range(length) {
  return Array.from({ length }, (_, i) => i);
}
