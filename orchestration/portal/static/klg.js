// One `klg` is what the pages share: figures that scripts hand over, texts and numbers in the language of the page.
"use strict";
window.klg = (() => {
  const language = document.documentElement.lang;
  const texts = JSON.parse(document.getElementById("texts").textContent);
  const root = new URL("..", document.querySelector('script[src$="klg.js"]').src);
  const handed = new Map(); // "area/0461", "indicator/A01/month" → figures
  const asked = new Map();
  let ready;
  const whenReady = new Promise((resolve) => (ready = resolve));
  const shared = {};

  // A page from a disk may fetch nothing, but it may run a script.
  function load(path) {
    if (!asked.has(path)) {
      asked.set(path, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = new URL(`data/${path}.js`, root);
        script.onload = () => resolve(handed.get(path));
        script.onerror = () => reject(new Error(path));
        document.head.append(script);
      }));
    }
    return asked.get(path);
  }

  const locale = language === "da" ? "da-DK" : "en-GB";
  const number = (value, digits = 0) => value === null || value === undefined ? ""
    : value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const month = (day, style) => new Date(`${day}T12:00:00`).toLocaleDateString(locale, { month: style, year: "numeric" });
  function period(kind, [start, end], style = "long") {
    if (kind === "rolling_12") return `${month(start, style)} – ${month(end, style)}`;
    if (kind === "month") return month(start, style);
    const quarter = Math.ceil(Number(end.slice(5, 7)) / 3);
    return language === "da" ? `${quarter}. kvartal ${end.slice(0, 4)}` : `Q${quarter} ${end.slice(0, 4)}`;
  }

  return {
    language, texts, number, period, load, shared, whenReady, root,
    common: (told) => { Object.assign(shared, told); ready(shared); },
    area: (code, told) => handed.set(`area/${code}`, told),
    indicator: (id, kind, told) => handed.set(`indicator/${id}-${kind}`, told),
    fill: (text, filled) => text.replace(/\{(\w+)\}/g, (_, key) => filled[key]),
    name: (code) => code === "DK" ? texts.country : shared.names[code] || code,
    state: (columns, place) => shared.states[columns ? columns.s[place] : "y"],
    at: (columns, name, place) => columns && columns[name] ? columns[name][place] : null,
  };
})();
