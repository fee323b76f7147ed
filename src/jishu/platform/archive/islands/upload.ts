/**
 * Sends each file as soon as it is chosen, dropped, pasted or photographed, and shows how far it is. The form then only
 * carries the keys. Without it the plain file input goes with the form.
 */

interface Kept {
  uid: string;
  title: string;
  size: number;
  note: string;
}

export function mount(root: HTMLElement): void {
  new Upload(root).start();
}

class Upload {
  private readonly keys: HTMLInputElement;
  private readonly list: HTMLElement;
  private readonly zone: HTMLElement;
  private readonly input: HTMLInputElement;
  private readonly wrong: HTMLElement;
  private readonly most: number;
  private readonly largest: number;
  private sending = 0;

  constructor(private readonly root: HTMLElement) {
    this.keys = part(root, "[data-keys]");
    this.list = part(root, "[data-files]");
    this.zone = part(root, "[data-zone]");
    this.input = part(root, "input[type=file]");
    this.wrong = part(root, "[data-wrong]");
    this.most = Number(root.dataset["most"]);
    this.largest = Number(root.dataset["largest"]);
  }

  start(): void {
    this.root.dataset["live"] = "";
    this.input.classList.add("visually-hidden");
    const label = part<HTMLLabelElement>(this.zone, "label");
    label.className = "btn";
    label.textContent = this.most > 1 ? "选择文件" : "选择一个文件";
    for (const item of this.list.querySelectorAll("li")) this.offerRemoval(item, item.dataset["key"] ?? "");
    this.input.addEventListener("change", () => {
      const chosen = [...(this.input.files ?? [])];
      this.input.value = ""; // the form must not send them a second time
      this.take(chosen);
    });
    this.offerDropping();
    this.offerCamera();
    const form = this.root.closest("form");
    form?.addEventListener("submit", (event) => {
      if (this.sending === 0) return;
      event.preventDefault();
      this.say("还有文件正在上传，请等上传完成后再提交。");
    });
    form?.addEventListener("paste", (event) => {
      const pasted = [...(event.clipboardData?.files ?? [])];
      if (pasted.length === 0) return;
      event.preventDefault();
      this.take(pasted);
    });
  }

  private offerDropping(): void {
    const hint = document.createElement("p");
    hint.className = "form-hint";
    hint.textContent = "可以把文件拖到这里，也可以直接粘贴截图。";
    this.zone.append(hint);
    const over = (event: DragEvent): void => {
      event.preventDefault();
      this.zone.toggleAttribute("data-over", event.type === "dragover");
    };
    this.zone.addEventListener("dragover", over);
    this.zone.addEventListener("dragleave", over);
    this.zone.addEventListener("drop", (event) => {
      over(event);
      this.take([...(event.dataTransfer?.files ?? [])]);
    });
  }

  /** On a phone: straight to the camera. */
  private offerCamera(): void {
    if (!window.matchMedia("(pointer: coarse)").matches) return;
    const camera = document.createElement("input");
    camera.type = "file";
    camera.accept = "image/*";
    camera.setAttribute("capture", "environment");
    camera.hidden = true;
    camera.addEventListener("change", () => {
      this.take([...(camera.files ?? [])]);
      camera.value = "";
    });
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn";
    button.textContent = "拍照";
    button.addEventListener("click", () => camera.click());
    this.zone.append(button, camera);
  }

  private take(files: File[]): void {
    this.say("");
    for (const file of files) {
      const reason = this.refusal(file);
      if (reason) this.say(`${file.name}:${reason}`);
      else this.send(file);
    }
  }

  private refusal(file: File): string {
    if (this.list.children.length >= this.most) return `最多 ${this.most} 个文件，请先移除一些。`;
    if (file.size === 0) return "文件里没有内容。";
    if (file.size > this.largest) return `超过 ${Math.floor(this.largest / 1048576)} MB 的限制，请压缩或拆分。`;
    const accepted = this.input.accept.split(",");
    const dot = file.name.lastIndexOf(".");
    const ending = dot < 0 ? "" : file.name.slice(dot).toLowerCase();
    return ending && !accepted.includes(ending) ? `不能上传 ${ending} 格式的文件。` : "";
  }

  private send(file: File): void {
    const item = document.createElement("li");
    const name = document.createElement("span");
    name.className = "upload-name";
    name.textContent = file.name;
    const bar = document.createElement("progress");
    bar.className = "progress";
    bar.max = file.size;
    bar.setAttribute("aria-label", `${file.name} 上传进度`);
    item.append(name, bar);
    this.list.append(item);

    const request = new XMLHttpRequest();
    request.open("POST", `${this.root.dataset["address"] ?? ""}?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-CSRFToken", token(this.root));
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      bar.value = event.loaded;
      if (event.loaded === event.total) bar.removeAttribute("value"); // arrived; now it is looked into
    });
    request.addEventListener("loadend", () => {
      this.sending -= 1;
      const answer = request.response as (Kept & { error?: string }) | null;
      if (request.status === 201 && answer) this.settle(item, answer);
      else {
        item.remove();
        this.say(`${file.name}:${answer?.error ?? reasonOf(request)}`);
      }
    });
    this.sending += 1;
    this.offerStop(item, request);
    request.send(file);
  }

  private offerStop(item: HTMLElement, request: XMLHttpRequest): void {
    const stop = document.createElement("button");
    stop.type = "button";
    stop.className = "btn btn-sm";
    stop.textContent = "取消";
    stop.addEventListener("click", () => request.abort());
    item.append(stop);
  }

  private settle(item: HTMLElement, kept: Kept): void {
    const name = document.createElement("span");
    name.className = "upload-name";
    name.textContent = kept.title;
    const size = document.createElement("span");
    size.className = "quiet";
    size.textContent = `${(kept.size / 1024).toFixed(0)} KB${kept.note ? ` ${kept.note}` : ""}`;
    item.replaceChildren(name, size);
    item.dataset["key"] = kept.uid;
    this.offerRemoval(item, kept.uid);
    this.write([...this.read(), kept.uid]);
  }

  private offerRemoval(item: HTMLElement, key: string): void {
    item.querySelector(".upload-drop")?.remove();
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "btn btn-sm";
    remove.textContent = "移除";
    remove.setAttribute("aria-label", `移除 ${item.querySelector(".upload-name")?.textContent ?? ""}`);
    remove.addEventListener("click", () => {
      item.remove();
      this.write(this.read().filter((one) => one !== key));
      this.input.focus();
    });
    item.append(remove);
  }

  private read(): string[] {
    return this.keys.value.split(",").filter(Boolean);
  }

  private write(keys: string[]): void {
    this.keys.value = keys.join(",");
    // So that the draft is kept and whoever watches the form looks again.
    this.keys.dispatchEvent(new Event("input", { bubbles: true }));
    this.keys.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private say(words: string): void {
    this.wrong.textContent = words;
    this.wrong.hidden = words === "";
  }
}

function part<T extends HTMLElement>(root: HTMLElement, selector: string): T {
  const found = root.querySelector<T>(selector);
  if (!found) throw new Error(`No ${selector} in an upload`);
  return found;
}

function token(root: HTMLElement): string {
  return root.closest("form")?.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
}

function reasonOf(request: XMLHttpRequest): string {
  if (request.status === 0) return "上传没有完成，请检查网络后重新选择。";
  if (request.status === 413) return "文件过大，请压缩或拆分后再上传。";
  return "没有上传成功，请刷新页面后重试。";
}
