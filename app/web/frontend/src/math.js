// Formulas: the server sends readable TeX, KaTeX sets it.
import katex from "katex";

// In em. Who writes a comment could else cover the page of who reads it.
const MOST = 20;

export function renderMath(scope) {
  for (const element of scope.querySelectorAll(".math[data-tex]:not([data-set])")) {
    const displayMode = element.classList.contains("math-display");
    try {
      katex.render(element.dataset.tex, element, { displayMode, throwOnError: true, strict: "ignore", trust: false, maxSize: MOST });
    } catch {
      element.textContent = element.dataset.tex;
      element.classList.add("math-unset");
    }
    element.dataset.set = "";
    if (displayMode) focusWhereItScrolls(element);
  }
}

// What is wider than its column is read by scrolling, which takes the focus where there is no mouse.
const widths = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});

function focusWhereItScrolls(element) {
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", "Formula");
  widths.observe(element);
}
