// The API's reference at /docs, from this origin and without inline scripts.
import SwaggerUIBundle from "swagger-ui-dist/swagger-ui-es-bundle.js";

const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");

function followTheme() {
  root.classList.toggle("dark-mode", root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
}

followTheme();
system.addEventListener("change", followTheme);
new MutationObserver(followTheme).observe(root, { attributeFilter: ["data-theme"] });

const element = document.getElementById("swagger");
SwaggerUIBundle({
  url: element.dataset.openapi,
  domNode: element,
  deepLinking: true,
  presets: [SwaggerUIBundle.presets.apis],
  validatorUrl: null,
  // The page has a main part already, in which this one is.
  onComplete: () => element.querySelectorAll("main, [role=main]").forEach((part) => part.setAttribute("role", "group")),
});
