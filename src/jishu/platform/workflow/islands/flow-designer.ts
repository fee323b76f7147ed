/**
 * The designer by keyboard, and settings that save themselves. The server holds the drawing: every key presses a button
 * of the page, so that without this script the same can be done with links and buttons.
 */

const AFTER = 500;
const HELD = "jishu.flow.held"; // what was copied or cut, across the exchanges of the page

export function mount(root: HTMLElement): void {
  const saving = keepSettings(root);
  const tree = root.querySelector<HTMLElement>("[data-tree]");
  if (!tree) return;
  tree.addEventListener("keydown", (event) => {
    if (!(event.target instanceof HTMLElement) || event.isComposing) return;
    const node = event.target.closest<HTMLElement>("[data-node]");
    if (node && act(root, tree, node, event)) event.preventDefault();
  });
  root.addEventListener("keydown", (event) => {
    if (typing(event.target) || !(event.ctrlKey || event.metaKey)) return;
    const key = event.key.toLowerCase();
    const name = key === "z" ? (event.shiftKey ? "redo" : "undo") : key === "y" ? "redo" : "";
    const button = name ? root.querySelector<HTMLButtonElement>(`[data-${name}]:not(:disabled)`) : null;
    if (!button) return;
    event.preventDefault();
    button.click();
  });
  root.addEventListener("click", (event) => saving.before(event), { capture: true });
  lookWhereOneWas(root);
}

/** After an exchange the focus stands on the page; put it on what is chosen, unless somebody is elsewhere. */
function lookWhereOneWas(root: HTMLElement): void {
  if (document.activeElement && document.activeElement !== document.body) return;
  if (!sessionStorage.getItem(`${HELD}.went`)) return;
  sessionStorage.removeItem(`${HELD}.went`);
  const wanted = root.querySelector<HTMLElement>('[aria-current="true"]') ?? root.querySelector<HTMLElement>("[data-node]");
  wanted?.focus();
}

function act(root: HTMLElement, tree: HTMLElement, node: HTMLElement, event: KeyboardEvent): boolean {
  const name = node.dataset["node"] ?? "";
  const held = event.ctrlKey || event.metaKey;
  sessionStorage.setItem(`${HELD}.went`, "1");
  switch (event.key) {
    case "ArrowDown":
      return event.altKey ? deed(root, isRow(name) ? "row_down" : "down", name) : go(tree, node, 1);
    case "ArrowUp":
      return event.altKey ? deed(root, isRow(name) ? "row_up" : "up", name) : go(tree, node, -1);
    case "ArrowRight":
      return goDeeper(tree, node);
    case "ArrowLeft":
      return goUp(tree, node);
    case "Delete":
      return deed(root, isRow(name) ? "delete_row" : "delete", name);
    case "Insert":
      return add(root, node);
    case "c":
    case "x":
      if (!held || isRow(name)) return false;
      sessionStorage.setItem(HELD, JSON.stringify({ step: name, cut: event.key === "x" }));
      return true;
    case "v":
      return held && paste(root, node);
    default:
      return false;
  }
}

function isRow(name: string): boolean {
  return name.includes(".");
}

function nodes(tree: HTMLElement): HTMLElement[] {
  return [...tree.querySelectorAll<HTMLElement>("[data-node]")];
}

function go(tree: HTMLElement, node: HTMLElement, by: number): boolean {
  const all = nodes(tree);
  all[all.indexOf(node) + by]?.focus();
  return true;
}

function goDeeper(tree: HTMLElement, node: HTMLElement): boolean {
  const all = nodes(tree);
  const next = all[all.indexOf(node) + 1];
  if (next && node.closest("li")?.contains(next)) next.focus();
  return true;
}

function goUp(tree: HTMLElement, node: HTMLElement): boolean {
  const above = node.closest("li")?.parentElement?.closest("li")?.querySelector<HTMLElement>("[data-node]");
  if (above && tree.contains(above)) above.focus();
  return true;
}

