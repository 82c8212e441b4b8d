// One page of a municipality: its indicators over time, beside the country, up to five others, or its comparison group.
"use strict";
(async () => {
  const form = document.getElementById("compare");
  const own = { code: form.dataset.code, name: form.dataset.name };
  const button = document.getElementById("group");
  const members = button ? button.dataset.members.split(" ") : [];
  const said = document.getElementById("said");
  const asked = new URLSearchParams(location.search);
  await klg.whenReady;
  let chosen = (asked.get("sammenlign") || "").split(",").filter((code) => klg.shared.tiles[code] && code !== own.code).slice(0, 5);
  let isGroup = asked.get("gruppe") === "1" && members.length > 0;
  const [mine, country] = await Promise.all([klg.load(`area/${own.code}`), klg.load("area/DK")]);
  const drawn = new Set();

  // The median of the public figures of the group, where at least half of its members have one.
  function median(all, id, kind) {
    const length = klg.shared.indicators[id].periods[kind].length;
    const values = d3.range(length).map((i) => {
      const found = all.map((figures) => klg.at(figures[id][kind], "v", i)).filter((v) => v !== null);
      return found.length * 2 >= members.length ? d3.median(found) : null;
    });
    return { v: values, s: values.map((v) => (v === null ? "s" : "v")).join("") };
  }

  async function others() {
    const loaded = await Promise.all(chosen.map((code) => klg.load(`area/${code}`)));
    const group = isGroup ? await Promise.all(members.map((code) => klg.load(`area/${code}`))) : null;
    return { loaded, group };
  }

  function lines(id, kind, { loaded, group }) {
    const found = [{ name: own.name, columns: mine[id][kind], colour: charts.COLOURS[0], dash: null }, charts.country(country[id][kind])];
    chosen.forEach((code, i) => found.push(charts.other(i + 1, klg.name(code), loaded[i][id][kind])));
    if (group) found.push({ name: klg.texts.compare_group, columns: median(group, id, kind), colour: "var(--ink)", dash: "1 3" });
    return found;
  }

  function draw(article, beside) {
    const id = article.dataset.indicator;
    const kind = article.dataset.kind;
    const indicator = klg.shared.indicators[id];
    const periods = indicator?.periods[kind];
    if (!periods) return;
    const found = lines(id, kind, beside);
    const place = article.querySelector("[data-chart]");
    charts.series(place, {
      lines: found, periods, kind, digits: indicator.digits, isSmall: true,
      label: klg.fill(klg.texts.chart_of, { name: indicator.title[klg.language], place: found.map((line) => line.name).join(", "), what: klg.texts[kind] }),
    });
    charts.legend(place, found);
    table(article.querySelector("table"), found.slice(2), indicator, kind);
  }

  // The columns of those compared follow the country's.
  function table(place, added, indicator, kind) {
    const periods = indicator.periods[kind];
    place.querySelectorAll(".added").forEach((cell) => cell.remove());
    const cell = (row, tag, text, isNone) => {
      const made = document.createElement(tag);
      made.className = `number added${isNone ? " none" : ""}`;
      if (tag === "th") made.scope = "col";
      made.textContent = text;
      row.append(made);
    };
    for (const line of added) {
      cell(place.tHead.rows[0], "th", line.name, false);
      [...place.tBodies[0].rows].forEach((row, i) => {
        const at = periods.length - 1 - i;
        const value = klg.at(line.columns, "v", at);
        cell(row, "td", value === null ? klg.texts[klg.state(line.columns, at)] : klg.number(value, indicator.digits), value === null);
      });
    }
  }

  function chips() {
    const list = document.getElementById("chips");
    list.replaceChildren(...chosen.map((code, i) => {
      const item = document.createElement("li");
      const remove = document.createElement("button");
      remove.type = "button";
      remove.textContent = `${klg.name(code)} ×`;
      remove.style.borderColor = charts.COLOURS[i + 1];
      remove.setAttribute("aria-label", klg.fill(klg.texts.remove, { name: klg.name(code) }));
      remove.addEventListener("click", () => change(chosen.filter((other) => other !== code), isGroup));
      item.append(remove);
      return item;
    }));
    if (button) button.setAttribute("aria-pressed", String(isGroup));
  }

  // The address tells what is compared, so that it can be sent on, and the other language keeps it.
  function address() {
    const search = new URLSearchParams();
    if (chosen.length) search.set("sammenlign", chosen.join(","));
    if (isGroup) search.set("gruppe", "1");
    const query = search.size ? `?${String(search).replaceAll("%2C", ",")}` : "";
    const language = document.getElementById("language");
    language.href = language.getAttribute("href").split("?")[0] + query;
    history.replaceState(null, "", `${location.pathname}${query}${location.hash}`);
  }

  async function change(codes, withGroup) {
    const isMore = codes.length > 5;
    [chosen, isGroup] = [codes.slice(0, 5), withGroup];
    const beside = await others();
    chips();
    address();
    said.textContent = isMore ? klg.texts.at_most : chosen.map(klg.name).join(", ");
    for (const article of drawn) draw(article, beside);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const code = document.getElementById("add").value;
    if (!chosen.includes(code)) change([...chosen, code], isGroup);
  });
  document.getElementById("clear").addEventListener("click", () => change([], false));
  if (button) button.addEventListener("click", () => change(chosen, !isGroup));

  // A chart is drawn when it comes near the window; all of them before printing.
  const first = await others();
  const show = (article, beside) => {
    drawn.add(article);
    draw(article, beside);
  };
  const watch = new IntersectionObserver((seen) => {
    for (const entry of seen.filter((each) => each.isIntersecting)) {
      watch.unobserve(entry.target);
      others().then((beside) => show(entry.target, beside));
    }
  }, { rootMargin: "300px" });
  chips();
  if (chosen.length || isGroup) address();
  const articles = document.querySelectorAll(".multiple");
  articles.forEach((article) => watch.observe(article));
  window.addEventListener("beforeprint", () => articles.forEach((article) => drawn.has(article) || show(article, first)));
  let width = innerWidth;
  window.addEventListener("resize", () => {
    if (Math.abs(innerWidth - width) < 40) return;
    width = innerWidth;
    others().then((beside) => drawn.forEach((article) => draw(article, beside)));
  });
})();
