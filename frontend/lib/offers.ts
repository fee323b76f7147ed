/** A small card beside what was clicked, with what can be done about it. One at a time; Escape or a click elsewhere closes it. */

export interface Offer {
  words: string;
  href: string;
}

const GAP = 4;
let shown: HTMLElement | null = null;
let cameFrom: Element | null = null;

export function offer(place: HTMLElement, title: string, offers: Offer[]): void {
  withdrawOffer();
  cameFrom = document.activeElement;
  const card = document.createElement("ul");
  card.className = "offers";
  card.setAttribute("aria-label", title);
  for (const one of offers) {
    const link = document.createElement("a");
    link.href = one.href;
    link.textContent = one.words;
    const line = document.createElement("li");
    line.append(link);
    card.append(line);
  }
  card.addEventListener("keydown", move);
  document.body.append(card);
  shown = card;
  stand(card, place.getBoundingClientRect());
  card.querySelector("a")?.focus({ preventScroll: true });
  document.addEventListener("pointerdown", elsewhere);
  for (const what of ["scroll", "resize"]) window.addEventListener(what, withdrawOffer, { capture: true, once: true });
}

export function withdrawOffer(): void {
  document.removeEventListener("pointerdown", elsewhere);
  shown?.remove();
  shown = null;
}

function elsewhere(event: Event): void {
  if (!shown?.contains(event.target as Node)) withdrawOffer();
}

function move(event: KeyboardEvent): void {
  const links = [...(shown?.querySelectorAll("a") ?? [])];
  const at = links.findIndex((link) => link === document.activeElement);
  event.stopPropagation(); // the list behind has keys of its own
  if (event.key === "Escape" || event.key === "Tab") {
    withdrawOffer();
    if (cameFrom instanceof HTMLElement) cameFrom.focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    links[(at + (event.key === "ArrowDown" ? 1 : links.length - 1)) % links.length]?.focus();
  } else return;
  event.preventDefault();
}

/** Below the place, above it where there is no room; never outside the window. */
function stand(card: HTMLElement, place: DOMRect): void {
  const { width, height } = card.getBoundingClientRect();
  const left = Math.max(GAP, Math.min(place.left, window.innerWidth - width - GAP));
  const below = place.bottom + GAP;
  const top = below + height < window.innerHeight ? below : Math.max(GAP, place.top - height - GAP);
  card.style.left = `${left}px`;
  card.style.top = `${top}px`;
}
