// The words of the page and their numbers, expanded from what Python joined and compressed.
async function readWords(facts, packed) {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const expanded = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const buffer = await new Response(expanded).arrayBuffer();
  const arrays = {};
  let start = 0;
  for (const [name, type, length] of facts.arrays) {
    arrays[name] = new globalThis[type](buffer, start, length);
    start += arrays[name].byteLength;
  }
  const words = new TextDecoder().decode(arrays.words).split("\n");
  const size = arrays.codes.length;
  return {
    words,
    size, // words on the map; the others are only neighbours
    codes: arrays.codes,
    counts: arrays.counts,
    ...centred(arrays.places, size),
    groups: facts,
    neighbors: (word) => neighborsOf(arrays, size, word),
  };
}

// Places with the middle of the map at 0, and its longer side of length 1.
function centred(places, size) {
  const x = new Float32Array(size), y = new Float32Array(size);
  const low = [Infinity, Infinity], high = [-Infinity, -Infinity];
  for (let i = 0; i < 2 * size; i++) {
    low[i % 2] = Math.min(low[i % 2], places[i]);
    high[i % 2] = Math.max(high[i % 2], places[i]);
  }
  const span = Math.max(high[0] - low[0], high[1] - low[1]) || 1;
  for (let i = 0; i < size; i++) {
    x[i] = (places[2 * i] - (low[0] + high[0]) / 2) / span;
    y[i] = (places[2 * i + 1] - (low[1] + high[1]) / 2) / span;
  }
  return { x, y, wide: (high[0] - low[0]) / span, high: (high[1] - low[1]) / span };
}

// Nearest words in the original space, as {word, similarity}, the nearest first.
function neighborsOf({ neighbors, steps }, size, word) {
  const found = [];
  const each = neighbors.length / size;
  let mille = 0;
  for (let i = word * each; i < (word + 1) * each; i++) {
    mille += steps[i];
    if (neighbors[i] !== word) found.push({ word: neighbors[i], similarity: mille / 1000 });
  }
  return found;
}
