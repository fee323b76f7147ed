/**
 * Counting with a phone, with or without a network. Every scan is kept on the phone first and sent when that is
 * possible; the server answers each once, whoever else was there. Without this the page is a form and a list.
 */

import { dequeue, enqueue, keepList, keptList, queued, type Line, type Seen } from "./counting/store";
import { startCamera } from "./counting/camera";

const AT_ONCE = 100;
const SHOWN = 30;
const AGAIN = 15_000;
const KEPT_AFTER = 500;
const SETTLED = ["found", "moved"];

interface Taken {
  key: string;
  code: string;
  outcome: "counted" | "duplicate" | "outside" | "unknown";
  said: string;
  fine: boolean;
}

class Lost extends Error {}

export function mount(root: HTMLElement): void {
  new Counting(root).start();
}

class Counting {
  private readonly campaign: string;
  private readonly person = document.body.dataset["person"] ?? "";
  private lines: Line[] = [];
  private waiting = 0;
  private sending = false;
  private keeping = 0;

  constructor(private readonly root: HTMLElement) {
    this.campaign = root.dataset["campaign"] ?? "";
  }

  start(): void {
    const form = this.part<HTMLFormElement>("form");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const code = this.input("code");
      if (code.value.trim()) void this.see(code.value, "scan");
      code.value = "";
      code.focus();
    });
    this.part("find").hidden = false;
    this.input("find").addEventListener("input", () => this.draw());
    this.input("place").addEventListener("change", () => this.draw());
    this.part("lines").addEventListener("click", (event) => {
      const button = event.target instanceof HTMLElement ? event.target.closest("button[data-code]") : null;
      if (button instanceof HTMLElement) void this.see(button.dataset["code"] ?? "", "tick");
    });
    startCamera(this.part("camera"), this.part("no-camera"), (code) => void this.see(code, "scan"));
    window.addEventListener("online", () => void this.send());
    window.setInterval(() => void this.send(), AGAIN);
    void this.begin();
  }

  private async begin(): Promise<void> {
    this.lines = await keptList(this.listKey());
    await this.fetchList();
    const unsent = await queued(this.campaign, this.person);
    this.waiting = unsent.length;
    for (const { code, way } of unsent) this.mark(numberIn(code), way);
    await this.send();
    this.draw();
    await keepForOffline(this.root.dataset["worker"] ?? "");
  }

  /** What the phone saw counts from this moment, sent or not. */
  private async see(code: string, way: Seen["way"]): Promise<void> {
    const place = this.input("place").value.trim();
    const number = numberIn(code);
    const line = this.lines.find((one) => one.number === number);
    await enqueue({
      key: crypto.randomUUID(), code: code.slice(0, 400), way, place, at: new Date().toISOString(), campaign: this.campaign,
      person: this.person,
    });
    this.waiting += 1;
    const twice = line && SETTLED.includes(line.result) && line.way !== "self";
    if (!twice) this.mark(number, way);
    this.say(twice ? `${line.name} 已经盘过。` : line ? `${line.name}（${line.user || "无使用人"}）` : `清单里没有 ${number || code}，已记下。`, line && !twice ? "success" : "warning");
    this.draw();
    await this.send();
  }

  /** On this phone's list, which is kept as it stands for when the page is opened again without a network. */
  private mark(number: string, way: string): void {
    const line = this.lines.find((one) => one.number === number);
    if (!line) return;
    Object.assign(line, { result: "found", way: way === "self" || way === "" ? "scan" : way });
    window.clearTimeout(this.keeping);
    this.keeping = window.setTimeout(() => void keepList(this.listKey(), this.lines), KEPT_AFTER);
  }

  /** In order, by hundreds. A second window waits; what was sent twice is answered once. */
  private async send(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    try {
      for (let seen = await queued(this.campaign, this.person); seen.length > 0; seen = await queued(this.campaign, this.person)) {
        this.waiting = seen.length;
        const batch = seen.slice(0, AT_ONCE);
        for (const taken of await this.deliver(batch)) {
          await dequeue(taken.key);
          this.answer(taken);
        }
        this.waiting -= batch.length;
      }
      this.net(navigator.onLine ? "" : "没有网络，扫到的先存在本机。", "wait");
    } catch (error) {
      const why = error instanceof Lost ? error.message : "没有网络";
      this.net(`${why}。已扫的 ${this.waiting} 件存在本机，恢复后自动上传。`, "wait");
    } finally {
      this.sending = false;
      this.draw();
    }
  }

  private async deliver(seen: Seen[]): Promise<Taken[]> {
    const answer = await fetch(this.root.dataset["take"] ?? "", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": word() },
      body: JSON.stringify({ campaign: this.campaign, person: this.person, seen }),
    });
    const told = await readable<{ taken?: Taken[]; error?: string }>(answer);
    if (!told.taken) throw new Lost(told.error ?? "平台没有收下");
    return told.taken;
  }

  private answer(taken: Taken): void {
    const line = this.lines.find((one) => one.number === taken.code);
    if (taken.outcome === "counted" && line) this.mark(line.number, line.way);
    this.say(`${line ? `${line.name} ` : ""}${taken.code}：${taken.said}`, taken.fine ? "success" : "warning");
    if (!taken.fine) this.trouble(taken, line);
  }

  /** Whatever a person should look at stays on the page, not only for a moment. */
  private trouble(taken: Taken, line: Line | undefined): void {
    this.part("trouble").hidden = false;
    const row = document.createElement("li");
    row.className = "line";
    row.textContent = `${line ? `${line.name} ` : ""}${taken.code}：${taken.said}`;
    this.part("trouble-list").prepend(row);
  }

  private async fetchList(): Promise<void> {
    try {
      const told = await readable<{ person: string; lines: [string, string, string, string | null, string, string][] }>(
        await fetch(`${this.root.dataset["list"]}?campaign=${this.campaign}`),
      );
      if (told.person !== this.person) throw new Lost("本机现在由另一位人员登录");
      this.lines = told.lines.map(([number, name, place, user, result, way]) => ({ number, name, place, user: user ?? "", result, way }));
      await keepList(this.listKey(), this.lines);
    } catch (error) {
      this.net(error instanceof Lost ? `${error.message}。` : "没有网络，按本机保存的清单盘点。", "wait");
    }
  }

  private draw(): void {
    const pending = this.lines.filter((line) => !SETTLED.includes(line.result) || line.way === "self");
    const asked = this.input("find").value.trim().toLowerCase();
    const place = this.input("place").value.trim();
    const found = pending.filter((line) =>
      asked ? `${line.name} ${line.number} ${line.place} ${line.user}`.toLowerCase().includes(asked) : !place || line.place.startsWith(place),
    );
    const rows = found.slice(0, SHOWN).map(row);
    if (found.length > SHOWN) rows.push(quiet(`还有 ${found.length - SHOWN} 件，写明所在地点或在上面查找。`));
    if (found.length === 0) rows.push(quiet(pending.length ? "这里的都盘过了。" : "全部盘过了。"));
    if (this.lines.length > 0) this.part("lines").replaceChildren(...rows);
    this.places();
    const counted = this.lines.filter((line) => line.result !== "pending").length;
    if (this.lines.length === 0) return;
    this.part("progress").textContent = `已盘 ${counted} / ${this.lines.length} 件${this.waiting ? `，待上传 ${this.waiting} 件` : ""}`;
    const bar = this.root.querySelector("progress");
    if (bar) bar.value = counted;
  }

  private places(): void {
    const known = [...new Set(this.lines.map((line) => line.place).filter(Boolean))].slice(0, 500);
    const list = this.root.querySelector("datalist");
    if (!list || list.childElementCount === known.length) return;
    list.replaceChildren(...known.map((place) => Object.assign(document.createElement("option"), { value: place })));
  }

  private say(words: string, tone: "success" | "warning"): void {
    const notice = document.createElement("p");
    notice.className = "notice";
    notice.dataset["tone"] = tone;
    notice.textContent = `${tone === "success" ? "✓" : "!"} ${words}`;
    this.part("said").replaceChildren(notice);
    navigator.vibrate?.(tone === "success" ? 60 : [120, 60, 120]);
  }

  private net(words: string, tone: string): void {
    const place = this.part("net");
    place.hidden = words === "";
    place.textContent = words;
    place.dataset["tone"] = tone;
  }

  private listKey(): string {
    return `${this.person}:${this.campaign}`;
  }

  private part<T extends HTMLElement = HTMLElement>(name: string): T {
    const found = this.root.querySelector<T>(`[data-${name}]`);
    if (!found) throw new Error(`No part ${name}`);
    return found;
  }

  private input(id: string): HTMLInputElement {
    return this.root.querySelector<HTMLInputElement>(`#${id}`) ?? document.createElement("input");
  }
}

