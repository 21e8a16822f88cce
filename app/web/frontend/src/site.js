// What every page has: theme, shortcuts, formulas, hypermedia, times.
import htmx from "htmx.org";
import { startCatalogue } from "./catalogue.js";
import { renderMath } from "./math.js";
import { startNarrowing } from "./narrowing.js";
import { load, save } from "./storage.js";

const root = document.documentElement;

function isDark() {
  if (root.dataset.theme) return root.dataset.theme === "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

function toggleTheme() {
  const theme = isDark() ? "light" : "dark";
  root.dataset.theme = theme;
  save("theme", theme);
  showTheme();
}

function showTheme() {
  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    button.setAttribute("aria-label", isDark() ? "Use the light theme" : "Use the dark theme");
  }
}

function isTyping(event) {
  const target = event.composedPath()[0];
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function follow(selector) {
  document.querySelector(selector)?.click();
}

const shortcuts = {
  "?": () => document.getElementById("shortcuts")?.showModal(),
  "/": () => document.querySelector("[data-search]")?.focus(),
  t: toggleTheme,
  "[": () => follow("[data-previous]"),
  "]": () => follow("[data-next]"),
  e: () => document.dispatchEvent(new CustomEvent("jurax:focus-editor")),
  p: () => follow("#tab-problem"),
  h: () => follow("#tab-hints"),
  s: () => follow("#tab-solution"),
  r: () => document.getElementById("result")?.focus(),
};

// A menu closes with Escape, and when one goes elsewhere.
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target instanceof Element && event.target.closest("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
for (const leaving of ["pointerdown", "focusin"]) {
  document.addEventListener(leaving, (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
  if (document.querySelector("dialog[open]")) return;
  if (load("shortcuts") === "off" && event.key !== "?") return;
  const action = shortcuts[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("[data-theme-toggle]")) toggleTheme();
  if (target?.closest("[data-shortcuts]")) shortcuts["?"]();
  const caseLink = target?.closest('a[href^="#case-"]');
  if (caseLink) openCase(caseLink.hash.slice(1), event);
  const copy = target?.closest("[data-copy]");
  if (copy) copyText(copy);
});

// A case may lie folded twice: within the list of all, and by itself.
function openCase(id, event) {
  const target = document.getElementById(id);
  if (!target) return;
  event.preventDefault();
  for (let at = target; at; at = at.parentElement) if (at instanceof HTMLDetailsElement) at.open = true;
  target.scrollIntoView({ block: "start" });
  (target.querySelector("summary") ?? target).focus({ preventScroll: true });
}

async function copyText(button) {
  const source = document.getElementById(button.dataset.copy);
  if (!source) return;
  await navigator.clipboard.writeText(source.textContent.trim());
  const before = button.textContent;
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = before), 1500);
}

const medium = { dateStyle: "medium", timeStyle: "short" };

function withWeekday(date) {
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return { weekday: "short", day: "numeric", month: "short", year, hour: "numeric", minute: "2-digit", timeZoneName: "short" };
}

// Times come from the server in UTC with a readable text; here they become the reader's own.
export function showTimes(scope) {
  for (const time of scope.querySelectorAll("time[datetime]:not([data-local])")) {
    const date = new Date(time.dateTime);
    if (Number.isNaN(date.getTime())) continue;
    time.textContent = date.toLocaleString([], "weekday" in time.dataset ? withWeekday(date) : medium);
    time.dataset.local = "";
  }
}

function dress(scope) {
  renderMath(scope);
  showTimes(scope);
}

document.addEventListener("htmx:load", (event) => dress(event.detail.elt));
document.addEventListener("jurax:content", (event) => {
  htmx.process(event.target);
  dress(event.target);
});
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-shortcuts-switch]")) save("shortcuts", event.target.checked ? null : "off");
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", showTheme);

const shortcutSwitch = document.querySelector("[data-shortcuts-switch]");
if (shortcutSwitch) shortcutSwitch.checked = load("shortcuts") !== "off";
htmx.process(document.body);
showTheme();
dress(document);
startCatalogue();
startNarrowing();
