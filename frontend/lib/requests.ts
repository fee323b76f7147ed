/** How htmx asks and what happens when the answer is not what was hoped for. Nothing typed is lost. */

import htmx from "htmx.org";
import { pageWord } from "./keep";
import { tell } from "./notice";

const KEPT = "您填写的内容还在本页，没有丢失。";

interface Answer {
  xhr: XMLHttpRequest;
  shouldSwap?: boolean;
  elt: HTMLElement;
}

interface Request {
  headers: Record<string, string>;
  parameters: Record<string, unknown>;
  triggeringEvent?: Event;
}

export function startRequests(): void {
  // The content policy allows neither inline styles nor evaluated text.
  htmx.config.includeIndicatorStyles = false;
  htmx.config.allowEval = false;
  htmx.config.historyRestoreAsHxRequest = false;
  htmx.config.defaultSettleDelay = 0; // what arrives is alive at once: no key or click falls between
  htmx.config.responseHandling = [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "422", swap: true },
    { code: "[45]..", swap: false, error: true },
  ];
  showBusy();
  document.addEventListener("htmx:configRequest", (event) => prepare((event as CustomEvent<Request>).detail));
  on("htmx:beforeSwap", refuseSignInPage);
  on("htmx:responseError", ({ xhr }) => tell(reasonOf(xhr), "error"));
  on("htmx:sendError", () => tell(`网络不通。${KEPT}请检查网络后再试。`, "error"));
  on("htmx:timeout", () => tell(`等待时间过长。${KEPT}请稍后再试。`, "error"));
}

function on(name: string, act: (answer: Answer) => void): void {
  document.addEventListener(name, (event) => act((event as CustomEvent<Answer>).detail));
}

/**
 * What a page asks for by itself does not keep anybody signed in. The word of the page is read again each time: whoever
 * signed in anew in another window goes on here without losing what is typed.
 */
function prepare(request: Request): void {
  if (!request.triggeringEvent) request.headers["X-Unattended"] = "1";
  const word = pageWord();
  if (!word) return;
  request.headers["X-CSRFToken"] = word;
  if (request.parameters["csrfmiddlewaretoken"]) request.parameters["csrfmiddlewaretoken"] = word; // it counts first
}

/** A session that ended answers with the sign-in page; putting that into this page would wipe what was typed. */
function refuseSignInPage(answer: Answer): void {
  const signIn = document.documentElement.dataset["signIn"];
  if (!signIn || !answer.xhr.responseURL) return;
  if (new URL(answer.xhr.responseURL).pathname !== signIn) return;
  answer.shouldSwap = false;
  tell(`登录已过期。${KEPT}请在新窗口重新登录，再回到本页继续。`, "warning", { href: signIn, words: "在新窗口登录" });
}

function reasonOf(xhr: XMLHttpRequest): string {
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
  const said = page.querySelector("[data-error-message]")?.textContent?.trim();
  const number = xhr.getResponseHeader("X-Request-ID");
  return `${said ?? `没有办成。${KEPT}请稍后再试。`}${number ? ` 编号 ${number}` : ""}`;
}

/** A thin bar, after a moment; quick answers show nothing. */
function showBusy(): void {
  const bar = document.createElement("div");
  bar.className = "loading-bar";
  bar.setAttribute("aria-hidden", "true");
  document.body.append(bar);
  let open = 0;
  let timer = 0;
  on("htmx:beforeRequest", () => {
    open += 1;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => bar.toggleAttribute("data-busy", open > 0), 150);
  });
  on("htmx:afterRequest", () => {
    open = Math.max(0, open - 1);
    if (open === 0) bar.removeAttribute("data-busy");
  });
}
