// What stands beside the map: the search, the selected word with its nearest words, and the groups.
const MOST_FOUND = 20;

function element(name, properties = {}, ...inside) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...inside);
  return made;
}

const found = (id) => document.getElementById(id);

const shownWord = (text) => element("bdi", { textContent: text });

// Words that begin with what is asked, then words that contain it, without regard to case.
function matches(data, asked) {
  const wanted = asked.trim().toLowerCase();
  if (!wanted) return [];
  const exact = [], begin = [], contain = [];
  for (let word = 0; word < data.size; word++) {
    const text = data.words[word].toLowerCase();
    const at = text.indexOf(wanted);
    if (at >= 0) (text === wanted ? exact : at === 0 ? begin : contain).push(word);
  }
  return [...exact, ...begin, ...contain];
}

class Panel {
  constructor(data, select, changed) {
    this.data = data;
    this.select = select;
    this.changed = changed;
    found("search").addEventListener("input", () => this.search());
    found("search").addEventListener("keydown", (event) => this.searchKey(event));
    this.showGroups();
  }

  search() {
    const hits = matches(this.data, found("search").value);
    found("found").replaceChildren(
      ...hits.slice(0, MOST_FOUND).map((word) => element("li", {}, this.link(word))),
    );
    const more = hits.length > MOST_FOUND ? `, of which ${MOST_FOUND} are shown` : "";
    const said = hits.length === 1 ? "1 word" : `${hits.length.toLocaleString("en")} words${more}`;
    found("said").textContent = found("search").value.trim() ? said : "";
    return hits;
  }

  searchKey(event) {
    if (event.key === "Enter") {
      const [first] = this.search();
      if (first === undefined) return;
      found("found").replaceChildren();
      this.select(first);
    } else if (event.key === "ArrowDown") {
      found("found").querySelector("button")?.focus();
    } else return;
    event.preventDefault();
  }

  clearSearch() {
    found("search").value = "";
    this.search();
  }

  link(word) {
    const button = element("button", { type: "button", className: "word" }, shownWord(this.data.words[word]));
    button.addEventListener("click", () => this.select(word));
    return button;
  }

  // The selected word; none for -1.
  show(word) {
    const parts = [];
    if (word >= 0) {
      parts.push(element("h2", {}, shownWord(this.data.words[word])), element("p", { textContent: this.facts(word) }));
      const nearest = this.data.neighbors(word);
      parts.push(element("h3", { textContent: "Nearest words, by cosine similarity of their vectors" }));
      parts.push(element("ol", { id: "nearest" }, ...nearest.map((one) => this.neighbor(one))));
    }
    found("word").replaceChildren(...parts);
  }

  facts(word) {
    const { counts, codes, groups } = this.data;
    const label = groups.labels[codes[word]];
    const told = label === undefined ? `no ${groups.group}` : `${groups.group}: ${label}`;
    return counts ? `${counts[word].toLocaleString("en")} occurrences; ${told}` : told;
  }

  neighbor({ word, similarity }) {
    const on = word < this.data.size;
    const name = on ? this.link(word) : element("span", { className: "word" }, shownWord(this.data.words[word]));
    const item = element("li", {}, name, element("span", { className: "figure", textContent: similarity.toFixed(3) }));
    if (!on) name.append(element("small", { textContent: " (not on the map)" }));
    return item;
  }

  showGroups() {
    const { groups, codes } = this.data;
    const sizes = new Array(groups.labels.length + 1).fill(0);
    for (const code of codes) sizes[Math.min(code, groups.labels.length)]++;
    const labels = sizes[groups.labels.length] ? [...groups.labels, `no ${groups.group}`] : groups.labels;
    found("group").textContent = `Groups by ${groups.group}`;
    const items = labels.map((label, code) => element("li", {}, this.group(label, code, sizes[code])));
    found("groups").replaceChildren(...(groups.ordered ? items.reverse() : items));
  }

  group(label, code, size) {
    const count = element("span", { className: "figure", textContent: size.toLocaleString("en") });
    const name = element("span", { className: "word" }, shownWord(label));
    const button = element("button", { type: "button" }, markImage(markOf(this.data.groups, code)), name, count);
    button.setAttribute("aria-pressed", "false");
    const number = code < this.data.groups.labels.length ? code : 255;
    button.addEventListener("click", () => {
      const pressed = button.getAttribute("aria-pressed") === "false";
      button.setAttribute("aria-pressed", String(pressed));
      this.changed(number, pressed);
    });
    return button;
  }
}
