// The reader's text: its tokens with the window of the example, and the pairs in D and D'.

function renderSentences({ model, example }) {
  const { text } = model;
  const marks = (s, i) => {
    if (s !== example.sentence) return "";
    if (i === example.center) return "center";
    return example.places.includes(i) ? "context" : "";
  };
  const kinds = { center: t("text.center"), context: t("text.context") };
  fill(
    "sentences",
    text.sentences.map((sentence, s) =>
      html(
        "p",
        { class: "tokens" },
        sentence.map((id, i) => {
          const kind = marks(s, i);
          const said = kind && html("span", { class: "role" }, kinds[kind]);
          return [html("span", { class: `token ${kind}` }, spelled(text.words[id]), said), " "];
        }),
      ),
    ),
  );
}

// D and D' as a table: a row for each input, a column for each word.
function renderPairs({ model, settings }) {
  const { text } = model;
  const exact = exactExamples(text, settings.architecture, settings.window);
  const { seen, unseen } = pairCounts(exact);
  fill("pair-counts", t("text.counts", { seen, unseen, examples: model.pairs.length }));
  const cells = ({ decisions }) =>
    text.words.map((_, word) => {
      const decision = decisions.find(({ row }) => row === word);
      if (!decision) return html("td", { class: "pair none" }, "–");
      const times = decision.weight > 1 ? ` ×${decision.weight}` : "";
      return html("td", { class: decision.label ? "pair seen" : "pair" }, decision.label ? `● D${times}` : "○ D′");
    });
  const name = ({ inputs }) => inputs.flatMap((id, i) => [i ? " + " : "", spelled(text.words[id])]);
  fill(
    "pairs",
    table(
      "pairs",
      t("text.pairs"),
      [t(settings.architecture === "cbow" ? "text.window" : "text.word"), ...text.words.map(spelled)],
      exact.map((example) => tableRow(name(example), cells(example))),
    ),
  );
}
