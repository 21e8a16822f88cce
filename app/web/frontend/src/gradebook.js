// The gradebook's page: all rows at once, narrowed while one types, and live while work is judged.
import { Book } from "./gradebook-book.js";
import { Grid } from "./gradebook-grid.js";

const frame = document.getElementById("gradebook");
const form = document.querySelector("[data-gradebook-filter]");
// Another assignment is another page, with or without rows in this one.
form?.elements.assignment.addEventListener("change", () => form.requestSubmit());
if (frame) start();

function start() {
  const { api, scope, sort, order } = frame.dataset;
  const grid = new Grid(frame, { suffix: new URLSearchParams(scope).has("reveal") ? "?reveal=true" : "" });
  const count = document.getElementById("gb-count");
  const nobody = document.getElementById("gb-nobody");
  const headings = [...frame.querySelectorAll("[data-column]")];
  const chosen = { sort, order };
  let book = null;
  let loading = false;
  let stale = false;

  function choice() {
    const section = form.elements.section;
    return {
      ...chosen,
      q: form.elements.q.value,
      state: form.elements.state.value,
      section: section?.value ? section.selectedOptions[0].text : "",
    };
  }

  function apply(options) {
    if (!book) return;
    book.choose(choice());
    const [found, all] = [book.shown.length, book.students.length];
    count.textContent = found === all ? `${all} ${all === 1 ? "student" : "students"}` : `${found} of ${all} students`;
    nobody.hidden = found > 0;
    frame.hidden = found === 0;
    grid.show(book, options);
  }

  // Reloading, or coming back to it, shows the same.
  function remember() {
    const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    if (chosen.sort !== "name" || chosen.order !== "asc") {
      query.set("sort", chosen.sort);
      query.set("order", chosen.order);
    }
    history.replaceState(null, "", query.size > 0 ? `?${query}` : location.pathname);
    for (const heading of headings) {
      if (heading.dataset.column !== chosen.sort) heading.removeAttribute("aria-sort");
      else heading.setAttribute("aria-sort", chosen.order === "asc" ? "ascending" : "descending");
    }
  }

  // At most one at a time; what is asked for meanwhile asks for one more.
  async function load() {
    if (loading) {
      stale = true;
      return;
    }
    loading = true;
    try {
      do {
        stale = false;
        const fresh = await Book.load(api, scope);
        if (sameProblems(fresh)) book = fresh;
        else location.reload();
      } while (stale);
      document.getElementById("gb-pages")?.remove();
      document.querySelector("[data-gradebook-show]")?.remove();
      const keys = document.querySelector(".gb-keys");
      if (keys) keys.hidden = false;
      apply();
    } catch (error) {
      // The rows that the server wrote are still there, and the stream asks again.
      console.warn("The gradebook could not be loaded.", error);
    } finally {
      loading = false;
    }
  }

  function sameProblems(fresh) {
    const before = headings.map((heading) => heading.dataset.column).slice(2);
    return fresh.problems.length === before.length && fresh.problems.every(({ id }, at) => id === before[at]);
  }

  form.addEventListener("submit", (event) => {
    if (!book || event.submitter === null) return;
    event.preventDefault();
    grid.focus();
  });
  form.addEventListener("input", (event) => {
    if (event.target === form.elements.assignment || !book) return;
    apply({ keep: false });
    remember();
  });
  form.elements.q.addEventListener("keydown", (event) => {
    if (!book || (event.key !== "ArrowDown" && event.key !== "Enter")) return;
    event.preventDefault();
    grid.focus();
  });
  for (const heading of headings) {
    heading.querySelector("a").addEventListener("click", (event) => {
      if (!book || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const column = heading.dataset.column;
      const first = column === "name" ? "asc" : "desc";
      const again = chosen.sort === column && chosen.order === first;
      chosen.order = again ? (first === "asc" ? "desc" : "asc") : first;
      chosen.sort = column;
      apply({ keep: false });
      remember();
    });
  }

  const source = new EventSource(`${api}/events?${scope}`);
  source.addEventListener("reload", load);
  source.addEventListener("cells", (event) => {
    if (!book) return;
    const cells = JSON.parse(event.data).cells.map((change) => book.apply(change));
    // Rows stay where they are while one looks at them; the next filter or order puts them in place.
    grid.mark(cells.filter((cell) => cell !== null));
  });
  source.addEventListener("error", () => book ?? load());
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}
