/** The card under the person's name closes like a menu: by Escape, or by a click elsewhere. */

export function startMenus(): void {
  const close = (except: Node | null): void => {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.topbar-person[open]")) {
      if (!menu.contains(except)) menu.open = false;
    }
  };
  document.addEventListener("click", (event) => close(event.target instanceof Node ? event.target : null));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close(null);
  });
}

/** Sections of the menu that somebody opened or closed stay so from page to page; without it each opens where one is. */
export function keepMenuParts(): void {
  for (const part of document.querySelectorAll<HTMLDetailsElement>(".menu details[data-part]")) {
    const key = `menu:${part.dataset.part ?? ""}`;
    const kept = sessionStorage.getItem(key);
    if (kept !== null && !part.open) part.open = kept === "1";
    part.addEventListener("toggle", () => sessionStorage.setItem(key, part.open ? "1" : "0"));
  }
}
