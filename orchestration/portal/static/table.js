// One table that can be sorted by its headings and narrowed to a region.
"use strict";
for (const table of document.querySelectorAll("table[data-sortable]")) {
  const body = table.tBodies[table.tBodies.length - 1];
  const headings = [...table.tHead.rows[0].cells];
  const written = new Map([...body.rows].map((row, i) => [row, i]));
  headings.forEach((heading, column) => heading.querySelector("button").addEventListener("click", () => {
    const isUp = heading.getAttribute("aria-sort") !== "ascending";
    for (const other of headings) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", isUp ? "ascending" : "descending");
    const sign = isUp ? 1 : -1;
    const key = (row) => row.cells[column].dataset.sort;
    const compare = new Intl.Collator(document.documentElement.lang === "da" ? "da" : "en").compare;
    const rows = [...body.rows].sort((one, two) => {
      const [a, b] = [key(one), key(two)];
      // Without a figure comes last, whichever way it is sorted.
      if (a === undefined && b === undefined) {
        const isText = !heading.classList.contains("number") && !heading.classList.contains("upright");
        return isText ? sign * compare(one.cells[column].textContent, two.cells[column].textContent) : written.get(one) - written.get(two);
      }
      if (a === undefined || b === undefined) return a === undefined ? 1 : -1;
      return sign * (Number(a) - Number(b));
    });
    body.append(...rows);
  }));
}
for (const only of document.querySelectorAll("select[data-filters]")) {
  only.addEventListener("change", () => {
    for (const row of document.getElementById(only.dataset.filters).tBodies[0].rows) {
      row.hidden = only.value !== "" && row.dataset.region !== only.value;
    }
  });
}
