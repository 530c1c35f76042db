// The texts of the page in the reader's language.

let language = "en";
let texts = {};

function t(key, values = {}) {
  const text = texts[language][key];
  if (text === undefined) throw new Error(`no text named ${key}`);
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function setLanguage(name) {
  language = name;
  document.documentElement.lang = name === "zh" ? "zh-Hans" : "en";
  document.title = t("title");
  for (const place of document.querySelectorAll("[data-text]")) place.textContent = t(place.dataset.text);
  for (const place of document.querySelectorAll("[data-label]")) place.setAttribute("aria-label", t(place.dataset.label));
  found("language").textContent = name === "zh" ? "English" : "中文";
  found("language").lang = name === "zh" ? "en" : "zh-Hans";
}
