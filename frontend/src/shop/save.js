/** The heart of a product: keeps it without leaving the page; whoever is not signed in is led to the door. */
import { t } from "../elements/words.js";

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
    button.setAttribute("aria-pressed", String(!kept));
    dispatchEvent(new CustomEvent("zg:toast", { detail: { text: kept ? t("已取消收藏", "Not kept any more") : t("已收藏", "Kept for later"), tone: "good" } }));
  } catch {
    form.submit();
  }
});
