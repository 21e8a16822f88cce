// The reading pane's tabs. Without this script all panels simply follow one another.
export function startTabs(onShow) {
  const list = document.querySelector("[data-tabs]");
  if (!list) return;
  const tabs = [...list.querySelectorAll("a")];
  const panelOf = (tab) => document.getElementById(tab.hash.slice(1));
  list.setAttribute("role", "tablist");
  for (const tab of tabs) {
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", tab.hash.slice(1));
    const panel = panelOf(tab);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
  }
  document.documentElement.classList.add("tabbed");

  function show(tab, { focus = false } = {}) {
    for (const other of tabs) {
      const chosen = other === tab;
      other.setAttribute("aria-selected", String(chosen));
      other.tabIndex = chosen ? 0 : -1;
      panelOf(other).hidden = !chosen;
    }
    if (focus) tab.focus();
    onShow?.(tab);
  }

  // A link to anything inside a panel opens that panel first: the diagnosis links to sections.
  function open(hash, options) {
    const target = hash.length > 1 ? document.getElementById(decodeURIComponent(hash.slice(1))) : null;
    const panel = target?.closest("[role=tabpanel]");
    const tab = panel && tabs.find((each) => panelOf(each) === panel);
    if (!tab) return false;
    show(tab, options);
    if (target !== panel) {
      target.scrollIntoView({ block: "start" });
      target.classList.remove("arrived");
      requestAnimationFrame(() => target.classList.add("arrived"));
    }
    return true;
  }

  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!open(link.hash)) return;
    event.preventDefault();
    history.replaceState(null, "", link.hash);
  });
  list.addEventListener("keydown", (event) => {
    const current = tabs.indexOf(document.activeElement);
    const next = { ArrowRight: current + 1, ArrowLeft: current - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    show(tabs[(next + tabs.length) % tabs.length], { focus: true });
  });
  window.addEventListener("hashchange", () => open(location.hash));
  show(tabs[0]);
  open(location.hash);
}
