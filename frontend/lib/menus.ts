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
