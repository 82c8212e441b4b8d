// The front page: go to a municipality, the country's small lines, the map of who reports.
"use strict";
document.getElementById("choose").addEventListener("submit", (event) => {
  event.preventDefault();
  location.href = new URL(`kommune/${document.getElementById("code").value}.html`, location.href).href;
});
(async () => {
  await klg.whenReady;
  const country = await klg.load("area/DK");
  for (const place of document.querySelectorAll(".spark")) {
    const indicator = klg.shared.indicators[place.dataset.indicator];
    const kind = Object.keys(indicator.periods)[0];
    charts.series(place, { lines: [charts.country(country[place.dataset.indicator][kind])], periods: indicator.periods[kind], kind, digits: indicator.digits, label: "", height: 90, isSmall: true });
  }
  const map = document.getElementById("map");
  if (!map) return;
  const id = map.dataset.indicator;
  const indicator = klg.shared.indicators[id];
  const kind = Object.keys(indicator.periods)[0];
  const told = await klg.load(`indicator/${id}-${kind}`);
  // The newest period in which anybody has a figure, as the text above says.
  const starts = Object.keys(told).sort().reverse();
  const start = starts.find((each) => told[each].all?.s.includes("v")) || starts[0];
  geography.map(map, geography.rows(told[start].all), {
    digits: indicator.digits, highlight: "", label: indicator.title[klg.language],
    link: (code) => new URL(`kommune/${code}.html`, location.href),
  });
})();
