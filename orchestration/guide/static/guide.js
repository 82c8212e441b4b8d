// The guide's few moving parts: language, search over search.js, filters of lists, and copying a rule id. Works from file://.
(() => {
  "use strict";
  const root = document.currentScript.dataset.root;
  const remembered = (key, value) => {
    try { return value === undefined ? localStorage.getItem(key) : localStorage.setItem(key, value); } catch { return null; }
  };
  const asked = new URLSearchParams(location.search).get("lang");
  const known = ["da", "en"];
  let lang = [asked, remembered("klgateway-lang")].find((value) => known.includes(value)) || "da";
  document.documentElement.dataset.lang = lang;
  document.documentElement.lang = lang;
  const say = (da, en) => (lang === "en" ? en : da);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const plain = (text) => text.toLowerCase().replaceAll("aa", "å").replaceAll("ae", "æ").replaceAll("oe", "ø");
  const words = (text) => plain(text).split(/\s+/).filter(Boolean);

  function speak(value) {
    lang = value;
    document.documentElement.dataset.lang = lang;
    document.documentElement.lang = lang;
    for (const node of all("[data-da]")) {
      if (node.tagName === "INPUT") node.placeholder = node.dataset[lang];
      else node.textContent = node.dataset[lang];
    }
    for (const button of all("[data-set]")) button.setAttribute("aria-pressed", String(button.dataset.set === lang));
    document.dispatchEvent(new Event("spoken"));
  }

  function languages() {
    const group = document.querySelector(".languages");
    group.hidden = false;
    for (const button of all("[data-set]", group)) {
      button.addEventListener("click", () => { remembered("klgateway-lang", button.dataset.set); speak(button.dataset.set); });
    }
    speak(lang);
  }

  // Search. An entry is [group, url, Danish, English, small text, words to match]; loaded when the field is first used.
  let entries = null;
  function load(then) {
    if (entries) return then();
    const script = document.createElement("script");
    script.src = `${root}search.js`;
    script.onload = () => {
      entries = window.KLGATEWAY_SEARCH.map((entry) => ({ entry, text: plain(entry.slice(2).join(" ")), head: [plain(entry[2]), plain(entry[3]), plain(entry[4])] }));
      then();
    };
    document.head.append(script);
  }

  function rank(found, tokens) {
    let score = 0;
    for (const token of tokens) {
      const at = found.text.indexOf(token);
      if (at < 0) return -1;
      if (found.head.includes(token)) score += 8;
      else if (found.head.some((head) => head.startsWith(token))) score += 4;
      else if (at === 0 || /[\s.,:;(/_-]/.test(found.text[at - 1])) score += 2;
    }
    return score;
  }

  function search() {
    const form = document.querySelector(".search");
    const [input, panel] = [form.querySelector("input"), form.querySelector(".results")];
    const [status, list] = [panel.querySelector("p"), panel.querySelector("div")];
    const most = 6;
    form.hidden = false;
    const close = () => { panel.hidden = true; };
    const show = () => {
      const tokens = words(input.value);
      if (!tokens.length) return close();
      const hits = entries.map((found) => [rank(found, tokens), found.entry]).filter(([score]) => score >= 0);
      hits.sort((one, other) => other[0] - one[0]);
      const groups = new Map();
      for (const [, entry] of hits) groups.set(entry[0], [...(groups.get(entry[0]) || []), entry]);
      list.replaceChildren();
      for (const [name, found] of groups) {
        const head = document.createElement("h2");
        head.textContent = `${say(...name.split("|"))} (${found.length})`;
        list.append(head, ...found.slice(0, most).map(link));
      }
      status.textContent = hits.length ? say(`${hits.length} fundet`, `${hits.length} found`) : say("Intet fundet", "Nothing found");
      panel.hidden = false;
    };
    const link = ([, url, da, en, small]) => {
      const [anchor, below] = [document.createElement("a"), document.createElement("small")];
      anchor.href = root + url;
      anchor.textContent = say(da, en);
      below.textContent = small;
      anchor.append(below);
      anchor.addEventListener("click", close);
      return anchor;
    };
    input.addEventListener("input", () => load(show));
    input.addEventListener("focus", () => load(() => input.value && show()));
    form.addEventListener("submit", (event) => { event.preventDefault(); load(() => { show(); list.querySelector("a")?.click(); }); });
    form.addEventListener("keydown", (event) => {
      const stops = [input, ...all("a", list)];
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape") { close(); input.focus(); }
      if (!step || panel.hidden) return;
      event.preventDefault();
      stops[(stops.indexOf(document.activeElement) + step + stops.length) % stops.length].focus();
    });
    input.value = new URLSearchParams(location.search).get("q") || "";
    if (input.value) load(show);
    document.addEventListener("click", (event) => { if (!form.contains(event.target)) close(); });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || /INPUT|SELECT|TEXTAREA/.test(document.activeElement.tagName)) return;
      event.preventDefault();
      input.focus();
    });
  }

  function filters() {
    for (const form of all("[data-filters]")) {
      const list = document.getElementById(form.dataset.filters);
      const items = all("li, tr", list);
      const status = form.querySelector("[role=status]");
      const narrow = () => {
        const { text, ...wanted } = Object.fromEntries(new FormData(form));
        let shown = 0;
        for (const item of items) {
          const fits = words(text).every((word) => plain(item.textContent).includes(word));
          item.hidden = !(fits && Object.entries(wanted).every(([key, value]) => !value || item.dataset[key] === value));
          shown += !item.hidden;
        }
        for (const section of all("section", list)) section.hidden = !section.querySelector("li:not([hidden])");
        status.textContent = say(`Viser ${shown} af ${items.length}`, `Showing ${shown} of ${items.length}`);
      };
      form.hidden = false;
      form.addEventListener("input", narrow);
      form.addEventListener("submit", (event) => event.preventDefault());
      document.addEventListener("spoken", narrow);
      narrow();
    }
  }

  function copying() {
    for (const button of all("[data-copy]")) {
      if (!navigator.clipboard) continue;
      button.hidden = false;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
        const [before, done] = [[...button.childNodes], say("Kopieret", "Copied")];
        button.textContent = done;
        setTimeout(() => button.replaceChildren(...before), 1500);
      });
    }
  }

  function opening() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") target.open = true;
    if (matchMedia("(max-width: 60rem)").matches) for (const side of all(".side details")) side.open = false;
  }

  document.addEventListener("DOMContentLoaded", () => { languages(); search(); filters(); copying(); opening(); });
  addEventListener("hashchange", opening);
})();
