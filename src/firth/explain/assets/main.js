// The page drawn from its state.

function render() {
  const { model, training, settings, twin } = page;
  const { vectors } = training;
  const example = shownExample();
  const result = learned(example, vectors);
  page.place = Math.min(page.place, Math.max(0, result.rows.length - 1));
  page.component = Math.min(page.component, settings.dims - 1);
  const now = {
    ...page,
    example,
    vectors,
    result,
    rule: rule(),
    gradients: training.gradients(rule()),
    opened: new Set([...document.querySelectorAll("details[open]")].map(({ id }) => id)),
  };
  renderControls(now);
  renderSentences(now);
  renderExamples(now);
  renderOperations(now);
  renderNetwork(now);
  renderOperation(now);
  renderMap(now);
  renderVectors(now);
  renderCurves(now);
  renderCollapse(now);
  renderStarts(now);
  renderTree(now);
  renderNeural(now);
  const key = JSON.stringify([settings, language, found("order").value, found("scored").value]);
  if (key === page.drawn) return;
  page.drawn = key;
  renderPairs(now);
  renderNoise(now);
  renderCost(now);
  renderNgrams(now);
}

function renderControls({ settings, training, rate, pace, frozen, withNoise, hasTwin, playing }) {
  const check = (name, value) => {
    for (const input of document.getElementsByName(name)) input.checked = input.value === value;
  };
  const set = (id, value, said = value) => {
    found(id).value = value;
    document.querySelector(`output[for="${id}"]`).textContent = said;
  };
  check("architecture", settings.architecture);
  check("objective", settings.objective);
  check("noise", settings.negatives ? "drawn" : "exact");
  check("pace", pace);
  check("frozen", frozen);
  set("window", settings.window);
  set("dims", settings.dims);
  set("rate", Math.log10(rate), written(rate, rate < 0.1 ? 3 : 2));
  if (settings.negatives) set("negatives", settings.negatives);
  else document.querySelector('output[for="negatives"]').textContent = found("negatives").value;
  found("exponent").value = settings.exponent;
  found("positives").checked = !withNoise;
  found("twin").checked = hasTwin;
  found("sampling").disabled = settings.objective !== "negative";
  for (const id of ["negatives", "exponent"]) found(id).disabled = settings.negatives === 0;
  found("back").disabled = training.steps === 0;
  found("play").classList.toggle("playing", playing !== null);
  found("play-name").textContent = t(playing ? "pause" : "play");
  found("status").setAttribute("aria-live", playing ? "off" : "polite");
  found("status").textContent = t("status", { steps: training.steps, loss: written(training.history.at(-1).loss) });
}

function renderExamples(now) {
  const { model } = now;
  const name = (id) => model.text.words[id];
  options(
    "example",
    model.examples.map(({ inputs, target, seen }, number) => {
      const outputs = target === null ? [...seen.keys()].map(name).join(", ") : name(target);
      return [number, `${number + 1}. ${inputs.map(name).join(" + ")} → ${outputs || "–"}`];
    }),
    page.example,
  );
}

bind();
found("settings").open = !matchMedia("(max-width: 980px)").matches;
found("window").max = data.widest;
found("negatives").value = data.settings.negatives || 5;
setLanguage(data.language);
begin();
