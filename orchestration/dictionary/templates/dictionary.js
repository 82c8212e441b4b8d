// The dictionary's few moving parts: language, and a search that leaves the rows that hold every word. Works from file://.
(() => {
  "use strict";
  const page = document.documentElement;
  const remembered = (value) => {
    try { return value === undefined ? localStorage.getItem("klgateway-lang") : localStorage.setItem("klgateway-lang", value); } catch { return null; }
  };
  const asked = new URLSearchParams(location.search).get("lang");
  let lang = [asked, remembered()].find((value) => ["da", "en"].includes(value)) || "da";
  const say = (da, en) => (lang === "en" ? en : da);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const plain = (text) => text.toLowerCase().replaceAll("aa", "å").replaceAll("ae", "æ").replaceAll("oe", "ø");

  function speak(value) {
    lang = value;
    page.dataset.lang = page.lang = value;
    for (const input of all("input[data-da]")) input.placeholder = input.dataset[value];
    for (const button of all("[data-set]")) button.setAttribute("aria-pressed", String(button.dataset.set === value));
  }

  const [form, group] = [document.querySelector(".search"), document.querySelector(".languages")];
  const [input, status] = [form.querySelector("input"), form.querySelector("output")];
  form.hidden = group.hidden = false;
  speak(lang);
  for (const button of all("[data-set]")) {
    button.addEventListener("click", () => { remembered(button.dataset.set); speak(button.dataset.set); search(); });
  }

  // A table's name counts for each of its rows: "fct_condition code" finds the codes of fct_condition.
  const boxes = all("details.table").map((box) => ({
    box,
    wasOpen: box.open,
    head: plain([...all("h3, .about", box)].map((node) => node.textContent).join(" ")),
    name: plain(box.querySelector("h3").textContent),
    rows: all("tbody tr", box).map((row) => ({ row, text: plain(row.textContent) })),
  }));
  const loose = all(".recipients tbody tr").map((row) => ({ row, text: plain(row.textContent) }));

  function search() {
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    const holds = (text) => words.every((word) => text.includes(word));
    let shown = 0;
    for (const { box, wasOpen, head, name, rows } of boxes) {
      const whole = holds(head);
      let here = 0;
      for (const { row, text } of rows) {
        row.hidden = !(whole || holds(`${name} ${text}`));
        here += !row.hidden;
      }
      box.hidden = !here && !whole;
      box.open = words.length ? here > 0 : wasOpen;
      shown += here;
    }
    for (const { row, text } of loose) { row.hidden = !holds(text); shown += !row.hidden; }
    for (const chapter of all(".chapter")) {
      chapter.hidden = words.length > 0 && !chapter.querySelector("details:not([hidden]), .recipients tbody tr:not([hidden])");
    }
    document.querySelector(".intro").hidden = words.length > 0;
    document.querySelector(".nothing").hidden = shown > 0;
    status.textContent = words.length ? say(`${shown} fundet`, `${shown} found`) : "";
  }

  let waiting = 0;
  input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 120); });
  form.addEventListener("submit", (event) => { event.preventDefault(); search(); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && input.value) { input.value = ""; search(); }
    if (event.key !== "/" || event.ctrlKey || event.metaKey || document.activeElement === input) return;
    event.preventDefault();
    input.focus();
  });

  // A link into a folded table unfolds it, also while a search hides it.
  function arrive() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.closest("[hidden]")) { input.value = ""; search(); }
    const box = target.closest("details.table");
    if (box) box.open = true;
    target.scrollIntoView();
  }
  addEventListener("hashchange", arrive);
  input.value = new URLSearchParams(location.search).get("q") || "";
  if (input.value) search();
  arrive();
})();
