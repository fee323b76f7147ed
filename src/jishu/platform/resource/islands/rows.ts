/** The rows of a list under the keyboard, a quick look beside them, and how many are ticked. */

import { openDrawer } from "../../../../../frontend/lib/drawer";

export function mount(root: HTMLElement): void {
  const rows = [...root.querySelectorAll<HTMLTableRowElement>("tbody tr")];
  const list = root.closest("section") ?? root;
  startTicking(list);
  root.addEventListener("dblclick", (event) => {
    const row = event.target instanceof Element ? event.target.closest("tr") : null;
    if (row) look(row);
  });
  const press = (event: KeyboardEvent): void => {
    if (!root.isConnected) return document.removeEventListener("keydown", press);
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    if (act(event.key.toLowerCase(), rows, at)) event.preventDefault();
  };
  document.addEventListener("keydown", press);
}

function act(key: string, rows: HTMLTableRowElement[], at: number): boolean {
  const row = rows[at];
  if (key === "/") {
    document.querySelector<HTMLInputElement>("#list-q")?.focus();
    return true;
  }
  if (key === "j" || key === "k") {
    const next = rows[at < 0 ? 0 : Math.min(Math.max(at + (key === "j" ? 1 : -1), 0), rows.length - 1)];
    (link(next) ?? box(next))?.focus();
    return true;
  }
  if (!row) return false;
  if (key === "o") link(row)?.click();
  else if (key === "v") look(row);
  else if (key === "x") box(row)?.click();
  else return false;
  return true;
}

function look(row: HTMLTableRowElement): void {
  const found = link(row);
  if (found) void openDrawer(found.href);
}

function link(row: HTMLElement | undefined): HTMLAnchorElement | null {
  return row?.querySelector<HTMLAnchorElement>("a[href]") ?? null;
}

function box(row: HTMLElement | undefined): HTMLInputElement | null {
  return row?.querySelector<HTMLInputElement>('input[name="row"]') ?? null;
}

function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('textarea, select, input:not([type="checkbox"])');
}

function startTicking(list: HTMLElement): void {
  const bar = list.querySelector<HTMLFormElement>("form[data-bulk]");
  const said = bar?.querySelector<HTMLElement>("[data-picked]");
  if (!bar || !said) return;
  const boxes = [...list.querySelectorAll<HTMLInputElement>('input[name="row"]')];
  const every = bar.querySelector<HTMLInputElement>("[data-pick-all]");
  list.addEventListener("change", (event) => {
    if (event.target === every) for (const one of boxes) one.checked = every?.checked ?? false;
    const ticked = boxes.filter((one) => one.checked).length;
    if (every) every.checked = ticked === boxes.length;
    said.textContent = ticked ? `已勾选 ${ticked} 条` : "";
  });
}
