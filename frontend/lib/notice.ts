/** Says something to the person, where messages from the server stand too. */

interface Link {
  href: string;
  words: string;
}

export function tell(words: string, tone: "info" | "success" | "warning" | "error", link?: Link): void {
  const notice = document.createElement("p");
  notice.className = "notice";
  notice.dataset["tone"] = tone;
  notice.setAttribute("role", tone === "error" ? "alert" : "status");
  notice.textContent = words;
  if (link) {
    const anchor = document.createElement("a");
    anchor.href = link.href;
    anchor.target = "_blank";
    anchor.textContent = link.words;
    notice.append(" ", anchor);
  }
  place().replaceChildren(notice);
  notice.scrollIntoView({ block: "nearest" });
}

function place(): HTMLElement {
  const known = document.getElementById("told");
  if (known) return known;
  const made = document.createElement("div");
  made.id = "told";
  made.className = "told";
  document.body.append(made);
  return made;
}
