// One picture here is all municipalities in one period: a map of tiles, a row of dots with intervals, a funnel.
"use strict";
window.geography = (() => {
  const CLASSES = {
    inside: { fill: "var(--inside)", symbol: "circle" },
    above: { fill: "var(--above)", symbol: "triangle" },
    below: { fill: "var(--below)", symbol: "diamond" },
  };

  // What a municipality's figure is beside the country's: within the 99.8 % limits, over or under them.
  function standing(row) {
    if (row.value === null) return "no_figure";
    if (row.limits[3] !== null && row.value > row.limits[3]) return "above";
    if (row.limits[2] !== null && row.value < row.limits[2]) return "below";
    return "inside";
  }

  function rows(columns) {
    const codes = klg.shared.areas;
    return codes.map((code, i) => ({
      code, name: klg.name(code), region: klg.shared.regionOf[code] || "",
      state: klg.state(columns, i), value: klg.at(columns, "v", i), low: klg.at(columns, "l", i), high: klg.at(columns, "h", i),
      numerator: klg.at(columns, "n", i), denominator: klg.at(columns, "d", i), standardised: klg.at(columns, "z", i),
      limits: [0, 1, 2, 3].map((n) => (columns?.f ? columns.f[n][i] : null)),
      isFlagged: (columns?.g || []).includes(i), isBreak: (columns?.b || []).includes(i),
    }));
  }

  const tell = (row, digits) => `${row.name}: ${row.value === null ? klg.texts[row.state] : klg.number(row.value, digits)}`;

  function map(place, found, { digits, label, highlight, link }) {
    const own = found.filter((row) => klg.shared.tiles[row.code]);
    const values = own.map((row) => row.value).filter((v) => v !== null);
    const shade = d3.scaleQuantile().domain(values).range([1, 2, 3, 4, 5]);
    const size = 46;
    const width = (d3.max(Object.values(klg.shared.tiles), (t) => t[0]) + 1) * size;
    const height = (d3.max(Object.values(klg.shared.tiles), (t) => t[1]) + 1) * size;
    const svg = d3.create("svg").attr("viewBox", `0 0 ${width} ${height}`).attr("class", "tiles");
    // A click is a shortcut for who points; the lists and tables have the same links for everybody.
    const tile = svg.selectAll("g").data(own).join("g").on("click", (_, row) => { location.href = link(row.code); })
      .attr("transform", (row) => `translate(${klg.shared.tiles[row.code].map((n) => n * size).join(" ")})`);
    tile.append("rect").attr("x", 1).attr("y", 1).attr("width", size - 2).attr("height", size - 2).attr("rx", 3)
      .attr("class", (row) => (row.value === null ? `tile ${row.state}` : `tile q${values.length > 1 ? shade(row.value) : 3}`))
      .classed("chosen", (row) => row.code === highlight);
    tile.append("text").attr("x", size / 2).attr("y", 20).attr("class", (row) => (row.value === null ? "empty" : `on${values.length > 1 ? shade(row.value) : 3}`))
      .text((row) => row.name.slice(0, 5));
    tile.append("text").attr("x", size / 2).attr("y", 35).attr("class", (row) => `small ${row.value === null ? "empty" : `on${values.length > 1 ? shade(row.value) : 3}`}`)
      .text((row) => (row.value === null ? klg.texts[`sign_${row.state}`] : klg.number(row.value, Math.min(digits, 1))));
    tile.append("title").text((row) => tell(row, digits));
    charts.put(place, svg.node(), label);
    if (values.length > 1) place.append(shades());
  }

  function shades() {
    const list = document.createElement("p");
    list.className = "shades";
    list.innerHTML = [1, 2, 3, 4, 5].map((n) => `<svg width="22" height="14" aria-hidden="true"><rect class="tile q${n}" width="22" height="14"/></svg>`).join("");
    list.prepend(`${klg.texts.lowest} `);
    list.append(` ${klg.texts.highest}`);
    return list;
  }

  function dots(place, found, { digits, label, highlight }) {
    const own = found.filter((row) => klg.shared.tiles[row.code]);
    const width = Math.max(place.clientWidth, 300);
    const country = found.find((row) => row.code === "DK");
    const regions = [...new Set(own.map((row) => row.region))].sort();
    const order = regions.flatMap((region) => [region, ...own.filter((row) => row.region === region).map((row) => row.name)]);
    const marks = (kind) => own.filter((row) => standing(row) === kind);
    charts.put(place, Plot.plot({
      width, height: 60 + order.length * 15, marginLeft: 118, marginRight: 16, marginTop: 30,
      style: { fontSize: "11px", background: "none" },
      x: { axis: "top", grid: true, label: null, nice: true, zero: true, tickFormat: (v) => klg.number(v, v % 1 ? digits : 0) },
      y: { domain: order, label: null, tickSize: 0, tickFormat: (name) => (regions.includes(name) ? "" : name) },
      marks: [
        Plot.text(regions, { y: (region) => region, frameAnchor: "left", dx: -112, text: (region) => klg.name(region), fontWeight: 600, fill: "var(--ink)", textAnchor: "start" }),
        country?.value === null || !country ? null : Plot.ruleX([country.value], { stroke: "var(--soft)", strokeDasharray: "4 3" }),
        Plot.ruleY(own.filter((row) => row.low !== null), { x1: "low", x2: "high", y: "name", stroke: "var(--soft)", strokeOpacity: 0.6 }),
        ...Object.entries(CLASSES).map(([kind, look]) => Plot.dot(marks(kind), { x: "value", y: "name", r: 4, ...look, tip: true, title: (row) => tell(row, digits) })),
        Plot.dot(own.filter((row) => row.code === highlight && row.value !== null), { x: "value", y: "name", r: 8, stroke: "var(--ink)", strokeWidth: 2 }),
        Plot.text(marks("no_figure"), { y: "name", frameAnchor: "left", dx: 6, text: (row) => klg.texts[row.state], fill: "var(--soft)", fontStyle: "italic", textAnchor: "start" }),
      ],
    }), label);
  }

  // False where there are no limits to draw.
  function funnel(place, found, { digits, label, highlight, across }) {
    const own = found.filter((row) => klg.shared.tiles[row.code] && row.value !== null && row.denominator !== null && row.limits[0] !== null);
    if (!own.length) return false;
    const country = found.find((row) => row.code === "DK");
    const curve = d3.sort(own, (row) => row.denominator);
    const limit = (n, dash) => Plot.lineY(curve, { x: "denominator", y: (row) => row.limits[n], stroke: "var(--soft)", strokeDasharray: dash, curve: "monotone-x" });
    charts.put(place, Plot.plot({
      width: Math.max(place.clientWidth, 280), height: 300, marginLeft: 48, style: { fontSize: "11px", background: "none" },
      x: { type: "log", label: across, tickFormat: (v) => (/^[125]/.test(String(v)) ? klg.number(v) : "") },
      y: { label: null, grid: true, nice: true, tickFormat: (v) => klg.number(v, v % 1 ? digits : 0) },
      marks: [
        country?.value === null || !country ? null : Plot.ruleY([country.value], { stroke: "var(--soft)" }),
        limit(0, "4 3"), limit(1, "4 3"), limit(2, null), limit(3, null),
        ...Object.entries(CLASSES).map(([kind, look]) => Plot.dot(own.filter((row) => standing(row) === kind), {
          x: "denominator", y: "value", r: 4, ...look, tip: true, title: (row) => tell(row, digits),
        })),
        Plot.dot(own.filter((row) => row.code === highlight), { x: "denominator", y: "value", r: 8, stroke: "var(--ink)", strokeWidth: 2 }),
      ],
    }), label);
    return true;
  }

  function legend(place) {
    const list = document.createElement("ul");
    list.className = "legend";
    for (const [kind, look] of Object.entries(CLASSES)) {
      const item = document.createElement("li");
      item.innerHTML = `<svg width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true"><path d="${d3.symbol(d3[`symbol${look.symbol[0].toUpperCase()}${look.symbol.slice(1)}`], 60)()}"/></svg>`;
      item.querySelector("path").style.fill = look.fill;
      item.append(` ${klg.texts[kind]}`);
      list.append(item);
    }
    place.append(list);
    return place;
  }
  return { map, dots, funnel, legend, rows };
})();
