/** Puts a quick phrase into the opinion. Without it people type. */
export function mount(root: HTMLElement): void {
  const box = root.querySelector<HTMLTextAreaElement>("textarea");
  const phrases = root.querySelector<HTMLElement>("[data-phrases]");
  if (!box || !phrases) return;
  phrases.hidden = false;
  phrases.addEventListener("click", (event) => {
    const phrase = event.target instanceof HTMLElement ? event.target.dataset["phrase"] : undefined;
    if (!phrase) return;
    box.value = box.value.trim() ? `${box.value.trimEnd()}${phrase}` : phrase;
    box.focus();
  });
}
