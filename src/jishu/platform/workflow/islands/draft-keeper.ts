/** Keeps what is typed as a draft, a few seconds after the last change and when a field is left. Without it there is a button. */

const AFTER = 4000;

export function mount(root: HTMLElement): void {
  const form = root as HTMLFormElement;
  const address = form.dataset["save"];
  const said = form.querySelector<HTMLElement>("[data-kept]");
  if (!address) return;
  let kept = spelt(form);
  let timer = 0;

  const keep = async (): Promise<void> => {
    window.clearTimeout(timer);
    const now = spelt(form);
    if (now === kept) return;
    try {
      const answer = await fetch(address, { method: "POST", body: new FormData(form), redirect: "error" });
      if (!answer.ok) return;
      kept = now;
      if (said) said.textContent = `${new Date().toTimeString().slice(0, 5)} 已自动保存草稿`;
    } catch {
      // Offline, or the session ended: what was typed is still on the page and the next change tries again.
      if (said) said.textContent = "暂时不能自动保存，内容仍在本页";
    }
  };

  form.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void keep(), AFTER);
  });
  form.addEventListener("focusout", () => void keep());
  form.addEventListener("submit", () => window.clearTimeout(timer));
}

function spelt(form: HTMLFormElement): string {
  const fields = [...new FormData(form)].filter(([name]) => !name.startsWith("csrf"));
  return JSON.stringify(fields.map(([name, value]) => [name, String(value)]));
}
