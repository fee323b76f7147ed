/** Suggests people or units under a text box as one types: a combobox by keyboard and by touch. Without it one types the name. */

interface Suggestion {
  value: string;
  about: string;
}

const WAIT = 180;
const TAKEABLE = "[role=option]:not([aria-disabled])";
let made = 0;

export function mount(root: HTMLElement): void {
  const input = root.querySelector("input");
  const address = root.dataset["suggestions"];
  if (!input || !address || input.hasAttribute("aria-controls")) return;
  const list = listFor(root, input);
  let timer = 0;
  let asked = 0;

  const ask = async (): Promise<void> => {
    const turn = ++asked;
    const answer = await fetch(`${address}?q=${encodeURIComponent(input.value)}`, {
      headers: { Accept: "application/json" },
    });
    if (!answer.ok || turn !== asked) return; // typed on meanwhile
    const found = ((await answer.json()) as { suggestions: Suggestion[] }).suggestions;
    if (turn === asked && document.activeElement === input) show(input, list, found.length ? found.map(offered) : nothing(input));
  };
  input.addEventListener("input", (event) => {
    if ((event as InputEvent).isComposing) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), WAIT);
  });
  input.addEventListener("compositionend", () => void ask());
  input.addEventListener("keydown", (event) => steer(event, input, list, ask));
  input.addEventListener("blur", () => {
    asked++;
    hide(input, list);
  });
  // Pressed, not clicked: a click comes after the box has lost the focus and the list is gone.
  list.addEventListener("pointerdown", (event) => {
    const option = event.target instanceof Element ? event.target.closest<HTMLElement>(TAKEABLE) : null;
    if (!option) return;
    event.preventDefault();
    take(input, list, option);
  });
}

function listFor(root: HTMLElement, input: HTMLInputElement): HTMLElement {
  const list = document.createElement("ul");
  list.id = `suggested-${++made}`;
  list.className = "picker-list";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "候选");
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-autocomplete", "list");
  root.append(list);
  return list;
}

function offered(one: Suggestion): HTMLElement {
  const option = optionOf(one.value, " ");
  option.dataset["value"] = one.value;
  const about = document.createElement("span");
  about.className = "quiet";
  about.textContent = one.about;
  option.append(about);
  return option;
}

/** Said where the suggestions would be; it cannot be taken. An empty box has nothing to say. */
function nothing(input: HTMLInputElement): HTMLElement[] {
  const text = input.value.trim();
  if (!text) return [];
  const option = optionOf(`没有找到“${text}”，请换个写法。`);
  option.setAttribute("aria-disabled", "true");
  return [option];
}

function optionOf(...text: string[]): HTMLElement {
  const option = document.createElement("li");
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  option.append(...text);
  return option;
}

function show(input: HTMLInputElement, list: HTMLElement, options: HTMLElement[]): void {
  options.forEach((option, at) => (option.id = `${list.id}-${at}`));
  list.replaceChildren(...options);
  list.hidden = options.length === 0;
  input.setAttribute("aria-expanded", String(!list.hidden));
  input.removeAttribute("aria-activedescendant");
}

function hide(input: HTMLInputElement, list: HTMLElement): void {
  show(input, list, []);
}

function steer(event: KeyboardEvent, input: HTMLInputElement, list: HTMLElement, ask: () => Promise<void>): void {
  if (event.isComposing) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step !== undefined) {
    event.preventDefault();
    if (list.hidden) void ask();
    else move(input, list, step);
    return;
  }
  const active = list.querySelector<HTMLElement>("[aria-selected=true]");
  if (event.key === "Enter" && active) {
    event.preventDefault();
    take(input, list, active);
  } else if (event.key === "Escape" && !list.hidden) {
    event.preventDefault();
    hide(input, list);
  }
}

function move(input: HTMLInputElement, list: HTMLElement, step: number): void {
  const options = [...list.querySelectorAll<HTMLElement>(TAKEABLE)];
  const at = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
  const next = options[(at + step + options.length + (at < 0 && step < 0 ? 1 : 0)) % options.length];
  for (const one of options) one.setAttribute("aria-selected", String(one === next));
  if (!next) return;
  input.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}

function take(input: HTMLInputElement, list: HTMLElement, option: HTMLElement): void {
  input.value = option.dataset["value"] ?? "";
  hide(input, list);
  input.dispatchEvent(new Event("change", { bubbles: true }));
}
