/**
 * Dragging on the dispatcher's board, with a mouse or a pen: a ride onto a car or a driver, a trip onto another of either.
 * What is dropped fills the same form that ticking and choosing fills; the server judges it all the same.
 */

const FAR = 6; // pixels until a press is a drag

interface Dragged {
  element: HTMLElement;
  ride: string;
  trip: string;
}

export function mount(root: HTMLElement): void {
  root.addEventListener("dragstart", (event) => event.preventDefault());
  root.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.pointerType === "touch" || !(event.target instanceof Element)) return;
    const dragged = draggable(event.target);
    if (dragged) follow(root, dragged, event);
  });
}

function draggable(target: Element): Dragged | null {
  const trip = target.closest<HTMLElement>("[data-trip]");
  const state = trip?.dataset["state"];
  if (trip && (state === "planned" || state === "accepted")) {
    return { element: trip, ride: "", trip: trip.dataset["trip"] ?? "" };
  }
  const ride = target.closest("a, input, button") ? null : target.closest<HTMLElement>("[data-ride]");
  return ride ? { element: ride, ride: ride.dataset["ride"] ?? "", trip: "" } : null;
}

function follow(root: HTMLElement, dragged: Dragged, start: PointerEvent): void {
  const ended = new AbortController();
  const told = { signal: ended.signal };
  let lane: HTMLElement | null = null;
  let moved = false;
  const end = (): void => {
    ended.abort();
    delete dragged.element.dataset["dragging"];
    if (lane) delete lane.dataset["drop"];
  };
  window.addEventListener("pointermove", (event) => {
    moved ||= Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) > FAR;
    if (!moved) return;
    event.preventDefault();
    dragged.element.dataset["dragging"] = "";
    if (lane) delete lane.dataset["drop"];
    const under = document.elementFromPoint(event.clientX, event.clientY);
    lane = under?.closest<HTMLElement>("tr[data-car], tr[data-driver]") ?? null;
    if (lane && root.contains(lane)) lane.dataset["drop"] = "";
  }, told); // prettier-ignore
  window.addEventListener("pointerup", () => {
    const dropped = moved ? lane : null;
    end();
    if (moved) swallowClick(dragged.element);
    if (dropped) drop(root, dragged, dropped);
  }, told); // prettier-ignore
  window.addEventListener("pointercancel", end, told);
  window.addEventListener("keydown", (event) => event.key === "Escape" && end(), told);
}

/** The click that follows a drag is not meant for the link below it. */
function swallowClick(element: HTMLElement): void {
  const stop = (event: Event): void => event.preventDefault();
  element.addEventListener("click", stop, { once: true, capture: true });
  window.setTimeout(() => element.removeEventListener("click", stop, { capture: true }), 0);
}

function drop(root: HTMLElement, dragged: Dragged, lane: HTMLElement): void {
  const name = lane.dataset["car"] ? "vehicle" : "driver";
  const key = lane.dataset["car"] ?? lane.dataset["driver"] ?? "";
  if (dragged.trip) {
    const form = root.querySelector<HTMLFormElement>("form[data-replan]");
    if (!form) return;
    put(form, "trip", dragged.trip);
    put(form, name, key);
    form.requestSubmit();
    return;
  }
  const form = root.querySelector<HTMLFormElement>("form[data-plan]");
  const box = form?.querySelector<HTMLInputElement>(`input[name="ride"][value="${dragged.ride}"]`);
  if (!form || !box) return;
  box.checked = true;
  put(form, name, key);
  const open = ["vehicle", "driver"].map((one) => form.elements.namedItem(one)).find((one) => one instanceof HTMLSelectElement && !one.value);
  if (open instanceof HTMLSelectElement) open.focus();
  else form.querySelector<HTMLButtonElement>('button[value="plan"]')?.click();
}

function put(form: HTMLFormElement, name: string, value: string): void {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) field.value = value;
}
