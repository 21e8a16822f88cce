// What is kept on the machine: drafts and preferences. Storage may be full or forbidden; then
// the page works on, and only forgets.
const PREFIX = "jurax:";

export function load(name) {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

export function save(name, value) {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
    return true;
  } catch {
    return false;
  }
}
