/** The rows of a list under the keyboard, a quick look beside them, more of the same, and how many are ticked. */

import { openDrawer } from "../../../../../frontend/lib/drawer";
import { offer, withdrawOffer, type Offer } from "../../../../../frontend/lib/offers";

export function mount(root: HTMLElement): void {
  const rows = [...root.querySelectorAll<HTMLTableRowElement>("tbody tr")];
  const list = root.closest("section") ?? root;
  startTicking(list);
  root.addEventListener("dblclick", (event) => {
    const row = event.target instanceof Element ? event.target.closest("tr") : null;
    withdrawOffer();
    if (row) look(row);
  });
  startNarrowing(root);
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
  else if (key === "f") offerAll(row);
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

/** A click on a value offers the rows that have it, too. */
function startNarrowing(root: HTMLElement): void {
  const titles = columns(root);
  for (const row of root.querySelectorAll<HTMLTableRowElement>("tbody tr")) {
    for (const [at, title] of titles.entries()) row.cells[at]?.classList.toggle("narrows", "narrows" in title.dataset);
  }
  root.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || event.target.closest("a, input") || getSelection()?.isCollapsed === false) return;
    const cell = event.target.closest<HTMLTableCellElement>("td.narrows");
    const row = cell?.closest("tr");
    const title = cell ? titles[cell.cellIndex] : undefined;
    if (cell && row && title) offer(cell, "筛选", [narrowing(row, cell, title)]);
  });
}

function offerAll(row: HTMLTableRowElement): void {
  const titles = columns(row).map((title, at) => ({ title, cell: row.cells[at] }));
  const offers = titles.flatMap(({ title, cell }) => (cell && "narrows" in title.dataset ? [narrowing(row, cell, title)] : []));
  if (offers.length) offer(link(row) ?? row, "筛选", offers);
}

/** The server knows what the value is; the address says whose and which. */
function narrowing(row: HTMLElement, cell: HTMLElement, title: HTMLElement): Offer {
  const address = new URL("alike/", link(row)?.href ?? location.href);
  address.search = location.search;
  address.searchParams.set("by", title.dataset["narrows"] ?? "");
  const value = cell.textContent?.trim();
  return { words: `筛选此值：${title.textContent?.trim()} ${value || "未填写"}`, href: address.href };
}

function columns(inside: HTMLElement): HTMLTableCellElement[] {
  return [...(inside.closest("section")?.querySelectorAll("thead th") ?? [])] as HTMLTableCellElement[];
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
