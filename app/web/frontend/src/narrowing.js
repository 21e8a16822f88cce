// A long list of choices is narrowed by typing; what is ticked stays in sight.
export function startNarrowing() {
  for (const place of document.querySelectorAll("[data-narrowed]")) {
    const input = place.querySelector("[data-narrow]");
    const choices = [...place.querySelectorAll(".people-choice label")];
    if (choices.length < 10) continue;
    input.parentElement.hidden = false;
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const choice of choices) {
        const text = choice.textContent.toLowerCase();
        choice.hidden = !choice.querySelector("input").checked && !words.every((word) => text.includes(word));
      }
    });
  }
}
