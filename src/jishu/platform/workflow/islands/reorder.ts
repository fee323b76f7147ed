/**
 * Puts things into another order by dragging their handles, with a mouse, a pen or a finger. What is dropped is told to the
 * server by the form `data-deed`; the same can be done by buttons and keys, so a handle is not for keyboards or readers.
 *
 * `[data-handle]` names what is dragged; `[data-place]` lies above a place, `[data-place-after]` ends with one.
 */

const EDGE = 60; // pixels from the top or bottom of the window at which it scrolls
const STEP = 14;

interface Target {
  element: HTMLElement;
  place: string;
  after: boolean;
}

export function mount(root: HTMLElement): void {
  root.addEventListener("pointerdown", (event) => {
    const handle = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-handle]") : null;
    if (!handle || event.button !== 0 || handle.closest("[data-places]") !== root) return;
    event.preventDefault();
    drag(root, handle, event);
  });
  root.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-handle]")) event.preventDefault();
  });
  root.addEventListener("dragstart", (event) => event.preventDefault());
}

function drag(root: HTMLElement, handle: HTMLElement, start: PointerEvent): void {
  const item = handle.closest("li");
  if (!item) return;
  const ended = new AbortController();
  let target: Target | null = null;
  let pointer = start.clientY;
  handle.setPointerCapture(start.pointerId);
  item.dataset["dragging"] = "";

  const look = (): void => {
    mark(target, false);
    target = nearest(root, item, pointer);
    mark(target, true);
  };
  const scrolling = window.setInterval(() => {
    const by = pointer < EDGE ? -STEP : pointer > window.innerHeight - EDGE ? STEP : 0;
    if (by) {
      window.scrollBy(0, by);
      look();
    }
  }, 30);
  const end = (drop: boolean): void => {
    ended.abort();
    window.clearInterval(scrolling);
    mark(target, false);
    delete item.dataset["dragging"];
    if (drop && target) tell(root, handle.dataset["handle"] ?? "", target.place);
  };

  const told = { signal: ended.signal };
  handle.addEventListener("pointermove", (event) => {
    pointer = event.clientY;
    look();
  }, told); // prettier-ignore
  handle.addEventListener("pointerup", () => end(true), told);
  handle.addEventListener("pointercancel", () => end(false), told);
  window.addEventListener("keydown", (event) => event.key === "Escape" && end(false), told);
}

/** The place closest to the pointer, outside what is dragged, in the same list. */
function nearest(root: HTMLElement, item: HTMLElement, pointer: number): Target | null {
  let found: Target | null = null;
  let least = Infinity;
  const consider = (element: HTMLElement, place: string | undefined, after: boolean): void => {
    if (place === undefined || item.contains(element) !== (element === item)) return;
    const box = element.getBoundingClientRect();
    const away = Math.abs(pointer - (after ? box.bottom : box.top));
    if (away < least) {
      least = away;
      found = { element, place, after };
    }
  };
  for (const element of root.querySelectorAll<HTMLElement>("[data-place], [data-place-after]")) {
    if (element.closest("[data-places]") !== root) continue;
    consider(element, element.dataset["place"], false);
    consider(element, element.dataset["placeAfter"], true);
  }
  return found;
}

function mark(target: Target | null, on: boolean): void {
  if (!target) return;
  if (on) target.element.dataset["drop"] = target.after ? "after" : "before";
  else delete target.element.dataset["drop"];
}

function tell(root: HTMLElement, what: string, place: string): void {
  const form = root.closest("[data-designer]")?.querySelector<HTMLFormElement>("form[data-deed]");
  if (!form) return;
  const inTree = form.elements.namedItem("step") instanceof HTMLInputElement;
  const told: Record<string, string> = inTree ? { do: "move", step: what, row: "", to: place } : { do: `to:${what}:${place}` };
  for (const [name, value] of Object.entries(told)) {
    const input = form.elements.namedItem(name);
    if (input instanceof HTMLInputElement) input.value = value;
  }
  form.requestSubmit();
}
