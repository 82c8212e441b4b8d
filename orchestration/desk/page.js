// One page is filtered in place: by text, by rule, by severity. Everything can be read without this script.
(() => {
  const form = document.querySelector(".filter");
  if (!form) return;
  const reports = [...document.querySelectorAll(".report")];
  const texts = new Map(reports.map((report) => [report, report.textContent.toLowerCase()]));
  const fold = form.querySelector("button");
  const output = form.querySelector("output");
  const matches = (report, words, rule, severities) => {
    let left = 0;
    for (const found of report.querySelectorAll(".rule")) {
      const isIn = severities.has(found.dataset.severity) ? (rule ? found.dataset.rule === rule : true) : false;
      found.hidden = !isIn;
      if (isIn) left += 1;
    }
    const isWhole = report.dataset.verdict === "fault" ? !rule : left !== 0;
    return isWhole ? words.every((word) => texts.get(report).includes(word)) : false;
  };
  const filter = () => {
    const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const severities = new Set([...form.querySelectorAll("input:checked")].map((box) => box.value));
    let count = 0;
    for (const report of reports) {
      report.hidden = !matches(report, words, form.elements.rule.value, severities);
      if (!report.hidden) count += 1;
    }
    output.value = output.dataset.text.replace("{shown}", count).replace("{all}", reports.length);
  };
  const openAll = (isOpen) => reports.forEach((report) => { report.open = isOpen; });
  const label = () => {
    const isOpen = reports.some((report) => report.open);
    fold.textContent = isOpen ? fold.dataset.close : fold.dataset.open;
    return isOpen;
  };
  const follow = () => {
    const report = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!report) return;
    if (report.matches(".report[hidden]")) { form.reset(); filter(); }
    if (report.matches("details")) report.open = true;
  };
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  fold.addEventListener("click", () => { openAll(!label()); label(); });
  document.addEventListener("toggle", label, true);
  window.addEventListener("hashchange", follow);
  window.addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
  form.hidden = false;
  filter();
  label();
  follow();
})();
