/** Ctrl+K brings the search page to where the person is; arrows walk through what was found. */

export function startFinder(): void {
  const finder = document.getElementById("finder");
  if (!(finder instanceof HTMLDialogElement)) return;
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (!finder.open) finder.showModal();
    finder.querySelector("input")?.select();
  });
  finder.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    move(finder, step);
  });
  finder.addEventListener("click", (event) => {
    if (event.target === finder) finder.close();
  });
}

function move(finder: HTMLElement, step: number): void {
  const stops = [...finder.querySelectorAll<HTMLElement>("input, #finder-found a")];
  const at = stops.findIndex((stop) => stop === document.activeElement);
  stops[Math.min(Math.max(at + step, 0), stops.length - 1)]?.focus();
}
