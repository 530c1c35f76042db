// What a model learns from the text: examples of input words and a target, and the pairs that the text shows or does not.

function windowOf(sentence, i, window) {
  const low = Math.max(0, i - window);
  const high = Math.min(sentence.length, i + window + 1);
  return range(Math.max(0, high - low)).map((j) => low + j).filter((j) => j !== i);
}

// Skip-gram has an example for each pair, CBOW for each word that has others in its window.
function examplesOf(sentences, architecture, window) {
  const examples = [];
  for (const [s, sentence] of sentences.entries()) {
    for (const [i, word] of sentence.entries()) {
      const places = windowOf(sentence, i, window);
      const at = { sentence: s, center: i, places };
      if (architecture === "skipgram") {
        for (const j of places) examples.push({ ...at, places: [j], inputs: [word], target: sentence[j] });
      } else if (places.length) {
        examples.push({ ...at, inputs: places.map((j) => sentence[j]), target: word });
      }
    }
  }
  return examples;
}

// The exact form of negative sampling: for each input, one decision about each word: D says yes, D' says no.
// An input is a word, or for CBOW the words of a window. No word is in D' with itself.
function exactExamples(text, architecture, window) {
  const examples = examplesOf(text.sentences, architecture, window);
  if (architecture === "skipgram") text.words.forEach((_, word) => examples.push({ inputs: [word], target: null }));
  const groups = new Map();
  for (const example of examples) {
    const key = [...example.inputs].sort((a, b) => a - b).join();
    if (!groups.has(key)) groups.set(key, { ...example, target: null, seen: new Map() });
    const { seen } = groups.get(key);
    if (example.target !== null) seen.set(example.target, (seen.get(example.target) ?? 0) + 1);
  }
  return [...groups.values()].map((group) => ({
    ...group,
    decisions: text.words.flatMap((_, row) => {
      const times = group.seen.get(row) ?? 0;
      if (times) return [{ row, label: 1, weight: times }];
      return group.inputs.includes(row) ? [] : [{ row, label: 0, weight: 1 }];
    }),
  }));
}

// How many pairs D has, and D'.
function pairCounts(exact) {
  const decisions = exact.flatMap((example) => example.decisions);
  const seen = total(decisions.filter((d) => d.label).map((d) => d.weight));
  return { seen, unseen: decisions.filter((d) => !d.label).length };
}
