/** A link with `data-drawer` opens its page beside the list instead of in its place; without script it is a link. */

import htmx from "htmx.org";
import { tell } from "./notice";

export function startDrawer(): void {
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-drawer]") : null;
    if (!link) return;
    event.preventDefault();
    void openDrawer(link.href);
  });
}

export async function openDrawer(address: string): Promise<void> {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  const signIn = document.documentElement.dataset["signIn"];
  if (!answer.ok || new URL(answer.url).pathname === signIn) {
    location.assign(address);
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const content = page.querySelector(".page-body-main");
  if (!content) {
    tell("没有可以显示的内容。", "warning");
    return;
  }
  show(page.querySelector("h1")?.textContent?.trim() ?? "", content, answer.url);
}

function show(title: string, content: Element, address: string): void {
  const dialog = document.createElement("dialog");
  dialog.className = "drawer";
  dialog.setAttribute("aria-label", title);
  const head = document.createElement("header");
  head.className = "drawer-head";
  const heading = document.createElement("h2");
  heading.textContent = title;
  const whole = document.createElement("a");
  whole.className = "btn btn-sm";
  whole.href = address;
  whole.textContent = "打开整页";
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn btn-sm";
  close.textContent = "关闭";
  close.addEventListener("click", () => dialog.close());
  head.append(heading, whole, close);
  // Forms and tabs in the page speak of its own address.
  for (const form of content.querySelectorAll<HTMLFormElement>("form:not([action])")) form.action = address;
  for (const link of content.querySelectorAll<HTMLAnchorElement>('a[href^="?"]')) {
    link.href = new URL(link.getAttribute("href") ?? "", address).href;
  }
  dialog.append(head, content);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  htmx.process(dialog);
  htmx.trigger(dialog, "htmx:load");
  dialog.showModal();
}
