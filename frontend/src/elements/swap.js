/**
 * Parts of a page that renew themselves: `data-swap="id other-id"` on a link or form fetches what it leads to and takes
 * these elements from there; `data-push` also takes the address. Where an answer has no such parts, the browser goes there.
 * A newer request of a form replaces the one under way (`data-repeatable` forms: steppers).
 */
import { awake, ready } from "./forms.js";
import { failed, toast } from "./toast.js";

const CONTROLS = "a[href], button, input, select, textarea, summary";
const underWay = new WeakMap(); // form → its request, which a newer one of the same form replaces

/**
 * A way to find what has the focus again in the fresh part: by id, else by its place among the controls. A button that
 * was pressed (`from`) has lost it meanwhile: it is disabled while its form is under way.
 */
function focusIn(ids, from) {
  const active = document.activeElement === document.body ? from : document.activeElement;
  const id = ids.find((each) => document.getElementById(each)?.contains(active));
  if (!id) return () => {};
  const at = [...document.getElementById(id).querySelectorAll(CONTROLS)].indexOf(active);
  return () => {
    const again = active.id && document.getElementById(active.id);
    const controls = [...(document.getElementById(id)?.querySelectorAll(CONTROLS) ?? [])];
    (again || controls[Math.min(at, controls.length - 1)])?.focus({ preventScroll: true });
  };
}

async function swap(source, request, { push = false, signal, from = source } = {}) {
  const ids = source.dataset.swap.split(/\s+/);
  const mark = (busy) => ids.forEach((id) => document.getElementById(id)?.setAttribute("aria-busy", busy));
  mark("true");
  const asked = new Request(request, { credentials: "same-origin", signal });
  asked.headers.set("Accept", "text/html"); // beside what the body says of itself: headers given to fetch would replace that
  const answer = await fetch(asked);
  mark("false");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = ids.map((id) => page.getElementById(id));
  if (fresh.some((each) => !each)) {
    if (answer.ok || source.method !== "post") return location.assign(answer.url);
    return toast(page.querySelector("[role=alert], h1")?.textContent.trim() || String(answer.status), { tone: "bad" });
  }
  const restore = focusIn(ids, from);
  ids.forEach((id, i) => document.getElementById(id)?.replaceWith(document.adoptNode(fresh[i])));
  if (push) {
    history.replaceState({ swapped: true }, "");
    history.pushState({ swapped: true }, "", answer.url);
  }
  restore();
  for (const each of fresh) awake(each);
  dispatchEvent(new CustomEvent("zg:swapped", { detail: { ids } }));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-swap]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  swap(link, link.href, { push: "push" in link.dataset }).catch(() => location.assign(link.href));
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-swap]") || event.defaultPrevented) return;
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  const get = form.method !== "post";
  const address = new URL(event.submitter?.getAttribute("formaction") ?? form.action, location.href);
  if (get) address.search = new URLSearchParams([...data].filter(([, value]) => value !== "")).toString();
  const multipart = form.enctype === "multipart/form-data";
  const request = get ? address.href : new Request(address, { method: "POST", body: multipart ? data : new URLSearchParams(data) });
  underWay.get(form)?.abort();
  const own = new AbortController();
  underWay.set(form, own);
  swap(form, request, { push: get && "push" in form.dataset, signal: own.signal, from: event.submitter })
    // What was sent may have been done, so it is not sent again unasked.
    .catch(() => own.signal.aborted || failed())
    .finally(() => ready(form));
});

addEventListener("popstate", ({ state }) => state?.swapped && location.reload());
