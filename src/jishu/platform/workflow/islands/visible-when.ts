/** Shows a field only when its condition holds. Without it every field is shown, and the server drops what does not apply. */

interface Compare {
  type: "compare";
  field: string;
  op: string;
  value: string | string[];
}
interface Parts {
  type: "allof" | "anyof";
  parts: Condition[];
}
type Condition = Compare | Parts;

export function mount(root: HTMLElement): void {
  const form = root.closest("form");
  const when = JSON.parse(root.dataset["when"] ?? "null") as Condition | null;
  if (!form || !when) return;
  const show = (): void => {
    root.hidden = !holds(when, form);
  };
  form.addEventListener("input", show);
  form.addEventListener("change", show);
  show();
}

function holds(condition: Condition, form: HTMLFormElement): boolean {
  if ("parts" in condition) {
    const results = condition.parts.map((part) => holds(part, form));
    return condition.type === "allof" ? results.every(Boolean) : results.some(Boolean);
  }
  if (condition.op === "has" || condition.op === "lacks") {
    const chosen = ticked(form, condition.field);
    return [condition.value].flat().some((one) => chosen.includes(one)) === (condition.op === "has");
  }
  const value = read(form, condition.field);
  if (value === "") return false;
  if (condition.op === "in") return [condition.value].flat().some((one) => matches("=", value, one));
  return typeof condition.value === "string" && matches(condition.op, value, condition.value);
}

function read(form: HTMLFormElement, name: string): string {
  const input = form.elements.namedItem(name);
  // A field that is itself not shown has no value.
  if (input instanceof HTMLElement && input.closest("[data-when][hidden]")) return "";
  if (input instanceof HTMLInputElement && input.type === "checkbox") return input.checked ? "true" : "false";
  return input instanceof HTMLInputElement || input instanceof HTMLSelectElement || input instanceof HTMLTextAreaElement
    ? input.value.trim()
    : "";
}

/** The ticked boxes of a multiple choice that is shown. */
function ticked(form: HTMLFormElement, name: string): string[] {
  const boxes = form.querySelectorAll<HTMLInputElement>(`input[type=checkbox][name="${CSS.escape(name)}"]:checked`);
  return [...boxes].filter((box) => !box.closest("[data-when][hidden]")).map((box) => box.value);
}

function matches(op: string, value: string, constant: string): boolean {
  const [left, right] = [number(value), number(constant)];
  const both = left !== null && right !== null;
  const order = both ? left - right : value < constant ? -1 : value > constant ? 1 : 0;
  const comparable = both || (isDate(value) && isDate(constant));
  if (op === "=") return order === 0;
  if (op === "!=") return order !== 0;
  if (!comparable) return false;
  return op === "<" ? order < 0 : op === "<=" ? order <= 0 : op === ">" ? order > 0 : order >= 0;
}

function number(text: string): number | null {
  const plain = text.replace(/[¥￥,，元\s]/g, "");
  return plain !== "" && Number.isFinite(Number(plain)) ? Number(plain) : null;
}

function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text);
}
