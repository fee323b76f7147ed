/** Brings the islands on the page to life, also those that arrive later. */

import htmx from "htmx.org";
import islands from "jishu:islands";

export function startIslands(): void {
  htmx.onLoad((root) => {
    if (!(root instanceof HTMLElement)) return;
    const found = [...root.querySelectorAll<HTMLElement>("[data-island]")];
    if (root.dataset["island"]) found.push(root);
    for (const place of found) void bring(place);
  });
}

async function bring(place: HTMLElement): Promise<void> {
  const name = place.dataset["island"] ?? "";
  const load = islands[name];
  if (!load) throw new Error(`No island ${name}`);
  (await load()).mount(place);
  place.dataset["alive"] = "";
}
