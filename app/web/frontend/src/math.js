// Formulas: the server sends readable TeX, KaTeX sets it.
import katex from "katex";

export function renderMath(scope) {
  for (const element of scope.querySelectorAll(".math[data-tex]:not([data-set])")) {
    const displayMode = element.classList.contains("math-display");
    try {
      katex.render(element.dataset.tex, element, { displayMode, throwOnError: true, strict: "ignore", trust: false });
    } catch {
      element.textContent = element.dataset.tex;
      element.classList.add("math-unset");
    }
    element.dataset.set = "";
  }
}
