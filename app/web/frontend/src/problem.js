// The problem page: editor, draft, submit, live result.
import htmx from "htmx.org";
import { createEditor } from "./editor.js";
import { LiveResult } from "./live.js";
import { startPanes } from "./panes.js";
import { load, save } from "./storage.js";
import { startTabs } from "./tabs.js";

const SIZES = [12, 13, 14, 15, 16, 18, 20];
const page = document.querySelector("[data-problem-page]");
const { slug, assignmentProblem, signedIn } = page.dataset;
const starter = document.getElementById("starter").value;
// What is written for an assignment is apart from practice, and each person's apart from others',
// since several may use a browser.
const anybodysDraft = assignmentProblem ? `draft:${slug}:${assignmentProblem}` : `draft:${slug}`;
const draftName = signedIn ? `${anybodysDraft}:of:${signedIn}` : anybodysDraft;
const region = document.getElementById("result");
const announcer = document.getElementById("announcer");
const submitButtons = document.querySelectorAll("[data-submit]");
const draftNote = document.querySelector("[data-draft-note]");
const resetButton = document.querySelector("[data-reset]");

const draft = load(draftName) ?? takenOver();
const editor = createEditor(document.querySelector("[data-editor]"), {
  text: draft ?? starter,
  onChange: keepDraft,
  onSubmit: submit,
});
page.classList.add("has-editor");

// Who signs in after they began goes on with it, and nobody after them.
function takenOver() {
  const found = signedIn ? load(anybodysDraft) : null;
  if (found !== null && save(draftName, found)) save(anybodysDraft, null);
  return found;
}

let saving = null;
function keepDraft() {
  clearTimeout(saving);
  saving = setTimeout(keepNow, 250);
}

function keepNow() {
  clearTimeout(saving);
  saving = null;
  const text = editor.text();
  showDraft(save(draftName, text === starter ? null : text));
}

function showDraft(kept) {
  const changed = editor.text() !== starter;
  draftNote.textContent = !changed ? "" : kept ? "Draft kept on this machine" : "This browser keeps no draft";
  resetButton.disabled = !changed;
}

// Nothing where nothing was written: another tab may hold what is newer.
window.addEventListener("pagehide", () => saving !== null && keepNow());

const resetDialog = document.getElementById("reset-dialog");
resetButton.addEventListener("click", () => resetDialog.showModal());
resetDialog.addEventListener("close", () => {
  if (resetDialog.returnValue !== "reset") return;
  editor.replace(starter);
  keepNow();
  editor.focus();
});

function setSize(size) {
  page.style.setProperty("--editor-size", `${size}px`);
  editor.view.requestMeasure();
  save("editor-size", String(size));
}
let size = Number(load("editor-size")) || 14;
setSize(size);
for (const button of document.querySelectorAll("[data-size]")) {
  button.addEventListener("click", () => {
    const place = SIZES.indexOf(size) + Number(button.dataset.size);
    size = SIZES[Math.min(Math.max(place, 0), SIZES.length - 1)];
    setSize(size);
  });
}

if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  for (const key of document.querySelectorAll("[data-submit] kbd")) key.textContent = "⌘ ↵";
}

const live = new LiveResult(region, { announcer, onDone: judged });
let busy = false;

function setBusy(value) {
  busy = value;
  page.classList.toggle("is-judging", value);
  for (const button of submitButtons) button.setAttribute("aria-disabled", String(value));
}

async function submit() {
  if (busy) return;
  if (!page.hasAttribute("data-signed-in")) {
    showTemplate("sign-in-needed");
    return;
  }
  setBusy(true);
  try {
    const response = await fetch("/api/v1/submissions", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "Idempotency-Key": crypto.randomUUID?.() ?? String(Math.random()) },
      body: JSON.stringify({ problem: slug, source: editor.text(), assignment_problem: assignmentProblem }),
    });
    const document = await response.json();
    if (!response.ok) {
      refuse(response.status, document);
      return;
    }
    region.dataset.submission = document.id;
    showNotice(document);
    reveal();
    live.follow(document.id);
    // It is one attempt less from now on, whenever it is judged.
    if (document.assignment) htmx.trigger(window.document.body, "submitted");
  } catch {
    refuse(0, { title: "The server did not answer", detail: "Your program is kept here. Try again in a moment." });
  }
}

// Sent to an assignment that has ended meanwhile, a program is practice: that must be seen.
function showNotice({ notice, assignment }) {
  const place = page.querySelector("[data-notice]");
  if (place) place.textContent = assignment ? "" : (notice ?? "");
}

function refuse(status, problem) {
  setBusy(false);
  if (status === 401) {
    showTemplate("sign-in-needed");
    return;
  }
  showTemplate("refused", { title: problem.title ?? "Not submitted", detail: problem.detail ?? "" });
  // What the bar says of the assignment may be out of date.
  if (assignmentProblem) htmx.trigger(document.body, "judged");
}

function showTemplate(id, texts = {}) {
  const copy = document.getElementById(id).content.cloneNode(true);
  for (const [name, text] of Object.entries(texts)) copy.querySelector(`[data-${name}]`).textContent = text;
  region.replaceChildren(copy);
  announcer.textContent = region.textContent.trim().replace(/\s+/g, " ");
  reveal();
}

function reveal() {
  page.classList.add("has-result");
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  region.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
}

function judged() {
  setBusy(false);
  reveal();
  // Attempting may open the solution, and the list of submissions has one more.
  htmx.trigger(document.body, "judged");
}

for (const button of submitButtons) button.addEventListener("click", submit);
document.addEventListener("jurax:focus-editor", () => editor.focus());
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("[data-load-source]") : null;
  if (!link) return;
  const source = document.getElementById(link.dataset.loadSource);
  if (source) editor.replace(source.textContent);
});

startTabs();
startPanes();
showDraft(true);
if (draft !== null) draftNote.textContent = "Your draft from last time";

const status = region.querySelector("[data-status]")?.dataset.status;
if (status) page.classList.add("has-result");
if (status && status !== "done") {
  setBusy(true);
  live.follow(region.dataset.submission);
}