function row(line: Line): HTMLLIElement {
  const item = document.createElement("li");
  item.className = "line";
  const main = Object.assign(document.createElement("span"), { className: "line-main", textContent: `${line.name} ` });
  main.append(Object.assign(document.createElement("span"), { className: "code quiet", textContent: line.number }));
  const said = line.result === "missing" ? "记为盘亏 · " : line.way === "self" ? "使用人说在 · " : "";
  const side = Object.assign(document.createElement("span"), {
    className: "line-side", textContent: `${said}${line.place || "未定地点"} · ${line.user || "无使用人"}`,
  });
  const button = Object.assign(document.createElement("button"), { className: "btn", type: "button", textContent: "在" });
  button.dataset["code"] = line.number;
  button.setAttribute("aria-label", `${line.name} ${line.number} 在`);
  item.append(main, side, button);
  return item;
}

function quiet(words: string): HTMLLIElement {
  return Object.assign(document.createElement("li"), { className: "line quiet", textContent: words });
}

/** The number itself, or the address that a label's QR code holds. */
function numberIn(code: string): string {
  const said = code.trim();
  if (!/^https?:\/\//i.test(said)) return said;
  try {
    return new URL(said).searchParams.get("code") ?? "";
  } catch {
    return said;
  }
}

function word(): string {
  return /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
}

/** The sign-in page instead of an answer means that the session is over. */
async function readable<T>(answer: Response): Promise<T> {
  if (!answer.headers.get("Content-Type")?.includes("json")) {
    throw new Lost(answer.redirected ? "登录已过期，请在新窗口重新登录后回到本页" : "这次盘点不在“盘点中”，或者没有请您盘点");
  }
  return (await answer.json()) as T;
}

async function keepForOffline(address: string): Promise<void> {
  if (!("serviceWorker" in navigator) || !address) return;
  try {
    await navigator.serviceWorker.register(address);
    const ready = await navigator.serviceWorker.ready;
    const loaded = performance.getEntriesByType("resource").map((one) => one.name).filter((name) => name.includes("/static/"));
    const linked = [...document.querySelectorAll<HTMLLinkElement>("link[href]")].map((one) => one.href);
    ready.active?.postMessage({ keep: [...new Set([location.href.split("#")[0] ?? "", ...loaded, ...linked])] });
  } catch {
    // Without a worker counting goes on; only reloading the page needs the network.
  }
}
