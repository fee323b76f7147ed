/**
 * A form sent after the session ended leads to the sign-in page, and the browser forgets what was typed.
 * We keep it for this tab and this person, and put it back when they return from signing in.
 */

type Kept = Record<string, string[]>;
type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

const SOON = 3000;

export function startKeeping(): void {
  const person = document.body.dataset["person"];
  if (!person) return;
  const place = `kept:${person}:${location.pathname}`;
  const kept = sessionStorage.getItem(place);
  sessionStorage.removeItem(place);
  const form = document.querySelector<HTMLFormElement>("main form[method=post]");
  if (kept && form && cameFromSignIn()) putBack(form, JSON.parse(kept) as Kept);
  // Before anything that saves a draft on its own hears of it.
  document.addEventListener("focusout", ({ target }) => target instanceof Element && renewWord(target.closest("form")), true);
  document.addEventListener("submit", (event) => {
    const sent = event.target;
    if (!(sent instanceof HTMLFormElement) || sent.method !== "post") return;
    renewWord(sent);
    if (!sent.closest("main")) return;
    if (sent.dataset["sent"]) event.preventDefault(); // pressed twice
    sent.dataset["sent"] = "yes";
    window.setTimeout(() => delete sent.dataset["sent"], SOON); // an answer that is a download leaves the page standing
    sessionStorage.setItem(place, JSON.stringify(typedInto(sent)));
  });
  // Coming back with the browser's own button, the form may be sent again.
  window.addEventListener("pageshow", () => {
    for (const sent of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) delete sent.dataset["sent"];
  });
}

/** The word that proves a form came from our page. It changes with every sign-in, also in another window. */
export function pageWord(): string {
  return /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
}

function renewWord(form: HTMLFormElement | null): void {
  const hidden = form?.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]");
  const word = pageWord();
  if (hidden && word) hidden.value = word;
}

function cameFromSignIn(): boolean {
  if (document.referrer === "") return false;
  const { pathname } = new URL(document.referrer);
  return pathname === document.documentElement.dataset["signIn"] || pathname.startsWith("/account/");
}

function controls(form: HTMLFormElement): Control[] {
  return [...form.elements].filter(
    (one): one is Control =>
      (one instanceof HTMLInputElement && !["password", "file", "hidden", "submit"].includes(one.type)) ||
      one instanceof HTMLTextAreaElement ||
      one instanceof HTMLSelectElement,
  );
}

function chosen(control: Control): boolean {
  return control instanceof HTMLInputElement && ["checkbox", "radio"].includes(control.type);
}

function typedInto(form: HTMLFormElement): Kept {
  const typed: Kept = {};
  for (const control of controls(form)) {
    const values = (typed[control.name] ??= []);
    if (!chosen(control) || (control as HTMLInputElement).checked) values.push(control.value);
  }
  return typed;
}

function putBack(form: HTMLFormElement, kept: Kept): void {
  for (const control of controls(form)) {
    const values = kept[control.name];
    if (!values) continue;
    if (chosen(control)) (control as HTMLInputElement).checked = values.includes(control.value);
    else control.value = values[0] ?? "";
  }
  const notice = document.createElement("p");
  notice.className = "notice";
  notice.setAttribute("role", "status");
  notice.textContent = "登录过期前您填写的内容已经放回，请核对后再次提交。";
  form.prepend(notice);
}
