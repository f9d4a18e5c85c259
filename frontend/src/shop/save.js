/**
 * The heart of a product: keeps it without leaving the page; whoever is not signed in is led to the door. The page is the
 * same for everybody, so members (the cookie `zg_name` tells of them) ask whether theirs is full.
 */
import { t } from "../elements/words.js";

const known = new Map(); // product → kept, as last heard

async function fill() {
  const form = document.querySelector(".save-form");
  if (!form || !document.cookie.includes("zg_name=")) return;
  const product = form.elements.product.value;
  try {
    if (!known.has(product)) {
      const answer = await fetch(`${form.action}?is=${product}`, { headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) return;
      known.set(product, (await answer.json()).kept);
    }
    form.querySelector("button").setAttribute("aria-pressed", String(known.get(product)));
  } catch {
    // the heart stays as it is: pressing it still keeps the product
  }
}

fill();
addEventListener("pageshow", (event) => event.persisted && (known.clear(), fill()));
addEventListener("zg:swapped", fill);

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches(".save-form")) return;
  event.preventDefault();
  const button = form.querySelector("button");
  const kept = button.getAttribute("aria-pressed") === "true";
  const data = new URLSearchParams(new FormData(form));
  if (kept) data.set("do", "drop");
  try {
    const answer = await fetch(form.action, { method: "POST", body: data });
    if (!answer.redirected || !answer.ok) return form.submit(); // the door, with the wish kept
    known.set(form.elements.product.value, !kept);
    button.setAttribute("aria-pressed", String(!kept));
    dispatchEvent(new CustomEvent("zg:toast", { detail: { text: kept ? t("已取消收藏", "Not kept any more") : t("已收藏", "Kept for later"), tone: "good" } }));
  } catch {
    form.submit();
  }
});