function deed(root: HTMLElement, name: string, node: string, to = ""): boolean {
  const form = root.querySelector<HTMLFormElement>("form[data-deed]");
  if (!form) return false;
  const [step, row] = node.split(".");
  const told: Record<string, string> = { do: name, step: step ?? "", row: row ?? "", to };
  for (const [key, value] of Object.entries(told)) {
    const input = form.elements.namedItem(key);
    if (input instanceof HTMLInputElement) input.value = value;
  }
  form.requestSubmit();
  return true;
}

function add(root: HTMLElement, node: HTMLElement): boolean {
  root.querySelector<HTMLElement>(`[data-add="${CSS.escape(node.dataset["after"] ?? "")}"]`)?.click();
  return true;
}

function paste(root: HTMLElement, node: HTMLElement): boolean {
  const text = sessionStorage.getItem(HELD);
  if (!text) return true;
  const { step, cut } = JSON.parse(text) as { step: string; cut: boolean };
  if (cut) sessionStorage.removeItem(HELD);
  return deed(root, cut ? "move" : "copy", step, node.dataset["after"] ?? "");
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, textarea, select");
}

interface Saving {
  before(event: Event): void;
}

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** What was typed while a change was on its way to the server: the answer brings the form as it was sent. */
interface Meanwhile {
  about: string;
  typed: Map<string, Control>;
}
let meanwhile: Meanwhile | null = null;

function aboutOf(form: HTMLFormElement): string {
  return ["look", "step", "row"].map((name) => form.querySelector<HTMLInputElement>(`input[name=${name}]`)?.value ?? "").join();
}

function remember(form: HTMLFormElement, target: EventTarget | null): void {
  if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)) return;
  meanwhile ??= { about: aboutOf(form), typed: new Map() };
  meanwhile.typed.set(target.name, target);
}

function putBack(form: HTMLFormElement): void {
  const kept = meanwhile;
  meanwhile = null;
  if (!kept || kept.about !== aboutOf(form)) return;
  for (const [name, old] of kept.typed) {
    const control = form.elements.namedItem(name);
    if (!(control instanceof HTMLElement) || control.tagName !== old.tagName) continue;
    if (control instanceof HTMLInputElement && old instanceof HTMLInputElement) control.checked = old.checked;
    (control as Control).value = old.value;
    for (const kind of ["input", "change"]) control.dispatchEvent(new Event(kind, { bubbles: true }));
  }
}

/** A change is saved a moment later; whoever goes on at once takes it along. */
function keepSettings(root: HTMLElement): Saving {
  const form = root.querySelector<HTMLFormElement>("form[data-autosave]");
  const button = form?.querySelector<HTMLButtonElement>("[data-save]");
  let timer = 0;
  let dirty = false;
  let sent = false;
  const save = (): void => {
    window.clearTimeout(timer);
    dirty = false;
    if (form?.isConnected) button?.click(); // pressed, so that htmx knows which button it was
  };
  form?.addEventListener("input", (event) => {
    if (sent) remember(form, event.target);
    dirty = !(event.target instanceof HTMLElement && "quiet" in event.target.dataset) || dirty;
  });
  form?.addEventListener("change", () => {
    window.clearTimeout(timer);
    if (dirty) timer = window.setTimeout(save, AFTER);
  });
  form?.addEventListener("submit", () => {
    window.clearTimeout(timer);
    dirty = false;
    sent = true;
    meanwhile = null;
  });
  if (form) putBack(form);
  return {
    before(event) {
      const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[href^='?']") : null;
      const next = form?.elements.namedItem("next");
      if (!dirty || !link || !(next instanceof HTMLInputElement)) return;
      event.preventDefault();
      event.stopPropagation();
      next.disabled = false;
      next.value = link.getAttribute("href")?.slice(1) ?? "";
      save();
    },
  };
}
