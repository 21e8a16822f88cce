// The line between reading and writing: drag it, or move it with the arrow keys.
import { load, save } from "./storage.js";

const LEAST = 28;
const MOST = 66;

export function startPanes() {
  const handle = document.querySelector("[data-divider]");
  const split = handle?.parentElement;
  if (!split) return;

  function set(percent, keep = true) {
    const share = Math.min(Math.max(percent, LEAST), MOST);
    split.style.setProperty("--reading", `${share}%`);
    handle.setAttribute("aria-valuenow", String(Math.round(share)));
    if (keep) save("reading", share.toFixed(1));
  }

  const current = () => Number(handle.getAttribute("aria-valuenow"));
  handle.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    const box = split.getBoundingClientRect();
    const move = ({ clientX }) => set(((clientX - box.left) / box.width) * 100);
    handle.addEventListener("pointermove", move);
    const stop = () => handle.removeEventListener("pointermove", move);
    handle.addEventListener("pointerup", stop, { once: true });
    handle.addEventListener("pointercancel", stop, { once: true });
  });
  handle.addEventListener("keydown", (event) => {
    const next = { ArrowLeft: current() - 2, ArrowRight: current() + 2, Home: LEAST, End: MOST }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    set(next);
  });
  handle.addEventListener("dblclick", () => set(46));
  const kept = Number(load("reading"));
  if (kept) set(kept, false);
}
