// Marks what is new since the last visit. The page is whole without this.
(() => {
  const changes = document.querySelector("[data-changes]");
  if (!changes) return;
  let last = null;
  try {
    last = localStorage.getItem("releasevakt.visit");
    const stored = Number(localStorage.getItem("releasevakt.visit.at") || 0);
    // A reload within the hour belongs to the same visit.
    if (Date.now() - stored > 3600_000) {
      localStorage.setItem("releasevakt.visit", new Date(stored || Date.now()).toISOString());
      last = stored ? new Date(stored).toISOString() : null;
    }
    localStorage.setItem("releasevakt.visit.at", String(Date.now()));
  } catch {
    return;
  }
  if (!last) return;
  const words = document.documentElement.lang === "sv" ? "Nytt sedan sist" : "New since your last visit";
  for (const change of changes.querySelectorAll("[data-seen]")) {
    if (Date.parse(change.dataset.seen) <= Date.parse(last)) continue;
    const mark = document.createElement("span");
    mark.className = "badge fresh";
    mark.textContent = words;
    change.prepend(mark);
  }
})();
