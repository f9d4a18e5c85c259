/** The frame: search by `/`, the menu folded by `[` or opened as a drawer, `g h` home, `?` the keys, toasts that close. */
const typing = (target) => target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
const field = document.querySelector("[data-search]");
const found = document.querySelector("[data-found]");
const toggle = document.getElementById("shell-toggle");
const fold = document.querySelector("[data-fold]");

function folded(on) {
  document.body.classList.toggle("shell-folded", on);
  document.cookie = `zg_fold=${on ? 1 : 0}; path=/office; max-age=31536000; samesite=lax`;
  fold?.setAttribute("aria-pressed", String(on));
}

if (fold) {
  fold.hidden = false;
  fold.addEventListener("click", () => folded(!document.body.classList.contains("shell-folded")));
}

const drawer = document.querySelector("[data-drawer]");
drawer?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" && event.key !== " ") return;
  event.preventDefault();
  toggle.checked = !toggle.checked;
  if (toggle.checked) document.querySelector(".shell-nav a")?.focus();
});

for (const close of document.querySelectorAll("[data-close-toast]")) {
  close.hidden = false;
  close.addEventListener("click", () => close.closest("[data-toast]").remove());
}

let leader = 0;
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && toggle?.checked) {
    toggle.checked = false;
    drawer.focus();
    return;
  }
  if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "/" && field) {
    event.preventDefault();
    field.focus();
    field.select();
  } else if (event.key === "[" && fold) folded(!document.body.classList.contains("shell-folded"));
  else if (event.key === "?") location.assign("/office/keys");
  else if (event.key === "g") leader = event.timeStamp;
  else if (event.key === "h" && event.timeStamp - leader < 1500) location.assign("/office");
});

/* What is found while one types; the page of results is the form's own answer. */
let asked = 0;
let wait;

async function look() {
  const q = field.value.trim();
  const mine = ++asked;
  if (q.length < 2) return hide();
  try {
    const answer = await fetch(`/office/search?${new URLSearchParams({ q, part: "1" })}`, { headers: { "HX-Request": "true" } });
    if (mine !== asked) return;
    if (!answer.ok) return hide();
    found.innerHTML = await answer.text();
    found.hidden = false;
  } catch {
    hide();
  }
}

function hide() {
  found.hidden = true;
}

if (field && found) {
  field.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(look, 180);
  });
  field.addEventListener("focus", () => field.value.trim().length > 1 && found.childElementCount && (found.hidden = false));
  document.addEventListener("click", (event) => !event.target.closest(".shell-search") && hide());
  field.form.addEventListener("keydown", (event) => {
    const links = [...found.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "Escape") {
      hide();
      field.blur();
    } else if (!found.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const next = at + (event.key === "ArrowDown" ? 1 : -1);
      if (next < 0) field.focus();
      else links[Math.min(next, links.length - 1)]?.focus();
    }
  });
}

/* A piece of a page was asked for after the session had ended: the page stays, with all that was typed. */
document.addEventListener("htmx:responseError", ({ detail }) => {
  if (detail.xhr.status !== 401) return;
  const said = document.querySelector("[data-signed-out]")?.content.cloneNode(true);
  if (said) document.querySelector("[data-toasts]").append(said);
});
