/** The button of a page made for paper. */
export function startPrinting(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-print]")) {
    button.addEventListener("click", () => window.print());
  }
}
