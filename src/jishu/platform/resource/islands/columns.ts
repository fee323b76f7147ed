/** Gives every column of the choice two buttons that move it; the order in the page is the order that is sent. */
export function mount(root: HTMLElement): void {
  for (const item of root.querySelectorAll<HTMLLIElement>(":scope > li")) {
    const title = item.textContent?.trim() ?? "";
    item.append(mover(item, "↑", `把“${title}”前移`, -1), mover(item, "↓", `把“${title}”后移`, 1));
  }
}

function mover(item: HTMLLIElement, sign: string, words: string, by: -1 | 1): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm";
  button.textContent = sign;
  button.setAttribute("aria-label", words);
  button.addEventListener("click", () => {
    if (by < 0) item.previousElementSibling?.before(item);
    else item.nextElementSibling?.after(item);
    button.focus();
  });
  return button;
}
