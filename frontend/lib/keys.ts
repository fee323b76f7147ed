/** One-letter keys: an element with `data-key="a"` is pressed by A; "?" shows them all. */

const FIXED: [string, string][] = [
  ["Ctrl K", "搜索"],
  ["?", "显示快捷键"],
];

export function startKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "?") showKeys();
    else press(event);
  });
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}

function press(event: KeyboardEvent): void {
  const found = keyed().find((one) => one.dataset["key"]?.toLowerCase() === event.key.toLowerCase());
  if (!found) return;
  event.preventDefault();
  found.focus();
  found.click();
}

function keyed(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-key]")].filter((one) => one.getClientRects().length > 0);
}

function showKeys(): void {
  const offered = keyed().map((one): [string, string] => [one.dataset["key"]?.toUpperCase() ?? "", one.textContent?.trim() ?? ""]);
  const dialog = document.createElement("dialog");
  dialog.className = "finder";
  dialog.setAttribute("aria-label", "快捷键");
  const list = document.createElement("dl");
  list.className = "keys";
  for (const [key, words] of [...FIXED, ...told(), ...offered]) list.append(element("dt", element("kbd", key)), element("dd", words));
  const close = element("button", "关闭");
  close.className = "btn";
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  dialog.append(element("h2", "快捷键"), list, close);
  document.body.append(dialog);
  dialog.showModal();
}

/** Keys a part of the page looks after itself: data-keys="J/K=下一行、上一行;O=打开". */
function told(): [string, string][] {
  return [...document.querySelectorAll<HTMLElement>("[data-keys]")].flatMap((part) =>
    (part.dataset["keys"] ?? "").split(";").map((one): [string, string] => {
      const [key = "", words = ""] = one.split("=");
      return [key, words];
    }),
  );
}

function element(name: string, content: string | Node): HTMLElement {
  const made = document.createElement(name);
  made.append(content);
  return made;
}
