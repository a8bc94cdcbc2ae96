// Everything here is a convenience: each page works without it.
const page = document.documentElement;

// A live page says where its events come from. An event means "something changed": the page is fetched again and the
// parts that are marked live and differ are put in place. One source of markup, the server.
let source = null;
let pending = 0;

function listen() {
  source?.close();
  source = null;
  const address = document.querySelector("[data-live-source]")?.dataset.liveSource;
  if (!address) return;
  source = new EventSource(address);
  const changed = () => { pending ||= setTimeout(refresh, 400); };
  source.onmessage = changed;
  for (const kind of ["state", "progress", "log"]) source.addEventListener(kind, changed);
}

async function refresh() {
  pending = 0;
  let response;
  try {
    response = await fetch(location.href, { headers: { "X-Fragment": "live" } });
  } catch {
    pending = setTimeout(refresh, 5000);
    return;
  }
  if (!response.ok || response.redirected) return;
  const next = new DOMParser().parseFromString(await response.text(), "text/html");
  // What was watched is over, and the page is another one now: the result instead of the progress.
  if (!next.querySelector("[data-live-source]")) {
    location.reload();
    return;
  }
  for (const old of document.querySelectorAll("[data-live]")) {
    const fresh = next.getElementById(old.id);
    if (!fresh || fresh.outerHTML === old.outerHTML) continue;
    const focused = old.contains(document.activeElement) ? document.activeElement.id : null;
    const replacement = document.importNode(fresh, true);
    old.replaceWith(replacement);
    if (focused) document.getElementById(focused)?.focus();
  }
  document.title = next.title;
}

// The list above survives a lost connection by itself: EventSource reconnects and sends the last id it saw.
addEventListener("pageshow", listen);
addEventListener("pagehide", () => source?.close());

function say(text) {
  document.querySelector(".toast")?.remove();
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.role = "status";
  toast.textContent = text;
  document.body.append(toast);
  setTimeout(() => toast.remove(), 2500);
}

for (const element of document.querySelectorAll("[data-needs-script]")) element.hidden = false;

document.addEventListener("click", async (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    const from = document.getElementById(copy.dataset.copy);
    const lines = from.querySelectorAll(".line > .t");
    const text = lines.length ? [...lines].map((line) => line.textContent).join("\n") + "\n" : from.textContent;
    try {
      await navigator.clipboard.writeText(text);
      say("Copied");
    } catch {
      say("The browser did not allow copying");
    }
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-theme-form]")) {
    event.preventDefault();
    const value = event.submitter.value;
    if (value === "system") delete page.dataset.theme;
    else page.dataset.theme = value;
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button === event.submitter));
    const body = new URLSearchParams(new FormData(form, event.submitter));
    fetch(form.action, { method: "POST", body, redirect: "manual" });
    return;
  }
  // A second click must not start a second analysis.
  if (form.method === "post") setTimeout(() => { for (const button of form.querySelectorAll("button")) button.disabled = true; });
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto]");
  if (form && event.target.matches("select")) form.requestSubmit();
});

// Keys: g then o, r or j goes places; / finds; j and k walk the findings; ? explains.
const places = { o: "/", r: "/repositories", j: "/jobs" };
let leader = 0;
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
  if (event.key === "Escape") {
    const menu = event.target.closest("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  } else if (leader && places[event.key]) {
    leader = 0;
    location.href = places[event.key];
  } else if (event.key === "g") {
    leader = event.timeStamp;
    setTimeout(() => { leader = 0; }, 1200);
  } else if (event.key === "/") {
    const find = document.querySelector("[data-find]");
    if (find) {
      event.preventDefault();
      find.focus();
    }
  } else if (event.key === "j" || event.key === "k") {
    const rows = [...document.querySelectorAll(".finding > summary")];
    const at = rows.indexOf(document.activeElement);
    rows[Math.max(0, Math.min(rows.length - 1, at + (event.key === "j" ? 1 : -1)))]?.focus();
  } else if (event.key === "?") {
    document.getElementById("keys")?.showModal();
  }
});
