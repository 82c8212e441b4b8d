// One chart is one figure drawn with Observable Plot, of figures that the page also tells as a table.
"use strict";
window.charts = (() => {
  const COLOURS = ["var(--c0)", "var(--c1)", "var(--c2)", "var(--c3)", "var(--c4)", "var(--c5)"];
  const DASHES = [null, "6 3", "2 3", "9 3 2 3", "1 4", "12 4"];

  function put(place, chart, label) {
    const svg = chart.tagName === "svg" ? chart : chart.querySelector("svg");
    // Plot names its groups; within an image names are not heard, and not allowed.
    svg.querySelectorAll("[aria-label], [aria-description]").forEach((part) => ["aria-label", "aria-description"].forEach((name) => part.removeAttribute(name)));
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
    place.replaceChildren(chart);
  }

  // Lines over time: `lines` are {name, columns, colour, dash}; the first has its interval. A period without a figure is a gap.
  function series(place, { lines, periods, kind, digits, label, height = 170, isSmall = false }) {
    const middle = (p) => new Date(kind === "rolling_12" ? p[1] : (new Date(p[0]).getTime() + new Date(p[1]).getTime()) / 2);
    const points = lines.flatMap((line, order) => periods.map((p, i) => ({
      x: middle(p), name: line.name, order, value: klg.at(line.columns, "v", i),
      low: klg.at(line.columns, "l", i), high: klg.at(line.columns, "h", i),
      isBreak: order === 0 && (line.columns?.b || []).includes(i),
      told: `${line.name}, ${klg.period(kind, p)}: ${klg.at(line.columns, "v", i) === null
        ? klg.texts[klg.state(line.columns, i)] : klg.number(klg.at(line.columns, "v", i), digits)}`,
    })));
    const own = points.filter((p) => p.order === 0);
    const seen = points.filter((p) => p.value !== null);
    place.classList.toggle("blank", !seen.length);
    if (!seen.length) return place.replaceChildren(); // the words are beside it
    const stroke = (p) => lines[p.order].colour;
    const width = Math.max(place.clientWidth, 200);
    const shortest = kind === "month" ? 30 * 864e5 : 91 * 864e5;
    const put_ = Plot.plot({
      width, height, marginLeft: 44, marginRight: isSmall ? 8 : 12, marginTop: 10, marginBottom: 24,
      style: { fontSize: "11px", background: "none" },
      x: {
        type: "time", label: null, ticks: Math.max(2, Math.floor(width / 90)),
        domain: [new Date(d3.min(points, (p) => p.x) - shortest / 2), new Date(+d3.max(points, (p) => p.x) + shortest / 2)],
        tickFormat: (d) => d.toLocaleDateString(klg.language === "da" ? "da-DK" : "en-GB", { month: "short", year: "2-digit" }),
      },
      y: { label: null, grid: true, nice: true, ticks: height < 120 ? 2 : 4, zero: true, tickFormat: (v) => klg.number(v, v % 1 ? digits : 0) },
      marks: [
        Plot.areaY(own, { x: "x", y1: "low", y2: "high", fill: COLOURS[0], fillOpacity: 0.15, defined: (p) => p.low !== null }),
        Plot.ruleX(own.filter((p) => p.isBreak), { x: "x", stroke: "var(--warn)", strokeDasharray: "3 2" }),
        ...lines.map((line, order) => Plot.lineY(points.filter((p) => p.order === order), {
          x: "x", y: "value", stroke: line.colour, strokeWidth: order ? 1.5 : 2.5, strokeDasharray: line.dash,
        })),
        Plot.dot(seen, { x: "x", y: "value", fill: stroke, r: (p) => (p.order ? 2 : 3) }),
        Plot.dot(own.filter((p) => p.value === null), { x: "x", frameAnchor: "bottom", symbol: "times", stroke: "var(--soft)", r: 3 }),
        Plot.tip(points, Plot.pointerX({ x: "x", y: (p) => p.value ?? 0, title: "told", fill: "var(--paper)" })),
      ],
    });
    put(place, put_, label);
  }

  // Two names beside a line are in words below the chart too: colour alone tells nothing.
  function legend(place, lines) {
    if (place.classList.contains("blank")) return;
    const list = document.createElement("ul");
    list.className = "legend";
    for (const line of lines) {
      const item = document.createElement("li");
      item.innerHTML = '<svg width="26" height="8" aria-hidden="true"><line x1="0" y1="4" x2="26" y2="4" stroke-width="2.5"/></svg>';
      const stroke = item.querySelector("line");
      stroke.style.stroke = line.colour;
      if (line.dash) stroke.setAttribute("stroke-dasharray", line.dash);
      item.append(` ${line.name}`);
      list.append(item);
    }
    if (lines[0].columns?.s.match(/[^v]/)) list.append(mark("×", klg.texts.blank_mark));
    if (lines[0].columns?.b?.length) list.append(mark("┆", klg.texts.break_mark));
    place.append(list);
  }

  function mark(sign, text) {
    const item = document.createElement("li");
    item.textContent = `${sign} ${text}`;
    return item;
  }

  const country = (columns) => ({ name: klg.texts.country, columns, colour: "var(--soft)", dash: "4 3" });
  const other = (order, name, columns) => ({ name, columns, colour: COLOURS[order], dash: DASHES[order] });
  return { series, legend, country, other, put, COLOURS };
})();
