/**
 * Parts of a page that renew themselves: `data-swap="id other-id"` on a link or form fetches what it leads to and takes
 * these elements from there; `data-push` also takes the address. Whatever goes wrong, the browser goes there itself.
 */
import { awake, ready } from "./forms.js";

async function swap(source, request, push) {
  const ids = source.dataset.swap.split(/\s+/);
  const places = ids.map((id) => document.getElementById(id));
  places.forEach((place) => place?.setAttribute("aria-busy", "true"));
  const answer = await fetch(request, { headers: { Accept: "text/html" }, credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = ids.map((id) => page.getElementById(id));
  if (!answer.ok && answer.status !== 422) throw new Error(String(answer.status));
  if (fresh.some((each) => !each)) return location.assign(answer.url);
  const focused = document.activeElement?.id;
  places.forEach((place, i) => place?.replaceWith(document.adoptNode(fresh[i])));
  if (push) history.pushState({ swapped: true }, "", answer.url);
  if (focused) document.getElementById(focused)?.focus();
  for (const each of fresh) awake(each);
  dispatchEvent(new CustomEvent("zg:swapped", { detail: { ids } }));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-swap]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  swap(link, link.href, "push" in link.dataset).catch(() => location.assign(link.href));
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
  form.dataset.sent = "";
  swap(form, request, get && "push" in form.dataset)
    .catch(() => (delete form.dataset.swap, delete form.dataset.sent, form.requestSubmit(event.submitter)))
    .finally(() => ready(form));
});

addEventListener("popstate", ({ state }) => state?.swapped && location.reload());
