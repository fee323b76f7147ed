/** Adds and removes rows of a table in a form in place, and keeps its sums. Without it the server adds them. */
export function mount(root: HTMLElement): void {
  const body = root.querySelector("tbody");
  const blank = root.querySelector("template");
  const count = root.querySelector<HTMLInputElement>("input[type=hidden]");
  const add = root.querySelector<HTMLButtonElement>("[data-add]");
  const name = root.dataset["table"] ?? "";
  const most = Number(root.dataset["most"] ?? "200");
  if (!body || !blank || !count || !add) return;

  const renumber = (): void => {
    [...body.rows].forEach((row, at) => {
      const place = row.querySelector("[data-at]");
      if (place) place.textContent = String(at + 1);
      for (const input of row.querySelectorAll<HTMLInputElement>("[name]")) {
        const column = input.name.slice(name.length + 1).replace(/^(\d+|__row__)-/, "");
        input.name = `${name}-${at}-${column}`;
        input.id = `id_${name}-${at}-${column}`;
        input.setAttribute("aria-label", `第 ${at + 1} 行 ${input.closest("td")?.dataset["label"] ?? ""}`);
      }
    });
    count.value = String(body.rows.length);
    add.disabled = body.rows.length >= most;
    sum(root, body);
  };

  const changed = (): void => {
    renumber();
    root.dispatchEvent(new Event("change", { bubbles: true }));
    root.dispatchEvent(new Event("input", { bubbles: true }));
  };

  add.addEventListener("click", (event) => {
    event.preventDefault();
    body.append(blank.content.cloneNode(true));
    offer(body);
    changed();
    body.rows[body.rows.length - 1]?.querySelector<HTMLElement>("input, select, textarea")?.focus();
  });
  body.addEventListener("click", (event) => {
    const button = event.target instanceof HTMLElement ? event.target.closest("[data-remove]") : null;
    if (!button) return;
    if (body.rows.length === 1) body.append(blank.content.cloneNode(true));
    button.closest("tr")?.remove();
    offer(body);
    changed();
    add.focus();
  });
  body.addEventListener("input", () => sum(root, body));
  offer(body);
  renumber();
}

function offer(body: HTMLTableSectionElement): void {
  for (const button of body.querySelectorAll<HTMLElement>("[data-remove]")) button.hidden = false;
}

function sum(root: HTMLElement, body: HTMLTableSectionElement): void {
  for (const place of root.querySelectorAll<HTMLElement>("[data-sum]")) {
    const column = place.dataset["sum"] ?? "";
    const cells = [...body.querySelectorAll<HTMLInputElement>(`[name$="-${column}"]`)];
    const total = cells.reduce((sofar, cell) => sofar + Math.round(number(cell.value) * 100), 0) / 100;
    const money = place.dataset["kind"] === "money";
    place.textContent = money
      ? `¥${total.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
      : String(total);
  }
}

function number(text: string): number {
  const plain = Number(text.replace(/[¥￥,，元\s]/g, ""));
  return Number.isFinite(plain) ? plain : 0;
}
