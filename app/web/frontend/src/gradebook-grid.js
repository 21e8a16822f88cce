// The gradebook's table as a grid: as many cells as are seen, and one that the arrows move.
const AROUND = 8;
const BESIDE = 3;

export class Grid {
  #frame;
  #table;
  #body;
  #headings;
  #page;
  #suffix;
  #book = null;
  #first = -1;
  #last = -1;
  #left = 0;
  #right = 0;
  #row = 0;
  #column = 0;
  #changed = new Set();
  #waiting = false;
  // The rows that stand in the table, by number, between two that keep the others' room.
  #rows = new Map();
  #above = space();
  #below = space();

  constructor(frame, { suffix }) {
    this.#frame = frame;
    this.#page = frame.dataset.page;
    this.#suffix = suffix;
    this.#table = frame.querySelector("table");
    this.#body = this.#table.tBodies[0];
    this.#headings = [...this.#table.tHead.rows[0].cells];
    // The rows that the server wrote stand there until all have come.
    frame.style.setProperty("--rows", this.#body.rows.length);
    frame.style.setProperty("--problems", this.#headings.length - 2);
    frame.removeAttribute("tabindex");
    frame.removeAttribute("role");
    frame.removeAttribute("aria-label");
    frame.classList.add("is-grid");
    this.#table.setAttribute("role", "grid");
    this.#table.setAttribute("aria-label", "Gradebook");
    this.#table.setAttribute("aria-readonly", "true");
    // Keys move nothing before the rows have come.
    this.#table.setAttribute("aria-busy", "true");
    this.#table.tabIndex = 0;
    for (const [at, heading] of this.#headings.entries()) {
      heading.id = `gb-h-${at}`;
      heading.setAttribute("role", "columnheader");
      heading.setAttribute("aria-colindex", at + 1);
      heading.querySelector("a").tabIndex = -1;
    }
    this.#table.tHead.rows[0].setAttribute("aria-rowindex", 1);
    frame.addEventListener("scroll", () => this.#soon(), { passive: true });
    new ResizeObserver(() => this.#soon()).observe(frame);
    this.#table.addEventListener("keydown", (event) => this.#key(event));
    this.#table.addEventListener("pointerdown", (event) => this.#point(event));
  }

  show(book, { keep = true } = {}) {
    this.#book = book;
    this.#table.removeAttribute("aria-busy");
    const rows = book.shown.length;
    this.#frame.style.setProperty("--rows", rows);
    this.#table.setAttribute("aria-rowcount", rows + 1);
    this.#table.setAttribute("aria-colcount", this.#headings.length);
    this.#frame.style.setProperty("--problems", book.problems.length);
    if (!keep) this.#frame.scrollTop = 0;
    this.#row = Math.min(this.#row, rows);
    this.#redraw();
  }

  mark(cells) {
    for (const cell of cells) this.#changed.add(cell);
    this.#redraw();
    this.#changed.clear();
  }

  focus() {
    this.#table.focus();
    this.#to(Math.max(this.#row, 1), this.#column);
  }

  #soon() {
    if (this.#waiting) return;
    this.#waiting = true;
    requestAnimationFrame(() => {
      this.#waiting = false;
      this.#follow();
    });
  }

  #follow() {
    const [first, last] = this.#window();
    const [left, right] = this.#across();
    if (left < this.#left || right > this.#right) this.#redraw();
    else if (first < this.#first || last > this.#last) this.#draw();
  }

  get #height() {
    return Number.parseFloat(getComputedStyle(this.#frame).getPropertyValue("--row"));
  }

  // The rows that are seen, from 0.
  #window() {
    const first = Math.max(0, Math.floor(this.#frame.scrollTop / this.#height));
    const seen = Math.ceil(this.#frame.clientHeight / this.#height);
    return [first, Math.min(this.#book?.shown.length ?? 0, first + seen)];
  }

  // The problems that are seen, from 0.
  #across() {
    const [name, total] = this.#headings;
    const width = this.#headings[2]?.offsetWidth || 1;
    const from = (this.#frame.scrollLeft - total.offsetWidth) / width;
    const seen = (this.#frame.clientWidth - name.offsetWidth) / width;
    const all = this.#book?.problems.length ?? 0;
    return [Math.min(all, Math.max(0, Math.floor(from))), Math.min(all, Math.ceil(from + seen + 1))];
  }

  #redraw() {
    const [left, right] = this.#across();
    this.#left = Math.max(0, left - BESIDE);
    this.#right = Math.min(this.#book?.problems.length ?? 0, right + BESIDE);
    this.#rows.clear();
    this.#body.replaceChildren(this.#above, this.#below);
    this.#draw();
  }

  // Rows that stay in sight stay as they are: making them is what takes the time.
  #draw() {
    const all = this.#book?.shown.length ?? 0;
    const [first, last] = this.#window();
    this.#first = Math.max(0, first - AROUND);
    this.#last = Math.min(all, last + AROUND);
    for (const [row, line] of this.#rows) {
      if (row >= this.#first && row < this.#last) continue;
      line.remove();
      this.#rows.delete(row);
    }
    let before = this.#above;
    for (let row = this.#first; row < this.#last; row++) {
      if (!this.#rows.has(row)) {
        this.#rows.set(row, this.#rowOf(row));
        before.after(this.#rows.get(row));
      }
      before = this.#rows.get(row);
    }
    this.#keep(this.#above, this.#first);
    this.#keep(this.#below, all - this.#last);
    if (this.#last === all) this.#last = Infinity;
    if (this.#first === 0) this.#first = -1;
    this.#activate();
  }

  #keep(space, rows) {
    space.style.height = `${rows * this.#height}px`;
    space.hidden = rows === 0;
  }

  #rowOf(row) {
    const book = this.#book;
    const at = book.shown[row];
    const student = book.students[at];
    const line = document.createElement("tr");
    line.setAttribute("aria-rowindex", row + 2);
    const name = cell("th", "gb-name", row, 0);
    name.setAttribute("role", "rowheader");
    name.append(span("gb-who", student.name));
    const more = [student.number, student.section].filter(Boolean).join(", ");
    if (more) name.append(span("gb-more", more));
    const total = cell("td", "gb-total", row, 1);
    total.textContent = shown(book.totals[at]);
    line.append(name, total);
    line.append(...beside(this.#left));
    for (let place = this.#left; place < this.#right; place++) {
      const column = book.columns[place];
      const made = cell("td", classes(column, at), row, place + 2);
      if (this.#changed.has(`${at} ${place}`)) made.classList.add("gb-changed");
      const link = document.createElement("a");
      link.href = `${this.#page}/${column.problem_id}/${student.id}${this.#suffix}`;
      link.tabIndex = -1;
      fill(link, column, at);
      made.append(link);
      line.append(made);
    }
    line.append(...beside(book.columns.length - this.#right));
    return line;
  }

  #key(event) {
    if (event.altKey || event.metaKey || !this.#book) return;
    const rows = this.#book.shown.length;
    const columns = this.#headings.length - 1;
    const whole = event.ctrlKey;
    const page = Math.max(1, Math.floor(this.#frame.clientHeight / this.#height) - 2);
    const moves = {
      ArrowDown: [whole ? rows : this.#row + 1, this.#column],
      ArrowUp: [whole ? 0 : this.#row - 1, this.#column],
      ArrowRight: [this.#row, whole ? columns : this.#column + 1],
      ArrowLeft: [this.#row, whole ? 0 : this.#column - 1],
      PageDown: [this.#row + page, this.#column],
      PageUp: [Math.max(1, this.#row - page), this.#column],
      Home: [whole ? 1 : this.#row, 0],
      End: [whole ? rows : this.#row, columns],
    };
    if (event.key === "Enter" || event.key === " ") this.#active()?.querySelector("a")?.click();
    else if (moves[event.key] && (!whole || !event.key.startsWith("Page"))) this.#to(...moves[event.key]);
    else return;
    event.preventDefault();
  }

  #point(event) {
    const at = event.target.closest("[data-row], thead th");
    if (!at) return;
    const row = at.dataset.row === undefined ? 0 : Number(at.dataset.row) + 1;
    this.#row = row;
    this.#column = Number(at.getAttribute("aria-colindex")) - 1;
    this.#activate();
  }

  // Row 0 is the headings.
  #to(row, column) {
    this.#row = Math.min(Math.max(row, 0), this.#book.shown.length);
    this.#column = Math.min(Math.max(column, 0), this.#headings.length - 1);
    this.#reveal();
    this.#activate();
  }

  #reveal() {
    const head = this.#headings[0].offsetHeight;
    if (this.#row > 0) {
      const top = (this.#row - 1) * this.#height;
      const seen = this.#frame.clientHeight - head;
      if (top < this.#frame.scrollTop) this.#frame.scrollTop = top;
      else if (top + this.#height > this.#frame.scrollTop + seen) this.#frame.scrollTop = top + this.#height - seen;
    }
    const heading = this.#headings[this.#column];
    const names = this.#headings[0].offsetWidth;
    if (this.#column > 0) {
      const left = heading.offsetLeft - names;
      const right = heading.offsetLeft + heading.offsetWidth - this.#frame.clientWidth;
      if (left < this.#frame.scrollLeft) this.#frame.scrollLeft = left;
      else if (right > this.#frame.scrollLeft) this.#frame.scrollLeft = right;
    } else this.#frame.scrollLeft = 0;
    this.#follow();
  }

  #active() {
    const id = this.#row === 0 ? `gb-h-${this.#column}` : `gb-${this.#row - 1}-${this.#column}`;
    return document.getElementById(id);
  }

  #activate() {
    this.#table.querySelector(".is-active")?.classList.remove("is-active");
    const active = this.#active();
    if (active) {
      active.classList.add("is-active");
      this.#table.setAttribute("aria-activedescendant", active.id);
    } else this.#table.removeAttribute("aria-activedescendant");
  }
}

function space() {
  const row = document.createElement("tr");
  row.className = "gb-space";
  row.setAttribute("aria-hidden", "true");
  return row;
}

// The room of cells that are not seen.
function beside(columns) {
  if (columns <= 0) return [];
  const made = document.createElement("td");
  made.colSpan = columns;
  made.setAttribute("aria-hidden", "true");
  return [made];
}

function cell(tag, classNames, row, column) {
  const made = document.createElement(tag);
  made.className = classNames;
  made.id = `gb-${row}-${column}`;
  made.dataset.row = row;
  made.setAttribute("aria-colindex", column + 1);
  if (tag === "td") made.setAttribute("role", "gridcell");
  return made;
}

function span(className, text) {
  const made = document.createElement("span");
  made.className = className;
  made.textContent = text;
  return made;
}

// What marks show is said in words too.
function mark(text) {
  const made = span("gb-mark", text);
  made.setAttribute("aria-hidden", "true");
  return made;
}

function classes(column, at) {
  let names = "gb-cell";
  if (column.adjusted[at]) names += " gb-adjusted";
  if (column.days_late[at]) names += " gb-late";
  if (column.judging[at]) names += " gb-judging";
  return names;
}

function fill(link, column, at) {
  const points = column.points[at];
  const late = column.days_late[at];
  if (points !== null) link.append(shown(points));
  else if (column.judging[at]) link.append("…");
  else if (column.submissions[at]) link.append("?");
  else link.append(span("gb-none", "–"));
  if (late) link.append(mark(`${late}d`));
  if (column.judging[at] && points !== null) link.append(mark("…"));
  const said = [];
  if (column.adjusted[at]) said.push("set by hand");
  if (late) said.push(`${late} ${late === 1 ? "day" : "days"} late`);
  if (column.judging[at]) said.push("being judged");
  if (!column.submissions[at]) said.push("nothing submitted");
  if (said.length > 0) link.append(span("visually-hidden", `, ${said.join(", ")}`));
}

// As the server writes numbers.
function shown(points) {
  if (points === null) return "";
  if (Number.isInteger(points)) return String(points).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  return String(Number(points.toPrecision(6)));
}
