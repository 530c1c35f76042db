// Random numbers that are a function of their keys, so that a step that is taken back and taken again is the same step.

function uniform(...keys) {
  let hash = 0x9e3779b9;
  for (const key of keys) {
    hash = Math.imul(hash ^ key, 0x85ebca6b);
    hash ^= hash >>> 13;
    hash = Math.imul(hash, 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return (hash >>> 0) / 2 ** 32;
}

function randomMatrix(seed, rows, dims) {
  return range(rows).map((row) => Float64Array.from(range(dims), (i) => uniform(seed, row, i) - 0.5));
}

// One of the numbers 0, 1, ... with given shares, which need not sum to 1.
function drawn(shares, point) {
  let left = point * total(shares);
  let last = 0;
  for (const [number, share] of shares.entries()) {
    if (share <= 0) continue;
    last = number;
    left -= share;
    if (left < 0) break;
  }
  return last;
}
