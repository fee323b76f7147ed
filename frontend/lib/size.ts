/** 大字版 at once, without a reload that would cost what is being typed. */

const YEAR = 365 * 24 * 60 * 60;

export function startSizeSwitch(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-size-switch]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      const large = document.documentElement.dataset["size"] !== "large";
      if (large) document.documentElement.dataset["size"] = "large";
      else delete document.documentElement.dataset["size"];
      button.setAttribute("aria-pressed", String(large));
      document.cookie = `jishu_large=${large ? 1 : 0}; path=/; max-age=${YEAR}; samesite=lax`;
    });
  }
}
