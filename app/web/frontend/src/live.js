// A result while it comes: the server renders it, an event stream says when to fetch it again.
const RETRY_MS = [500, 1000, 2000, 4000, 8000];

export class LiveResult {
  #region;
  #announcer;
  #onDone;
  #source = null;
  #fetching = false;
  #stale = false;
  #retries = 0;
  #id = null;

  constructor(region, { announcer, onDone }) {
    this.#region = region;
    this.#announcer = announcer;
    this.#onDone = onDone;
  }

  follow(id) {
    this.stop();
    this.#id = id;
    this.#retries = 0;
    this.#announcer.textContent = "Submitted. Judging.";
    this.#refresh();
    this.#listen();
  }

  stop() {
    this.#source?.close();
    this.#source = null;
    this.#id = null;
  }

  #listen() {
    const id = this.#id;
    const source = new EventSource(`/api/v1/submissions/${encodeURIComponent(id)}/events`);
    this.#source = source;
    const arrived = () => {
      this.#retries = 0;
      this.#region.classList.remove("is-offline");
      this.#refresh();
    };
    for (const name of ["open", "message", "status", "case", "report", "done"]) source.addEventListener(name, arrived);
    source.addEventListener("error", () => {
      if (this.#id !== id) return;
      // The stream also ends when all was said: what the server has decides, not the stream.
      this.#refresh();
      if (source.readyState !== EventSource.CLOSED) return;
      const wait = RETRY_MS[Math.min(this.#retries++, RETRY_MS.length - 1)];
      setTimeout(() => this.#id === id && this.#source === source && this.#listen(), wait);
    });
  }

  // At most one fetch at a time; what arrives meanwhile asks for one more.
  async #refresh() {
    if (this.#fetching) {
      this.#stale = true;
      return;
    }
    const id = this.#id;
    if (id === null) return;
    this.#fetching = true;
    this.#stale = false;
    try {
      const response = await fetch(`/submissions/${encodeURIComponent(id)}/result`, { headers: { Accept: "text/html" } });
      if (!response.ok) throw new Error(response.statusText);
      const html = await response.text();
      if (this.#id === id) this.#show(html);
    } catch {
      if (this.#id === id) this.#lostConnection();
    } finally {
      this.#fetching = false;
      if (this.#stale) setTimeout(() => this.#refresh(), 15);
    }
  }

  #show(html) {
    const next = new DOMParser().parseFromString(html, "text/html").body;
    const status = next.querySelector("[data-status]")?.dataset.status;
    this.#region.classList.remove("is-offline");
    this.#region.replaceChildren(...document.adoptNode(next).childNodes);
    this.#region.dispatchEvent(new CustomEvent("jurax:content", { bubbles: true }));
    if (status !== "done") return;
    this.stop();
    this.#announcer.textContent = this.#region.querySelector("[data-announce]")?.dataset.announce ?? "Judged.";
    this.#onDone?.(this.#region);
  }

  #lostConnection() {
    this.#region.classList.add("is-offline");
    this.#announcer.textContent = "The connection was lost. Trying again.";
    const id = this.#id;
    const wait = RETRY_MS[Math.min(this.#retries++, RETRY_MS.length - 1)];
    setTimeout(() => this.#id === id && this.#refresh(), wait);
  }
}
