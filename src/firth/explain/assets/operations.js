// The operations of one step: each opens with its tables, its formula, and the formula with the numbers put in.

const OPERATIONS = ["input", "hidden", "scores", "probabilities", "loss", "gradients", "update"];

const PANELS = {
  input: inputPanel,
  hidden: hiddenPanel,
  scores: scoresPanel,
  probabilities: probabilitiesPanel,
  loss: lossPanel,
  gradients: gradientsPanel,
  update: updatePanel,
};

// What the pickers choose among, for the operations that have them.
const WITH_ROW = ["scores", "probabilities", "gradients"];
const WITH_COMPONENT = ["hidden", "gradients", "update"];

function renderOperations({ operation }) {
  const buttons = found("operations");
  if (!buttons.childElementCount) {
    OPERATIONS.forEach((name, i) =>
      buttons.append(
        html("button", { type: "button", id: `operation-${name}`, onclick: () => chooseOperation(name) },
          html("span", { class: "badge" }, String(i + 1)), html("span", { class: "name" })),
      ),
    );
  }
  for (const name of OPERATIONS) {
    const button = found(`operation-${name}`);
    button.setAttribute("aria-pressed", String(name === operation));
    button.querySelector(".name").textContent = t(`${name}.title`);
  }
}

function renderOperation(now) {
  const { operation, result } = now;
  fill("operation-title", `${OPERATIONS.indexOf(operation) + 1}. ${t(`${operation}.title`)}`);
  found("row-picker").hidden = !WITH_ROW.includes(operation);
  found("component-picker").hidden = !WITH_COMPONENT.includes(operation);
  options("row", result.rows.map((row, i) => [i, rowName(now, row)]), now.place);
  options("component", range(result.hidden.length).map((i) => [i, String(i + 1)]), now.component);
  const hasRows = result.rows.length > 0 || operation === "input" || operation === "hidden";
  fill("operation-body", hasRows ? PANELS[operation](now) : says("nothing"));
}

// The choices of a list, made anew only where they change, so that it keeps the keyboard.
function options(id, choices, chosen) {
  const list = found(id);
  const wanted = choices.map(([value, name]) => `${value} ${name}`).join("\n");
  if (list.dataset.choices !== wanted) {
    list.replaceChildren(...choices.map(([value, name]) => html("option", { value }, name)));
    list.dataset.choices = wanted;
  }
  list.value = chosen;
}

// An output row is a word, or an inner node of the tree.
function rowName({ model }, row) {
  return model.settings.objective === "hierarchical" ? `n${row}` : model.text.words[row];
}

function inputName({ model }, id) {
  return model.text.words[id];
}

const v = (now, id) => sub("v", named(inputName(now, id)));
const u = (now, row) => sub("u", named(rowName(now, row)));

function says(key, values) {
  return html("p", {}, t(key, values));
}

function level(key, ...children) {
  return html("div", { class: "level" }, html("h4", {}, t(key)), children);
}
