// One page of an indicator: all municipalities in one period as map, dots, funnel and table, and the country over time.
"use strict";
(async () => {
  const form = document.getElementById("controls");
  if (!form) return;
  const field = (id) => document.getElementById(id);
  const id = form.dataset.indicator;
  await klg.whenReady;
  const indicator = klg.shared.indicators[id];
  const country = await klg.load("area/DK");
  const asked = location.hash.slice(1);
  if (klg.shared.tiles[asked]) field("highlight").value = asked;
  geography.legend(field("funnel").parentElement);
  field("dots").before(geography.legend(document.createElement("div")));

  const kind = () => field("kind")?.value || form.dataset.kind;
  const band = () => field("band")?.value || "all";

  function periods() {
    const chosen = field("period");
    chosen.replaceChildren(...indicator.periods[kind()].toReversed().map((period) => new Option(klg.period(kind(), period), period[0])));
  }

  async function draw() {
    const told = await klg.load(`indicator/${id}-${kind()}`);
    const start = field("period").value;
    const columns = (told[start] || {})[band()];
    let found = geography.rows(columns);
    const words = indicator.title[klg.language];
    const when = klg.period(kind(), indicator.periods[kind()].find((period) => period[0] === start));
    fillTable(found, `${words}, ${when}`);
    const isStandardised = field("standardised").checked;
    // Limits and intervals belong to the crude figure.
    if (isStandardised) found = found.map((row) => ({ ...row, value: row.standardised, low: null, high: null, limits: [null, null, null, null] }));
    const digits = isStandardised ? 1 : indicator.digits;
    const highlight = field("highlight").value;
    const label = (what) => klg.fill(klg.texts.chart_of, { name: words, place: when, what });
    geography.map(field("map"), found, { digits, highlight, label: label(document.getElementById("map-title").textContent), link: (code) => new URL(`../kommune/${code}.html#${id}`, location.href) });
    geography.dots(field("dots"), found, { digits, highlight, label: label(document.getElementById("dots-title").textContent) });
    const isDrawn = geography.funnel(field("funnel"), found, { digits, highlight, across: klg.texts.denominator, label: label(document.getElementById("funnel-title").textContent) });
    field("no-funnel").hidden = isDrawn;
    field("funnel").hidden = !isDrawn;
    await overTime(highlight);
  }

  async function overTime(highlight) {
    const lines = [{ ...charts.country(country[id][kind()]), colour: charts.COLOURS[0], dash: null }];
    if (highlight) lines.push(charts.other(1, klg.name(highlight), (await klg.load(`area/${highlight}`))[id][kind()]));
    const place = field("time");
    charts.series(place, {
      lines, periods: indicator.periods[kind()], kind: kind(), digits: indicator.digits, height: 220,
      label: klg.fill(klg.texts.chart_of, { name: indicator.title[klg.language], place: lines.map((line) => line.name).join(", "), what: klg.texts[kind()] }),
    });
    charts.legend(place, lines);
  }

  function fillTable(found, caption) {
    field("caption").textContent = caption;
    for (const row of found) {
      const line = document.querySelector(`#table tr[data-area="${row.code}"]`);
      if (!line) continue;
      const [, , value, interval, numerator, denominator, standardised, note] = line.cells;
      const put = (cell, number, digits) => {
        cell.textContent = klg.number(number, digits);
        if (number === null) delete cell.dataset.sort;
        else cell.dataset.sort = number;
      };
      put(value, row.value, indicator.digits);
      value.classList.toggle("none", row.value === null);
      if (row.value === null) value.textContent = klg.texts[row.state];
      interval.textContent = row.low === null ? "" : `${klg.number(row.low, Math.min(indicator.digits, 1))} – ${klg.number(row.high, Math.min(indicator.digits, 1))}`;
      put(numerator, row.numerator, 0);
      put(denominator, row.denominator, 0);
      put(standardised, row.standardised, 1);
      note.textContent = [row.isFlagged ? `▲ ${klg.texts.flagged}` : "", row.isBreak ? `⚑ ${klg.texts.breaks}` : ""].filter(Boolean).join(" ");
      line.classList.toggle("chosen", row.code === field("highlight").value);
    }
  }

  field("kind")?.addEventListener("change", () => { periods(); draw(); });
  for (const each of ["period", "band", "highlight", "standardised"]) field(each)?.addEventListener("change", draw);
  form.addEventListener("submit", (event) => event.preventDefault());
  let width = innerWidth;
  window.addEventListener("resize", () => {
    if (Math.abs(innerWidth - width) < 40) return;
    width = innerWidth;
    draw();
  });
  await draw();
})();
