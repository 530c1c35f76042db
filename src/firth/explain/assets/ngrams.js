// Before word2vec: the probability of a sentence by the chain rule, from counts of n-grams.

const [START, END] = ["<s>", "</s>"];

function ngramCounts(sentences, order) {
  const counts = new Map();
  const contexts = new Map();
  const add = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);
  for (const sentence of sentences) {
    for (const { context, word } of ngramsOf(sentence, order)) {
      add(contexts, context.join(" "));
      add(counts, [...context, word].join(" "));
    }
  }
  return { ofContext: (context) => contexts.get(context.join(" ")) ?? 0, ofNgram: (context, word) => counts.get([...context, word].join(" ")) ?? 0 };
}

// Each token with those before it; the sentence has an end, which is predicted too.
function ngramsOf(sentence, order) {
  const padded = [...Array(order - 1).fill(START), ...sentence, END];
  return range(sentence.length + 1).map((i) => ({ context: padded.slice(i, i + order - 1), word: padded[i + order - 1] }));
}

// Laplace: (count + 1) / (count of the context + V), where V counts the end of a sentence too.
function chainRule(sentences, scored, order, words) {
  const counts = ngramCounts(sentences, order);
  return ngramsOf(scored, order).map(({ context, word }) => {
    const [times, before] = [counts.ofNgram(context, word), counts.ofContext(context)];
    return { context, word, times, before, plain: before ? times / before : 0, smoothed: (times + 1) / (before + words + 1) };
  });
}

function renderNgrams({ model }) {
  const { sentences, words } = model.text;
  const order = Number(found("order").value);
  options("scored", [["given", t("ngram.given")], ["reversed", t("ngram.reversed")]], found("scored").value || "given");
  const scored = found("scored").value === "reversed" ? [...sentences[0]].reverse() : sentences[0];
  const factors = chainRule(sentences, scored, order, words.length);
  const name = (id) => spelled(typeof id === "number" ? words[id] : id);
  const product = (key) => factors.reduce((p, factor) => p * factor[key], 1);
  const logs = total(factors.map(({ smoothed }) => Math.log(smoothed)));
  const shownFactors = factors.slice(0, 30);
  fill(
    "ngrams",
    formula("p", "(", sub("w", "1"), "…", sub("w", "T"), ")", "=", mathml("munder", {}, mathml("mo", {}, "∏"), group("t")), "p", "(", sub("w", "t"), "|",
      order === 1 ? [] : order === 2 ? sub("w", group("t", "−", "1")) : [sub("w", group("t", "−", "2")), sub("w", group("t", "−", "1"))], ")"),
    table(
      "ngrams",
      t("ngram.table"),
      [t("ngram.context"), t("ngram.word"), t("ngram.times"), t("ngram.before"), t("ngram.plain"), t("ngram.smoothed")],
      shownFactors.map(({ context, word, times, before, plain, smoothed }) =>
        tableRow(context.flatMap((id, i) => [i ? " " : "", name(id)]), [
          html("td", {}, name(word)),
          html("td", { class: "number" }, String(times)),
          html("td", { class: "number" }, String(before)),
          html("td", { class: "number" }, `${times}/${before} = ${written(plain, 3)}`),
          html("td", { class: "number", "data-value": smoothed }, `${times + 1}/${before + words.length + 1} = ${written(smoothed, 3)}`),
        ]),
      ),
    ),
    factors.length > 30 && html("p", { class: "note" }, t("ngram.more", { count: factors.length - 30 })),
    html("p", { class: "sum" }, t("ngram.product.plain"), " ", html("b", {}, written(product("plain"))), " · ",
      t("ngram.product.smoothed"), " ", html("b", { "data-name": "sentence-probability", "data-value": Math.exp(logs) }, written(Math.exp(logs))), " · ",
      t("ngram.perplexity"), " ", html("b", {}, written(Math.exp(-logs / factors.length), 2))),
  );
}
