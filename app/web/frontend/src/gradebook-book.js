// The gradebook's rows in the browser: columns as the API tells them, filtered and sorted as it does.
const STATES = {
  unsubmitted: (column, at) => column.submissions[at] === 0 && !column.adjusted[at],
  ungraded: (column, at) => column.submissions[at] > 0 && column.points[at] === null,
  adjusted: (column, at) => column.adjusted[at],
  late: (column, at) => column.days_late[at] > 0,
  judging: (column, at) => column.judging[at] > 0,
};
const PAGE = 2000;

export class Book {
  students = [];
  problems = [];
  columns = [];
  totals = [];
  // Places of the students who fit, in order.
  shown = [];
  #texts = [];
  #places = new Map();
  #problems = new Map();

  static async load(api, scope) {
    const book = new Book();
    for (let total = Infinity; book.students.length < total; ) {
      const query = new URLSearchParams(scope);
      query.set("offset", book.students.length);
      query.set("limit", PAGE);
      const response = await fetch(`${api}?${query}`, { headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
      const part = await response.json();
      book.#add(part);
      total = part.students.length > 0 ? part.total : 0;
    }
    book.#index();
    return book;
  }

  #add(part) {
    this.students.push(...part.students);
    this.totals.push(...part.totals);
    if (this.columns.length === 0) {
      this.problems = part.problems;
      this.columns = part.columns;
      return;
    }
    for (const [at, column] of this.columns.entries()) {
      for (const name of ["points", "submissions", "judging", "days_late", "adjusted"]) {
        column[name].push(...part.columns[at][name]);
      }
    }
  }

  #index() {
    this.#texts = this.students.map(({ name, number, email }) => [name, number, email].filter(Boolean).join("\n").toLowerCase());
    this.#places = new Map(this.students.map(({ id }, at) => [id, at]));
    this.#problems = new Map(this.problems.map(({ id }, at) => [id, at]));
    this.shown = this.students.map((_, at) => at);
  }

  choose({ q = "", section = "", state = "", sort = "name", order = "asc" }) {
    const words = q.toLowerCase().split(/\s+/).filter(Boolean);
    const isSo = STATES[state];
    const fitting = [];
    for (let at = 0; at < this.students.length; at++) {
      if (section && this.students[at].section !== section) continue;
      if (!words.every((word) => this.#texts[at].includes(word))) continue;
      if (isSo && !this.columns.some((column) => isSo(column, at))) continue;
      fitting.push(at);
    }
    // They come by name: what is equal stays so, and what has nothing is last either way.
    const value = this.#values(sort);
    const having = value ? fitting.filter((at) => value(at) !== null) : fitting;
    const sign = order === "desc" ? -1 : 1;
    if (value) having.sort((one, two) => sign * compare(value(one), value(two)) || one - two);
    else if (sign < 0) having.reverse();
    this.shown = value ? [...having, ...fitting.filter((at) => value(at) === null)] : having;
  }

  #values(sort) {
    if (sort === "name") return null;
    if (sort === "total") return (at) => this.totals[at];
    if (this.#problems.has(sort)) {
      const { points } = this.columns[this.#problems.get(sort)];
      return (at) => points[at];
    }
    return (at) => this.students[at][sort]?.toLowerCase() || null;
  }

  // Returns whether the cell is one of these.
  apply(change) {
    const at = this.#places.get(change.student_id);
    const column = this.columns[this.#problems.get(change.problem_id)];
    if (at === undefined || column === undefined) return null;
    for (const name of ["points", "submissions", "judging", "days_late", "adjusted"]) column[name][at] = change[name];
    const points = this.columns.map((each) => each.points[at]).filter((each) => each !== null);
    this.totals[at] = points.length > 0 ? points.reduce((sum, each) => sum + each, 0) : null;
    return `${at} ${this.#problems.get(change.problem_id)}`;
  }
}

function compare(one, two) {
  return one < two ? -1 : Number(one > two);
}
