// The list of problems: filter by words, difficulty, state and tag, all by keyboard.
export function startCatalogue() {
  const form = document.querySelector("[data-catalogue-filter]");
  if (!form) return;
  form.hidden = false;
  const rows = [...document.querySelectorAll("[data-problem]")];
  const count = document.querySelector("[data-catalogue-count]");
  const empty = document.querySelector("[data-catalogue-empty]");
  const search = form.querySelector("[data-search]");

  function apply() {
    const data = new FormData(form);
    const words = String(data.get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const difficulties = data.getAll("difficulty");
    const state = data.get("state") ?? "";
    const tag = data.get("tag") ?? "";
    let shown = 0;
    for (const row of rows) {
      const { text, difficulty, state: rowState, tags } = row.dataset;
      const visible =
        words.every((word) => text.includes(word)) &&
        (difficulties.length === 0 || difficulties.includes(difficulty)) &&
        (!state || (state === "open" ? rowState !== "solved" : rowState === state)) &&
        (!tag || tags.split(" ").includes(tag));
      row.hidden = !visible;
      if (visible) shown += 1;
    }
    for (const track of document.querySelectorAll("[data-track]")) {
      track.hidden = !track.querySelector("[data-problem]:not([hidden])");
    }
    count.textContent = shown === rows.length ? `${shown} ${shown === 1 ? "problem" : "problems"}` : `${shown} of ${rows.length}`;
    empty.hidden = shown > 0;
    remember(data);
  }

  function remember(data) {
    const query = new URLSearchParams([...data].filter(([, value]) => value));
    history.replaceState(null, "", query.size > 0 ? `?${query}` : location.pathname);
  }

  function recall() {
    const query = new URLSearchParams(location.search);
    for (const control of form.elements) {
      if (!control.name) continue;
      if (control.type === "checkbox") control.checked = query.getAll(control.name).includes(control.value);
      else if (query.has(control.name)) control.value = query.get(control.name);
    }
  }

  const links = () => rows.filter((row) => !row.hidden).map((row) => row.querySelector("a"));

  function move(step) {
    const visible = links();
    const current = visible.indexOf(document.activeElement);
    visible[Math.min(Math.max(current + step, 0), visible.length - 1)]?.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const inSearch = document.activeElement === search;
    const onRow = document.activeElement?.closest?.("[data-problem]");
    const typing = /^(INPUT|SELECT)$/.test(document.activeElement?.tagName ?? "");
    if (event.key === "ArrowDown" && (inSearch || onRow)) move(1);
    else if (event.key === "ArrowUp" && onRow) move(-1);
    else if (event.key === "j" && !typing) move(1);
    else if (event.key === "k" && !typing) move(-1);
    else if (event.key === "Escape" && inSearch) {
      search.value = "";
      apply();
    } else return;
    event.preventDefault();
  });

  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    links()[0]?.click();
  });
  for (const button of document.querySelectorAll("[data-tag]")) {
    button.addEventListener("click", () => {
      form.elements.tag.value = form.elements.tag.value === button.dataset.tag ? "" : button.dataset.tag;
      apply();
    });
  }
  document.querySelector("[data-catalogue-clear]")?.addEventListener("click", () => {
    form.reset();
    for (const control of form.elements) if (control.type === "checkbox") control.checked = false;
    apply();
    search.focus();
  });
  recall();
  apply();
}
